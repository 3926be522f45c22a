"""Changes as one HTML page that stands by itself."""

from collections.abc import Iterator
from html import escape

from .changes import Changes, Others
from .sentences import OTHERS, Entry, Section, Told, told
from .things import key_of
from .wording import Pieces

_STYLE = """
body{font:1rem/1.5 system-ui,sans-serif;max-width:48rem;margin:1rem auto;padding:0 1rem;
color:#1a1a1a;background:#fff}
li{margin:.75rem 0}dl{display:grid;grid-template-columns:max-content 1fr;gap:0 1rem;margin:.25rem 0}
dt{color:#555}dd{margin:0;overflow-wrap:anywhere}
del{background:#fde2e0;color:#7a0c00}ins{background:#dcf3df;color:#0b4a17}
table{border-collapse:collapse}th,td{padding:.25rem .75rem .25rem 0;text-align:left}
td+td,th+th{text-align:right}
""".strip()


def as_page(changes: Changes) -> str:
    """What changed, as a page without scripts."""
    return "\n".join(_page(told(changes))) + "\n"


def _page(account: Told) -> Iterator[str]:
    title = escape(account.title)
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>"
    yield f"<h1>{title}</h1>\n<ul>"
    yield from (f"<li>{escape(line)}</li>" for line in account.summary)
    yield "</ul>"
    for section in account.sections:
        yield from _section(section)
    if account.others:
        yield from _others(account)
    yield "</main>\n</body>\n</html>"


def _section(section: Section) -> Iterator[str]:
    yield f"<section>\n<h2>{escape(section.title) or 'Others'}</h2>\n<ul>"
    yield from map(_entry, section.entries)
    yield "</ul>\n</section>"


def _entry(entry: Entry) -> str:
    link = f'<a href="{escape(entry.iri)}">{escape(entry.key)}</a>'
    head = f"<strong>{escape(entry.verb)}</strong> {entry.noun} {link} {escape(entry.name)}".strip()
    facts = "".join(f"<dt>{term}</dt><dd>{value}</dd>" for term, value in _facts(entry))
    return f"<li>{head}{f'<dl>{facts}</dl>' if facts else ''}</li>"


def _facts(entry: Entry) -> Iterator[tuple[str, str]]:
    if entry.earlier:
        yield "continues", escape(", ".join(entry.earlier))
    if entry.before:
        yield "before", _marked(entry.before, "del")
    if entry.after:
        yield "after" if entry.before else "reads", _marked(entry.after, "ins")
    if entry.because:
        yield "because", escape(entry.because)


def _marked(pieces: Pieces, tag: str) -> str:
    return "".join(
        f"<{tag}>{escape(piece.text)}</{tag}>" if piece.differs else escape(piece.text)
        for piece in pieces
    )


def _others(account: Told) -> Iterator[str]:
    yield f"<section>\n<h2>Other statements</h2>\n<p>{escape(f'{OTHERS} {account.patch}')}</p>"
    yield '<table>\n<thead><tr><th scope="col">graph</th><th scope="col">taken away</th>'
    yield '<th scope="col">added</th></tr></thead>\n<tbody>'
    yield from map(_row, account.others)
    yield "</tbody>\n</table>\n</section>"


def _row(others: Others) -> str:
    name = escape(key_of(others.graph)) if others.graph else "(unnamed)"
    return f"<tr><td>{name}</td><td>{others.removed:,}</td><td>{others.added:,}</td></tr>"
