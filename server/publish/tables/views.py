"""The views of the SQLite file, and the columns that are searched as text."""

SEARCHED = {
    "priorities": ("name", "description"),
    "questions": ("label", "text"),
    "themes": ("name",),
    "topics": ("name", "other_names", "scope_note"),
}
"""By table; each gets a full-text table of its own, `questions_fts`."""

VIEWS = {
    "question_overview": """\
SELECT q.key, e.title AS edition, coalesce(p.name, t.name) AS heading, g.name AS heading_group,
  q.position, q.label, q.text, q.status,
  (SELECT group_concat(name, ' | ') FROM (
     SELECT o.name FROM questions_topics qt JOIN topics o ON o.key = qt.topic
     WHERE qt.question = q.key ORDER BY o.name)) AS topics,
  (SELECT group_concat(name, ' | ') FROM (
     SELECT o.name FROM priorities_goals pg JOIN goals o ON o.key = pg.goal
     WHERE pg.priority = q.priority ORDER BY o.position)) AS goals,
  (SELECT count(*) FROM counterparts c WHERE c.question = q.key) AS counterparts,
  q.iri
FROM questions q
JOIN editions e ON e.key = q.edition
LEFT JOIN priorities p ON p.key = q.priority
LEFT JOIN themes t ON t.key = q.theme
LEFT JOIN themes g ON g.key = t.parent
ORDER BY q.edition, coalesce(p.position, g.position), t.position, q.position""",
    "counterparts": """\
SELECT m.subject AS question, s.label, m.predicate, m.object AS counterpart, o.label AS
  counterpart_label, o.edition AS counterpart_edition, m.status, m.confidence, m.reason, m.key
FROM mappings m JOIN questions s ON s.key = m.subject JOIN questions o ON o.key = m.object
WHERE m.latest AND NOT m.negated AND m.status IN ('proposed', 'accepted')
UNION ALL
SELECT m.object, o.label,
  CASE m.predicate
    WHEN 'http://www.w3.org/2004/02/skos/core#broadMatch'
    THEN 'http://www.w3.org/2004/02/skos/core#narrowMatch'
    WHEN 'http://www.w3.org/2004/02/skos/core#narrowMatch'
    THEN 'http://www.w3.org/2004/02/skos/core#broadMatch'
    ELSE m.predicate END,
  m.subject, s.label, s.edition, m.status, m.confidence, m.reason, m.key
FROM mappings m JOIN questions s ON s.key = m.subject JOIN questions o ON o.key = m.object
WHERE m.latest AND NOT m.negated AND m.status IN ('proposed', 'accepted')""",
    "gaps": """\
SELECT m.subject AS question, q.label, m.object_edition AS edition_without_counterpart, m.status,
  m.confidence, m.reason, m.key
FROM mappings m JOIN questions q ON q.key = m.subject
WHERE m.latest AND m.object IS NULL AND NOT m.negated AND m.status IN ('proposed', 'accepted')""",
    "topics_by_edition": """\
SELECT o.key AS topic, o.name, q.edition, count(*) AS questions
FROM questions_topics qt JOIN topics o ON o.key = qt.topic JOIN questions q ON q.key = qt.question
GROUP BY o.key, q.edition ORDER BY o.key, q.edition""",
}
"""Each with what it selects; one may stand on another."""
