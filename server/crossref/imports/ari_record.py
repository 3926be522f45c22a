"""One record of the ARI Database as a question."""

import re
from collections.abc import Iterator
from datetime import date

from ...build.wording import worded
from . import markup
from .found import FoundQuestion, headings, illegible, shown
from .jsondoc import Fields

ITEM = "https://ari.org.uk/aris/"

LEFT_OUT = (
    "contactDetails",
    "fieldsOfResearch",
    "relatedQuestions",
    "relatedUKRIProjects",
    "tags",
    "topics",
)
"""What records may have and the model has no place for: of persons, made by machine, or words of
the source's own that are no topics of ours."""

_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ].*)?")


def question(place: str, name: str, day: str, fields: Fields) -> FoundQuestion:
    """The question of a record; what is wrong is among the faults of the fields."""
    expires, background = _expiry(fields), _background(fields)
    raw = [fields.text(member) for member in ("question", "questionGroup")]
    notes = [f"The source gives {expires} as its expiry date."] if expires else []
    if any(markup.plain(text) != text for text in raw):
        notes.append(markup.NOTE)
    return FoundQuestion(
        place=place,
        text=_plain(fields, "question", needed=True),
        path=headings(_plain(fields, "questionGroup")),
        own_id=name,
        status="archived" if fields.flag("isArchived") else "current",
        issued=day,
        page=f"{ITEM}{name}",
        note=" ".join(notes),
        background=background,
        expires=expires,
    )


def _plain(fields: Fields, name: str, *, needed: bool = False) -> str:
    """A text that can be kept, without markup."""
    legible = fields.legible(name, needed=needed)
    text = worded(markup.plain(legible))
    # Markup may hold nothing, and a reference may stand for a character that no text has.
    if legible and (text or needed) and (why := illegible(text)):
        fields.faults.append((name, f"the field '{name}' can't be kept: {why[:-1]}"))
    return text


def _background(fields: Fields) -> str:
    """What explains a question, without markup; empty where it can't be kept: the question can."""
    value = fields.values.get("backgroundInformation")
    text = markup.plain(value) if isinstance(value, str) else ""
    return "" if illegible(text) else worded(text)


def _expiry(fields: Fields) -> str:
    """The day on which a question expires; empty where none can be read."""
    value = fields.values.get("expiryDate")
    found = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        return date.fromisoformat(found[1]).isoformat() if found else ""
    except ValueError:
        return ""


def left_out(fields: Fields, found: FoundQuestion) -> Iterator[str]:
    """The fields of a record of which nothing is kept."""
    yield from (name for name in LEFT_OUT if fields.values.get(name))
    kept = {"backgroundInformation": found.background, "expiryDate": found.expires}
    yield from (name for name, now in kept.items() if fields.values.get(name) and not now)


def issued(fields: Fields) -> str:
    """The day of publication; empty if there is none, or it is among the faults."""
    text = fields.text("publicationDate").strip()
    if not text:
        return ""
    found = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(found[1]).isoformat() if found else _no_day(fields)
    except ValueError:
        return _no_day(fields)


def _no_day(fields: Fields) -> str:
    found = shown(fields.values["publicationDate"][:40])
    words = f"the field 'publicationDate' is '{found}'; expected: a day such as 2024-02-26"
    fields.faults.append(("publicationDate", words))
    return ""
