"""One operation of an update, done by the engine on a store (SPARQL 1.1 Update, 3)."""

import contextlib
from collections.abc import Collection, Iterator

from pyoxigraph import Store

from ..errors import InputError, UnknownGraph
from . import operations
from .operations import Operation


def run(store: Store, operation: Operation, base: str) -> bool:
    """Do one operation, after those before it. False: it is SILENT about what it takes from.

    Raises:
        UnknownGraph: its dataset, or what it takes from or clears, does not exist.
        InputError: it can't be done.
    """
    graphs = names(store)
    must_have_dataset(operation, graphs, base)
    if operation.verb in operations.TRANSFERS:
        source = operation.source(base)
        if source is not None and source not in graphs:
            if "SILENT" in operation.words:
                return False
            raise UnknownGraph(source, graphs)
    with faults(graphs):
        store.update(operation.whole, base_iri=base)
    return True


def must_have_dataset(operation: Operation, graphs: Collection[str], base: str) -> None:
    """Refuse USING of a graph that is not there.

    Raises:
        UnknownGraph: that.
    """
    for name in operation.using(base):
        if name not in graphs:
            raise UnknownGraph(name, list(graphs))


@contextlib.contextmanager
def faults(graphs: Collection[str]) -> Iterator[None]:
    """What the engine says of an operation, in our words.

    Raises:
        UnknownGraph: CLEAR or DROP of a graph that does not exist (3.1.5, 3.2.2).
        InputError: it can't be done.
    """
    try:
        yield
    except SyntaxError as error:
        raise InputError(f"The update can't be taken apart: {error}.") from error
    except RuntimeError as error:
        said = str(error)
        if said.endswith("> does not exist"):
            missing = said.partition("<")[2].partition(">")[0]
            raise UnknownGraph(missing, list(graphs)) from None
        raise InputError(f"The update can't be done: {said}.") from None


def names(store: Store) -> list[str]:
    """The named graphs of a store."""
    return sorted(name.value for name in store.named_graphs())
