"""The formats of answers: short name, media types, and what each can carry."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["table", "boolean", "graph", "dataset"]


@dataclass(frozen=True)
class Format:
    """One serialisation.

    Args:
        name: as in `--format` and `?format=`.
        media_type: the registered type that we answer with.
        also: other media types that ask for it.
        carries: what it can express: SELECT tables, ASK booleans, graphs, datasets.
        suffix: of a file name, without the dot.
        served: the type that we answer with where another asks for it: then it is a download.
    """

    name: str
    media_type: str
    also: tuple[str, ...]
    carries: frozenset[Kind]
    suffix: str
    served: str = ""

    @property
    def content_type(self) -> str:
        """The `Content-Type` header, with a charset where the type has one."""
        media_type = self.served or self.media_type
        text = media_type.startswith("text/")
        return f"{media_type}; charset=utf-8" if text else media_type

    @property
    def disposition(self) -> str:
        """The `Content-Disposition` header (RFC 6266); empty: to be shown, not to be kept."""
        return f'attachment; filename="answer.{self.suffix}"' if self.served else ""


def _format(
    name: str, media_type: str, *also: str, carries: str, suffix: str, served: str = ""
) -> Format:
    kinds = frozenset(carries.split())
    return Format(name, media_type, also, kinds, suffix, served)  # type: ignore[arg-type]


FORMATS = (
    _format(
        "json",
        "application/sparql-results+json",
        "application/json",
        carries="table boolean",
        suffix="srj",
    ),
    _format(
        "xml",
        "application/sparql-results+xml",
        "application/xml",
        "text/xml",
        carries="table boolean",
        suffix="srx",
    ),
    _format("csv", "text/csv", carries="table", suffix="csv"),
    _format(
        "spreadsheet",
        "application/vnd.ari.spreadsheet",
        carries="table",
        suffix="csv",
        served="text/csv",
    ),
    _format("tsv", "text/tab-separated-values", carries="table", suffix="tsv"),
    _format("ttl", "text/turtle", "application/x-turtle", carries="graph", suffix="ttl"),
    _format("nt", "application/n-triples", carries="graph", suffix="nt"),
    _format(
        "jsonld",
        "application/ld+json",
        "application/json",
        carries="graph dataset",
        suffix="jsonld",
    ),
    _format(
        "rdf", "application/rdf+xml", "application/xml", "text/xml", carries="graph", suffix="rdf"
    ),
    _format("nq", "application/n-quads", carries="graph dataset", suffix="nq"),
    _format("trig", "application/trig", carries="graph dataset", suffix="trig"),
)
"""In order of preference: the first that fits is the default."""

BY_NAME = {item.name: item for item in FORMATS}


def carrying(kind: Kind) -> tuple[Format, ...]:
    """The formats for a kind of answer, the default first."""
    return tuple(item for item in FORMATS if kind in item.carries)
