"""Generated organisations, their strategies and editions, in our model, with what is inferred.

Odd organisations publish as the Met does (priorities, quoted texts, goals), even ones as the Home
Office does (groups, themes, labels of ours with a certainty). Each has three editions, and a
question may revise one of the edition before.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random

from .lines import Value, english, facts, graph, plain, term, thing, typed
from .topics import Topics
from .wording import ADJECTIVES, ENDINGS, NOUNS, OPENINGS

YEARS = (2019, 2022, 2025)
NEW_TOPICS = 6
"""Topics that each organisation adds to the thesaurus."""
HEADINGS = 7
GROUPS = 4
CERTAINTIES = ("high", "medium", "medium", "low")
INFERRED = graph("inferred")
CC_BY = "<https://creativecommons.org/licenses/by/4.0/>"
OURS = thing("organisation", "ari-graph")
ENTITY_AND_CONCEPT = [term("prov:Entity"), term("skos:Concept")]
ENTITY_AND_SCHEME = [term("prov:Entity"), term("skos:ConceptScheme")]


@dataclass(frozen=True)
class Part:
    """What is generated in one step.

    Args:
        graph: name and title of the graph that the step begins; statements may be in others too.
        lines: N-Quads.
    """

    graph: tuple[str, str]
    lines: list[str]


def parts(topics: Topics, random: Random) -> Iterator[Part]:
    """Without end: strategies and editions of one organisation after another."""
    for number in count(1):
        body = Department(number)
        strategy = [*body.described(), *body.strategy()]
        strategy += topics.grow(random, range(number * NEW_TOPICS, (number + 1) * NEW_TOPICS))
        yield Part((body.strategy_key, f"Strategy of {body.name}"), strategy)
        earlier: list[str] = []
        for year in YEARS:
            edition = Edition(body, year, topics, random, earlier)
            lines = list(edition.lines())
            earlier = edition.questions
            yield Part((edition.key, edition.name), lines)


@dataclass(frozen=True)
class Department:
    """An organisation that publishes editions."""

    number: int

    @property
    def key(self) -> str:
        return f"department-{self.number}"

    @property
    def name(self) -> str:
        return f"Department {self.number}"

    @property
    def strategy_key(self) -> str:
        return f"{self.key}-strategy-2018"

    @property
    def iri(self) -> str:
        return thing("organisation", self.key)

    def described(self) -> Iterator[str]:
        """The organisation itself."""
        names: dict[str, Value] = {
            "a": term("org:FormalOrganization"),
            "foaf:name": english(self.name),
            "skos:prefLabel": english(self.name),
            "dcterms:identifier": plain(self.key),
        }
        yield from facts(graph("organisations"), self.iri, names)
        classes = [term("org:Organization"), term("foaf:Agent"), term("prov:Agent")]
        yield from facts(INFERRED, self.iri, {"a": classes})

    def strategy(self) -> Iterator[str]:
        """A strategy with one goal for each priority."""
        key, title = self.strategy_key, f"Strategy of {self.name}"
        strategy, place = thing("strategy", key), graph(key)
        goals = [thing("goal", f"{key}-{place}") for place in range(1, HEADINGS + 1)]
        yield from sourced(key, title, self.iri)
        yield from facts(
            place,
            strategy,
            {
                "a": term("ari:Strategy"),
                "dcterms:title": english(title),
                "skos:prefLabel": english(title),
                "dcterms:identifier": plain(key),
                "dcterms:publisher": self.iri,
                "dcterms:issued": typed(2018, "gYear"),
                "dcterms:source": thing("source", key),
            },
        )
        yield from facts(INFERRED, strategy, {"a": ENTITY_AND_SCHEME, "skos:hasTopConcept": goals})
        for number, goal in enumerate(goals, start=1):
            yield from _goal(place, goal, strategy, f"{key}-{number}", number)


def _goal(place: str, goal: str, strategy: str, key: str, number: int) -> Iterator[str]:
    said: dict[str, Value] = {
        "a": term("ari:StrategicGoal"),
        "skos:prefLabel": english(f"Improve {ADJECTIVES[number]} {NOUNS[number]}"),
        "dcterms:identifier": plain(key),
        "ari:position": typed(number, "positiveInteger"),
        "skos:inScheme": strategy,
        "skos:topConceptOf": strategy,
    }
    yield from facts(place, goal, said)
    yield from facts(INFERRED, goal, {"a": ENTITY_AND_CONCEPT})


def sourced(key: str, title: str, publisher: str) -> Iterator[str]:
    """What a graph says of itself: source, activity, licence."""
    place, source, activity = graph(key), thing("source", key), thing("activity", f"record-{key}")
    yield from facts(
        place,
        source,
        {
            "a": [term("prov:Entity"), term("foaf:Document")],
            "dcterms:title": english(title),
            "dcterms:publisher": publisher,
            "ari:sha256": plain(hashlib.sha256(key.encode()).hexdigest()),
        },
    )
    yield from facts(
        place,
        activity,
        {
            "a": term("prov:Activity"),
            "rdfs:label": english(f"Generation of {title}"),
            "dcterms:description": english("A program made it up for a benchmark."),
            "prov:used": source,
            "prov:wasAssociatedWith": OURS,
        },
    )
    yield from facts(
        place,
        place,
        {
            "a": term("prov:Entity"),
            "dcterms:license": CC_BY,
            "prov:wasDerivedFrom": source,
            "prov:wasGeneratedBy": activity,
            "prov:wasAttributedTo": OURS,
        },
    )
    yield from facts(INFERRED, INFERRED, {"prov:wasDerivedFrom": place})
    yield from facts(INFERRED, thing("activity", "infer"), {"prov:used": place})


@dataclass
class Edition:
    """One edition; `questions` fills up as the lines are made.

    Args:
        earlier: the questions of the edition before, as IRIs; empty for the first.
    """

    body: Department
    year: int
    topics: Topics
    random: Random
    earlier: list[str]
    questions: list[str] = field(default_factory=list)
    _named: set[str] = field(default_factory=set)
    _read: int = 0

    @property
    def key(self) -> str:
        return f"{self.body.key}-{self.year}"

    @property
    def name(self) -> str:
        return f"{self.body.name} Areas of Research Interest {self.year}"

    @property
    def iri(self) -> str:
        return thing("ari", self.key)

    @property
    def place(self) -> str:
        return graph(self.key)

    def lines(self) -> Iterator[str]:
        """The whole edition, with its inferred statements."""
        yield from sourced(self.key, self.name, self.body.iri)
        yield from self._itself()
        if self.body.number % 2:
            for number in range(1, HEADINGS + 1):
                yield from self._priority(number)
        else:
            for number in range(1, GROUPS + 1):
                yield from self._group(number)

    def _itself(self) -> Iterator[str]:
        said: dict[str, Value] = {
            "a": term("ari:AreasOfResearchInterest"),
            "dcterms:title": english("Areas of Research Interest"),
            "skos:prefLabel": english(self.name),
            "dcterms:identifier": plain(self.key),
            "dcterms:publisher": self.body.iri,
            "dcterms:issued": typed(self.year, "gYear"),
            "dcterms:source": thing("source", self.key),
            "dcterms:license": CC_BY,
            "ari:followsStrategy": thing("strategy", self.body.strategy_key),
        }
        if self.year != YEARS[0]:
            before = thing("ari", f"{self.body.key}-{YEARS[YEARS.index(self.year) - 1]}")
            said["dcterms:replaces"] = before
            yield from facts(INFERRED, before, {"dcterms:isReplacedBy": self.iri})
        yield from facts(self.place, self.iri, said)
        yield from facts(INFERRED, self.iri, {"a": ENTITY_AND_SCHEME})

    def _heading(self, kind: str, key: str, number: int, more: dict[str, Value]) -> Iterator[str]:
        """A priority or theme: what all of them say."""
        said: dict[str, Value] = {
            "dcterms:identifier": plain(key),
            "ari:position": typed(number, "positiveInteger"),
            "skos:inScheme": self.iri,
        }
        yield from facts(self.place, thing(kind, key), {**said, **more})

    def _top(self, kind: str, key: str, number: int, more: dict[str, Value]) -> Iterator[str]:
        yield from self._heading(kind, key, number, {**more, "skos:topConceptOf": self.iri})
        yield from facts(INFERRED, self.iri, {"skos:hasTopConcept": thing(kind, key)})

    def _priority(self, number: int) -> Iterator[str]:
        key = f"{self.key}-{number}"
        priority = thing("priority", key)
        goal = thing("goal", f"{self.body.strategy_key}-{number}")
        kind = term("ari:OperationalPriority" if number < 4 else "ari:EnablingPriority")
        name = self._name()
        definition = f"We want to do better. {name} comes first."
        quotes = {
            key: (name, "skos:prefLabel"),
            f"{key}-definition": (definition, "skos:definition"),
        }
        more: dict[str, Value] = {
            "a": kind,
            "ari:supportsGoal": goal,
            "skos:prefLabel": english(name),
            "skos:definition": english(definition),
            "prov:wasQuotedFrom": [thing("quote", quote) for quote in quotes],
        }
        yield from self._top("priority", key, number, more)
        for quote, (text, property_) in quotes.items():
            yield from self._quote(quote, text, [property_])
        yield from facts(INFERRED, priority, {"a": [term("ari:Priority"), *ENTITY_AND_CONCEPT]})
        for position in range(1, self._many(5, 11) + 1):
            yield from self._quoted_question(f"{key}-{position}", position, priority, goal)

    def _quoted_question(self, key: str, number: int, priority: str, goal: str) -> Iterator[str]:
        text, question = self._name(), thing("question", key)
        more: dict[str, Value] = {
            "ari:underPriority": priority,
            "ari:statementText": english(text),
            "prov:wasQuotedFrom": thing("quote", key),
        }
        yield from self._question(question, key, text, number, [priority], more)
        yield from facts(INFERRED, question, {"ari:contributesToGoal": goal})
        yield from self._quote(key, text, ["skos:prefLabel", "ari:statementText"])

    def _quote(self, key: str, text: str, properties: list[str]) -> Iterator[str]:
        whole, passage, span = (
            thing("quote", key),
            thing("selector", f"{key}-text"),
            thing("selector", f"{key}-position"),
        )
        said: dict[str, Value] = {
            "a": term("oa:SpecificResource"),
            "oa:hasSource": thing("source", self.key),
            "oa:hasSelector": [passage, span],
            "ari:quotedProperty": [term(name) for name in properties],
        }
        yield from facts(self.place, whole, said)
        exact: dict[str, Value] = {
            "a": term("oa:TextQuoteSelector"),
            "oa:exact": plain(text),
            "oa:prefix": plain("- "),
        }
        yield from facts(self.place, passage, exact)
        start, self._read = self._read, self._read + len(text) + 3
        ends: dict[str, Value] = {
            "a": term("oa:TextPositionSelector"),
            "oa:start": typed(start, "nonNegativeInteger"),
            "oa:end": typed(start + len(text), "nonNegativeInteger"),
        }
        yield from facts(self.place, span, ends)

    def _group(self, number: int) -> Iterator[str]:
        key = f"{self.key}-{number}"
        group = thing("theme", key)
        more: dict[str, Value] = {"a": term("ari:Theme"), "skos:prefLabel": english(self._name())}
        yield from self._top("theme", key, number, more)
        yield from facts(INFERRED, group, {"a": ENTITY_AND_CONCEPT})
        for position in range(1, self._many(3, 6) + 1):
            yield from self._theme(f"{key}.{position}", position, group)

    def _theme(self, key: str, number: int, group: str) -> Iterator[str]:
        theme = thing("theme", key)
        more: dict[str, Value] = {
            "a": term("ari:Theme"),
            "skos:prefLabel": english(self._name()),
            "ari:underTheme": group,
        }
        yield from self._heading("theme", key, number, more)
        yield from facts(INFERRED, theme, {"a": ENTITY_AND_CONCEPT})
        yield from _below(theme, [group])
        for position in range(1, self._many(3, 7) + 1):
            yield from self._summarised_question(position, theme, group)

    def _summarised_question(self, number: int, theme: str, group: str) -> Iterator[str]:
        key = f"{self.key}-{len(self.questions) + 1}"
        more: dict[str, Value] = {
            "ari:underTheme": theme,
            "ari:labelIsSummary": typed("true", "boolean"),
            "ari:statementSha256": plain(hashlib.sha256(key.encode()).hexdigest()),
            "skos:notation": plain(str(len(self.questions) + 1)),
        }
        question = thing("question", key)
        yield from self._question(question, key, self._name(), number, [theme, group], more)
        certainty: dict[str, Value] = {
            "a": term("owl:Axiom"),
            "owl:annotatedSource": question,
            "owl:annotatedProperty": term("ari:underTheme"),
            "owl:annotatedTarget": theme,
            "ari:certainty": plain(CERTAINTIES[self._many(0, len(CERTAINTIES) - 1)]),
        }
        yield from facts(self.place, thing("statement", f"{key}-theme"), certainty)

    def _question(
        self,
        question: str,
        key: str,
        label: str,
        number: int,
        above: list[str],
        more: dict[str, Value],
    ) -> Iterator[str]:
        said: dict[str, Value] = {
            "a": term("ari:ResearchQuestion"),
            "skos:prefLabel": english(label),
            "dcterms:identifier": plain(key),
            "ari:position": typed(number, "positiveInteger"),
            "skos:inScheme": self.iri,
        }
        yield from facts(self.place, question, said | more)
        yield from self._revision(question)
        yield from facts(INFERRED, question, {"a": ENTITY_AND_CONCEPT})
        yield from _below(question, above)
        topics = self.topics.pick(self.random, self._many(1, 3))
        subjects: Value = [thing("topic", topic) for topic in topics]
        yield from facts(graph("topics"), question, {"dcterms:subject": subjects})
        self.questions.append(question)

    def _revision(self, question: str) -> Iterator[str]:
        """Every other question takes the place of one in the edition before."""
        number = len(self.questions)
        if number % 2 == 0 and number < len(self.earlier):
            yield from facts(self.place, question, {"prov:wasRevisionOf": self.earlier[number]})
            yield from facts(INFERRED, question, {"prov:wasDerivedFrom": self.earlier[number]})

    def _many(self, least: int, most: int) -> int:
        return least + int((most - least + 1) * self.random.random())

    def _name(self) -> str:
        """A name that nothing else in the edition has."""
        while True:
            words = (OPENINGS, ADJECTIVES, NOUNS, ENDINGS)
            name = " ".join(part[int(len(part) * self.random.random())] for part in words)
            if name not in self._named:
                self._named.add(name)
                return name


def _below(lower: str, above: list[str]) -> Iterator[str]:
    """What follows from standing under a heading and, through it, under others."""
    yield from facts(INFERRED, lower, {"skos:broader": above[0], "skos:broaderTransitive": above})
    yield from facts(INFERRED, above[0], {"skos:narrower": lower})
    for heading in above:
        yield from facts(INFERRED, heading, {"skos:narrowerTransitive": lower})
