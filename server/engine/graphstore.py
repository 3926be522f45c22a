"""The operations of the SPARQL 1.1 Graph Store HTTP Protocol on a snapshot; numbers in brackets are
its sections."""

from collections.abc import Iterable, Sequence
from typing import Any

from pyoxigraph import BlankNode, Quad, Store

from ..errors import InputError, UnknownName
from . import bodies, execution, operations
from .delta import Delta
from .gate import Misspelling
from .operations import Operation
from .snapshot import Snapshot, placed


def change(request: dict[str, Any], documents: Sequence[bytes], snapshot: Snapshot) -> Delta:
    """PUT (5.3), DELETE (5.4) or POST (5.5) of a graph.

    An empty graph exists if it was put: asking for it is no 404.

    Args:
        request: its `kind`, `graph` (None is the unnamed graph), `formats` and `base`.
        documents: with these formats.

    Raises:
        SyntaxProblem, InputError: a document can't be read.
        UnknownName: what is to be deleted does not exist.
    """
    name, base = request["graph"], request["base"]
    formats = zip(documents, request["formats"], strict=True)
    given = [quad.triple for body, form in formats for quad in bodies.read(body, form, base)]
    new = dict.fromkeys(placed(given, name))
    created = [name] if name is not None and name not in snapshot.graphs else []
    if request["kind"] == "post":
        return Delta(added=[q for q in new if not snapshot.holds(q)], created=created)
    if request["kind"] == "put":
        return _difference(_held(snapshot, name), new, created)
    if created:
        raise _unknown(name)
    return Delta(removed=list(_held(snapshot, name)), dropped=[name] if name is not None else [])


def patch(planned: Sequence[Operation], name: str | None, base: str, snapshot: Snapshot) -> Delta:
    """An update (5.7) that sees one graph as its whole dataset, and changes only that.

    Raises:
        UnknownName: the graph does not exist.
        InputError: it says another graph.
    """
    if name is not None and name not in snapshot.graphs:
        raise _unknown(name)
    _refuse_other_graphs(planned, base)
    alone = Store()
    alone.extend(placed(snapshot.triples(name), None))
    known = _blank_nodes(alone)
    for operation in planned:
        execution.run(alone, operation, base)
    if any(True for _ in alone.named_graphs()):
        raise _beyond("a graph")
    new = dict.fromkeys(placed((quad.triple for quad in alone), name))
    return _difference(_held(snapshot, name), new, [], known)


def _held(snapshot: Snapshot, name: str | None) -> dict[Quad, None]:
    return dict.fromkeys(placed(snapshot.triples(name), name))


def _difference(
    old: dict[Quad, None],
    new: dict[Quad, None],
    created: Sequence[str],
    known: frozenset[str] = frozenset(),
) -> Delta:
    removed = [quad for quad in old if quad not in new]
    return Delta(removed, [quad for quad in new if quad not in old], known, created=created)


def _blank_nodes(store: Store) -> frozenset[str]:
    terms = (term for quad in store for term in (quad.subject, quad.object))
    return frozenset(term.value for term in terms if isinstance(term, BlankNode))


def _unknown(name: str) -> UnknownName:
    return UnknownName(f"There is no graph <{name}> here.", remedy="Create it with PUT or POST.")


def _refuse_other_graphs(planned: Iterable[Operation], base: str) -> None:
    others = {"WITH", "USING", "NAMED", "ALL", *operations.TRANSFERS, "CREATE"}
    words = {word for operation in planned for word in operation.words} & others
    if any(Misspelling(item.whole, base, update=True).uses("GRAPH") for item in planned):
        words.add("GRAPH")
    if words:
        raise _beyond(min(words))


def _beyond(what: str) -> InputError:
    return InputError(
        f"A PATCH sees and changes its own graph only, and this one says {what}.",
        remedy="Write patterns and data without GRAPH, or send the update to /update.",
    )
