"""RDF documents that strangers send, read without any way out of this process."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from pyoxigraph import Quad, RdfFormat, parse

from .. import resources
from ..build.wellformed import fault_of
from ..errors import InputError
from ..vocab import DEFAULT_BASE
from . import lexer

FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
}
"""By name in `formats.FORMATS`, the formats in which a graph can be sent."""

OWN_CONTEXTS = ("context.jsonld", f"{DEFAULT_BASE}context.jsonld")
"""Names of the context that comes with the package."""
_BOM = b"\xef\xbb\xbf"
_DOCTYPE = re.compile(rb"<!doctype", re.IGNORECASE)


def read(body: bytes, format_name: str, base_iri: str) -> list[Quad]:
    """The statements of a document, in the default graph; its blank nodes get new names.

    Raises:
        SyntaxProblem: it does not parse, with the place.
        InputError: it names a remote context, declares a document type, holds named graphs, or is
            in no format for graphs.
    """
    if format_name not in FORMATS:
        raise InputError(f"A graph can't be read from {format_name}.")
    body = prepared(body, format_name)
    with told(body):
        return list(
            parse(
                body,
                format=FORMATS[format_name],
                base_iri=base_iri,
                without_named_graphs=True,
                rename_blank_nodes=True,
            )
        )


def prepared(body: bytes, format_name: str) -> bytes:
    """A document as the parser may see it.

    Raises:
        SyntaxProblem: it is XML that is not well formed.
        InputError: it names a remote context or declares a document type.
    """
    body = body.removeprefix(_BOM)
    if format_name == "rdf":
        _refuse_doctype(body)
        _refuse_broken_xml(body)
    return _with_own_contexts(body) if format_name == "jsonld" else body


@contextmanager
def told(body: bytes) -> Iterator[None]:
    """What a parser says of a document, as an error with its place."""
    try:
        yield
    except SyntaxError as error:
        raise _problem(body, error) from None
    except ValueError as error:
        raise InputError(f"The document can't be read: {error}.") from None


def _problem(body: bytes, error: SyntaxError) -> InputError:
    text = body.decode(errors="replace")
    place = (error.lineno, error.offset) if error.lineno and error.offset else None
    said = _PLACE.sub("", error.msg or str(error)).rstrip(".")
    if place is None:
        return InputError(f"The document can't be read: {said}.")
    return lexer.problem_at(text, _offset(text, *place), f"{said}.")


_PLACE = re.compile(r"^Parser error (?:at|between) line .*?: | \(line \d+\)$")


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return min(start + column - 1, len(text))


def _refuse_broken_xml(body: bytes) -> None:
    """A document that is cut between two statements would otherwise pass for a whole one."""
    if (fault := fault_of(body)) is not None:
        text = body.decode(errors="replace")
        raise lexer.problem_at(text, _offset(text, fault.line, fault.column), f"{fault.words}.")


def _refuse_doctype(body: bytes) -> None:
    if _DOCTYPE.search(body):
        raise InputError(
            "The document declares a document type, and such are not read here.",
            remedy="Remove <!DOCTYPE …> and write out the entities that it declares.",
        )


# JSON-LD contexts


def _with_own_contexts(body: bytes) -> bytes:
    """The document, with our own context in the place of its address.

    Raises:
        InputError: it names another context outside itself.
    """
    try:
        document = json.loads(body)
    except (ValueError, UnicodeDecodeError):
        # The parser says where it is broken.
        return body
    replaced, names = _replaced(document), list(_contexts(document))
    for name in names:
        if name not in OWN_CONTEXTS:
            raise InputError(
                f"The document names the context <{name}>, and nothing is fetched from elsewhere.",
                remedy="Write the context into the document, or send Turtle.",
                extra={"context": name},
            )
    return json.dumps(replaced).encode() if names else body


def _contexts(value: Any) -> list[str]:
    found: list[str] = []
    for key, part in _members(value):
        if key == "@context":
            items = part if isinstance(part, list) else [part]
            found += [item for item in items if isinstance(item, str)]
        if key == "@import" and isinstance(part, str):
            found.append(part)
        found += _contexts(part)
    return found


def _members(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return [("", item) for item in value] if isinstance(value, list) else []


def _replaced(value: Any) -> Any:
    if isinstance(value, list):
        return [_replaced(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _context(part) if key == "@context" else _replaced(part) for key, part in value.items()
    }


def _context(value: Any) -> Any:
    if isinstance(value, list):
        return [_context(item) for item in value]
    return _own_context() if isinstance(value, str) and value in OWN_CONTEXTS else value


def _own_context() -> Any:
    return cast(Any, json.loads(resources.text("ontology", "context.jsonld")))["@context"]
