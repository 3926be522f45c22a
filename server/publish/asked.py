"""A dataset that answers queries: ours, over our own data, in this process."""

from collections.abc import Sequence

import pyoxigraph as ox

from ..engine import snapshot
from .dataset import Dataset

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = Sequence[Term | None]


class Asked:
    """A dataset, loaded as the service loads it: the merge of all graphs is the default graph."""

    def __init__(self, dataset: Dataset, base: str) -> None:
        self._snapshot = snapshot.load(dataset.lines, union=True)
        self._base = f"{base}sparql"

    def ask(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """What a query finds.

        Raises:
            SyntaxError: it does not parse.
        """
        view = self._snapshot.dataset(None, None)
        return view.query(self._snapshot.store, text, self._base)

    def rows(self, text: str) -> tuple[list[str], list[Row]]:
        """The names of the columns of a SELECT, and its rows in the order in which they come."""
        found = self.ask(text)
        if not isinstance(found, ox.QuerySolutions):
            raise TypeError("a table comes of a SELECT")
        names = [variable.value for variable in found.variables]
        return names, [tuple(row) for row in found]
