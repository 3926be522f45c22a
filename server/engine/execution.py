"""One operation of an update, done on a store (SPARQL 1.1 Update, 3)."""

from pyoxigraph import NamedNode, Store

from ..errors import InputError, UnknownGraph
from . import operations
from .operations import Operation


def run(store: Store, operation: Operation, base: str) -> None:
    """Do one operation, after those before it.

    Raises:
        UnknownGraph: its dataset, or what it takes from or clears, does not exist.
    """
    for name in operation.using(base):
        _must_exist(store, name)
    if operation.verb in operations.TRANSFERS:
        source = operation.source(base)
        if source is not None and not _exists(store, source):
            if "SILENT" in operation.words:
                return
            _must_exist(store, source)
    try:
        store.update(operation.whole, base_iri=base)
    except SyntaxError as error:
        raise InputError(f"The update can't be taken apart: {error}.") from error
    except RuntimeError as error:
        raise _failure(store, str(error)) from None


def _failure(store: Store, said: str) -> InputError:
    """CLEAR or DROP of a graph that does not exist, CREATE of one that does (3.1.5, 3.2)."""
    if said.endswith("> does not exist"):
        return UnknownGraph(said.partition("<")[2].partition(">")[0], names(store))
    return InputError(f"The update can't be done: {said}.")


def names(store: Store) -> list[str]:
    """The named graphs of a store."""
    return sorted(name.value for name in store.named_graphs())


def _exists(store: Store, name: str) -> bool:
    return store.contains_named_graph(NamedNode(name))


def _must_exist(store: Store, name: str) -> None:
    if not _exists(store, name):
        raise UnknownGraph(name, names(store))
