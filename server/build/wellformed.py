"""Whether XML is well formed: the parser of RDF/XML takes one that is cut for a whole one."""

from dataclasses import dataclass
from xml.parsers import expat


@dataclass(frozen=True)
class Fault:
    """Where XML is not well formed, and why.

    Args:
        line, column: from 1.
    """

    line: int
    column: int
    words: str


def fault_of(document: bytes) -> Fault | None:
    """The first fault of a document in UTF-8, without a document type; an empty one has none.

    Nothing is fetched, and nothing recurses.
    """
    if not document.strip():
        return None
    reader = expat.ParserCreate("utf-8", namespace_separator=" ")
    try:
        reader.Parse(document, True)
    except expat.ExpatError as error:
        words = expat.ErrorString(error.code) or "not well formed"
        return Fault(error.lineno, error.offset + 1, f"The XML is not well formed: {words}")
    return None
