"""The typed links of an answer (RFC 8288, signposting.org): made here, shown in head and headers.

A view tells what it knows before it answers; `headers` sends what was told with every GET and HEAD,
and `base.html` says the same in the head of a page. A refusal forgets what the view told.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin

from flask import g

from ..build.provenance import PROJECT
from ..formats import Format
from ..vocab import CC_BY, OGL
from .negotiation import HTML, HTML_TYPES
from .service import Service

SAFE = "/:?#[]@!$&'()*+,;=-._~%"
"""What stands in an IRI and needs no percent-encoding in a URI (RFC 3987, 3.1)."""
SAFE_TARGET = re.compile(r"https?://[^/]|/(?!/)")
ABOUT_PAGE = "https://schema.org/AboutPage"
DATASET = "https://schema.org/Dataset"
LICENCES = (str(CC_BY), str(OGL))
"""Those of the whole data: our own part, and the texts of the Met."""


@dataclass(frozen=True)
class Link:
    """One link.

    Args:
        target: an IRI, or a path of this site.
        rel: the relation, a name of the register of RFC 8288.
        type: media type of what is there; empty: not said.
    """

    target: str
    rel: str
    type: str = ""

    @property
    def href(self) -> str:
        """The target as a URI reference."""
        return quote(self.target, safe=SAFE)

    def __str__(self) -> str:
        """The value of a header `Link`."""
        media_type = f'; type="{self.type}"' if self.type else ""
        return f'<{self.href}>; rel="{self.rel}"{media_type}'


def tell(*links: Link) -> None:
    """Add links to the answer of this request: to paths of this site and to the web, no others.

    The data may name anything, and a page that names a script would run it.
    """
    g.links = [*told(), *(link for link in links if SAFE_TARGET.match(link.target))]


def told() -> list[Link]:
    """The links of this request's answer, in the order told, each once."""
    return list(dict.fromkeys(g.get("links", [])))


def location() -> str:
    """The address of just the representation that is answered; empty: it has none of its own."""
    found: str = g.get("location", "")
    return found


def forget() -> None:
    """What was told of an answer does not hold of the refusal in its place."""
    g.pop("links", None)
    g.pop("location", None)


def negotiated(
    service: Service,
    path: str,
    name: str,
    offered: Sequence[Format],
    canonical: str = "",
    *,
    page: bool = True,
) -> None:
    """Tell the other forms of what stands at a path, and the one that this is.

    Args:
        name: of the form that is answered: one of `offered`, or `html`.
        canonical: the path that is meant, if it is another one.
        page: there is one besides.
    """
    g.location = f"{path}?format={name}"
    forms = {item.name: item.media_type for item in offered}
    if page:
        forms = {HTML: HTML_TYPES[0]} | forms
    others = (form for form in forms if form != name)
    tell(Link(f"{service.root}{canonical or path}", "canonical"))
    tell(*(Link(f"{path}?format={form}", "alternate", forms[form]) for form in others))


def author(service: Service) -> Link:
    """Who wrote the documents, the ontology and the shapes."""
    return Link(str(service.names.thing("organisation", PROJECT)), "author")


def licences(iris: Iterable[str] = LICENCES) -> list[Link]:
    """What a resource may be used under."""
    return [Link(iri, "license") for iri in iris]


def kinds(*iris: str) -> list[Link]:
    """What a resource is (RFC 6903, 6)."""
    return [Link(iri, "type") for iri in iris]


def linkset(root: str, sets: Iterable[tuple[str, Sequence[Link]]]) -> dict[str, Any]:
    """Links of many resources as one document (RFC 9264, 4.2).

    Args:
        root: the public address that paths stand below.
        sets: path of each resource, with its links.
    """
    return {"linkset": [_context(root, anchor, links) for anchor, links in sets]}


def _context(root: str, anchor: str, links: Iterable[Link]) -> dict[str, Any]:
    found: dict[str, Any] = {"anchor": urljoin(root, quote(anchor, safe=SAFE))}
    for link in links:
        target = {"href": urljoin(root, link.href)} | ({"type": link.type} if link.type else {})
        found.setdefault(link.rel, []).append(target)
    return found
