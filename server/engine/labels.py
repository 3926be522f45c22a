"""Names of blank nodes in an answer: b0, b1… in order of appearance."""

from pyoxigraph import BlankNode


class Labels:
    """New names for blank nodes, in order of appearance."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def __call__(self, node: BlankNode) -> str:
        return self._names.setdefault(node.value, f"b{len(self._names)}")
