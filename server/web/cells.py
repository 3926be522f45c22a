"""RDF terms as people see them: a text, perhaps a link, perhaps a language or a datatype."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from ..protocol.resources import PATH_SAFE
from ..protocol.service import Term
from ..vocab import ARI, PREFIXES, SHAPES

PLAIN = frozenset({PREFIXES["xsd"] + "string", PREFIXES["rdf"] + "langString"})
NUMBERS = frozenset(PREFIXES["xsd"] + name for name in ("integer", "positiveInteger"))
"""Datatypes that go without saying."""


@dataclass(frozen=True)
class Cell:
    """One term.

    Args:
        href: empty where there is nothing safe to link to.
        outside: the link leaves this site.
        iri: the whole IRI where the text is shorter.
        lang: language tag of the text.
        datatype: name of the datatype where it is not a plain string.
        number: digits that stand under each other.
    """

    text: str
    href: str = ""
    outside: bool = False
    iri: str = ""
    lang: str = ""
    datatype: str = ""
    number: bool = False


def cell(term: Term, base: str, labels: Mapping[str, str] | None = None) -> Cell:
    """What is shown for a term."""
    if isinstance(term, ox.NamedNode):
        return iri_cell(term.value, base, (labels or {}).get(term.value, ""))
    if isinstance(term, ox.Literal):
        if term.datatype.value in NUMBERS:
            return Cell(term.value, number=True)
        datatype = "" if term.datatype.value in PLAIN else short(term.datatype.value, base)
        return Cell(term.value, lang=term.language or "", datatype=datatype)
    return Cell(str(term))


def iri_cell(iri: str, base: str, label: str = "") -> Cell:
    """What is shown for an IRI, under its label if it has one."""
    text = label or short(iri, base)
    href = link(iri, base)
    return Cell(text, href, outside=href == iri, iri=iri if text != iri else "")


def short(iri: str, base: str) -> str:
    """`id/…` for things under the base, else a prefixed name, else the IRI."""
    if iri.startswith(base + "id/"):
        return iri.removeprefix(base)
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and local.replace("-", "").replace("_", "").isalnum():
            return f"{prefix}:{local}"
    return iri


def link(iri: str, base: str) -> str:
    """Where a click may lead: our own pages, or http and https; nothing else, so no script."""
    for kind in ("id/", "doc/"):
        if iri.startswith(base + kind):
            return "/doc/" + quote(iri.removeprefix(base + kind), safe=PATH_SAFE)
    for namespace, page in ((str(ARI._NS), "/def#"), (str(SHAPES), "/shapes#")):
        if iri.startswith(namespace):
            return page + quote(iri.removeprefix(namespace), safe="")
    return iri if _on_the_web(iri) else ""


def _on_the_web(iri: str) -> bool:
    try:
        parts = urlsplit(iri)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
