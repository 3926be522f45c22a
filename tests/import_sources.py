"""Sources of imports in the shapes that their publishers give, with texts of our own."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

HARBOUR, LIGHTS = "Harbour and river", "Street lighting"
TEXTS = (
    "How often small boats are lost between dusk and dawn.",
    "What divers need in order to search under ice.",
    "Whether lamps that dim at midnight change where people walk.",
    "Which colours of light help witnesses to describe a coat.",
)
RECORDS = tuple(zip((501, 502, 503, 504), TEXTS, (HARBOUR, HARBOUR, LIGHTS, LIGHTS), strict=True))


def record(number: int, text: str, group: str | None = HARBOUR, **other: Any) -> dict[str, Any]:
    """A record of the ARI Database with all of its fields."""
    return {
        "questionId": number,
        "url": f"https://ari.org.uk/aris/{number}",
        "question": text,
        "isArchived": False,
        "department": "Ministry of Lamps",
        "questionGroup": group,
        "backgroundInformation": None,
        "publicationDate": "2024-02-26 00:00:00",
        "expiryDate": None,
        "contactDetails": "lamps@example.org",
        "topics": [],
        "fieldsOfResearch": ["Optics"],
        "tags": [],
        "relatedQuestions": [{"questionId": 7}],
        "relatedUKRIProjects": [],
        "pageViewCount": 3,
        "postDate": "2024-03-01 10:00:00",
        "dateUpdated": "2024-03-01 10:00:00",
        **other,
    }


def records() -> list[dict[str, Any]]:
    """Four of them, of one edition."""
    return [record(*item) for item in RECORDS]


def page(
    items: Sequence[Any],
    number: int = 1,
    pages: int = 1,
    total: int | None = None,
    following: Any = None,
) -> dict[str, Any]:
    """A page of the API."""
    pagination = {
        "total": len(items) if total is None else total,
        "total_pages": pages,
        "current_page": number,
        "links": {"next": following} if following else [],
    }
    return {"data": list(items), "meta": {"pagination": pagination}}


def encoded(value: Any) -> bytes:
    """JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False).encode()


BODY = f"""<div class="govspeak"><p>Why we publish this.</p>
<h2 id="a">{HARBOUR}</h2><h3 id="b">Boats</h3>
<ul><li>{TEXTS[0]}</li><li>{TEXTS[1]}</li></ul>
<h2 id="c">{LIGHTS}</h2>
<ul>
  <li>{TEXTS[2]}
  <li><p>Which colours of <em>light</em> help witnesses to describe a&nbsp;coat.</p>
</ul>
<h2>Contact</h2><ul><li>Write to lamps@example.org</li></ul></div>"""

SLUG = "areas-of-research-interest-2024"
PUBLICATION = "/government/publications/lamps-areas-of-research-interest"


def content_item(schema: str, path: str, details: Mapping[str, Any]) -> dict[str, Any]:
    """A content item of GOV.UK."""
    ministry = {"title": "Ministry of Lamps", "base_path": "/government/organisations/lamps"}
    return {
        "base_path": path,
        "content_id": "00000000-0000-4000-8000-000000000000",
        "document_type": "corporate_report",
        "schema_name": schema,
        "title": "Ministry of Lamps: areas of research interest",
        "first_published_at": "2023-05-02T09:30:00+01:00",
        "public_updated_at": "2024-02-26T09:30:00+00:00",
        "updated_at": "2026-01-01T00:00:00+00:00",
        "phase": "live",
        "publishing_app": "whitehall",
        "withdrawn_notice": {},
        "links": {"organisations": [ministry]},
        "details": {"political": False, **details},
    }


def publication(*attachments: Mapping[str, Any], **other: Any) -> dict[str, Any]:
    """A publication; without attachments named, it has a PDF and one HTML page."""
    html = {
        "attachment_type": "html",
        "id": "1",
        "url": f"{PUBLICATION}/{SLUG}",
        "title": "Areas of research interest 2024",
    }
    pdf = {"attachment_type": "file", "id": "2", "url": "https://assets.example.org/a.pdf"}
    history = [
        {"public_timestamp": "2024-02-26T09:30:00+00:00", "note": "Added street lighting."},
        {"public_timestamp": "2023-05-02T09:30:00+01:00", "note": "First published."},
    ]
    details = {
        "body": "<p>…</p>",
        "attachments": attachments or [pdf, html],
        "change_history": history,
    }
    return content_item("publication", PUBLICATION, details) | other


def attachment(body: str = BODY) -> dict[str, Any]:
    """The HTML page of that publication."""
    return content_item("html_publication", f"{PUBLICATION}/{SLUG}", {"body": body, "headers": []})


def table(rows: Sequence[Sequence[str]], delimiter: str = ",") -> bytes:
    """A CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def rows(texts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Themes and statements under a head."""
    return [("Theme", "Statement"), *texts]


TABLE = tuple((group, text) for _, text, group in RECORDS)
"""Theme and statement of each question."""
