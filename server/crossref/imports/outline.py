"""The headings of an edition while an import places questions under them; keys are never reused."""

from collections.abc import Iterator
from dataclasses import replace

from ...build.records import Origin, ThemeRecord
from .matching import Path
from .state import EditionState

_NOWHERE = Origin("", 0)


class Outline:
    """Headings by their names; new ones get the next number under their parent."""

    def __init__(self, state: EditionState) -> None:
        self.fixed = {item.key for item in state.fixed}
        self._themes = {item.key: item for item in (*state.fixed, *state.themes)}
        self._by_path = {_plain(state.path(key)): key for key in self._themes}
        self._used: dict[str, None] = {}

    def place(self, path: Path) -> str:
        """The key of the heading that a path leads to, made if it is not there."""
        key = ""
        for level in range(1, len(path) + 1):
            key = self._by_path.get(_plain(path[:level])) or self._new(path[:level], key)
            self._used.setdefault(key)
        return key

    def touch(self, key: str) -> None:
        """Keep a heading, and those above it, in the order in which they are met."""
        if parent := self._themes[key].parent:
            self.touch(parent)
        self._used.setdefault(key)

    def _new(self, path: Path, parent: str) -> str:
        number = 1 + max((_last(k) for k in self._below(parent)), default=0)
        key = f"{parent}.{number}" if parent else str(number)
        self._themes[key] = ThemeRecord(key, parent, number, path[-1], _NOWHERE)
        self._by_path[_plain(path)] = key
        return key

    def _below(self, parent: str) -> Iterator[str]:
        return (key for key, item in self._themes.items() if item.parent == parent)

    def placed(self, taken: dict[str, int]) -> tuple[ThemeRecord, ...]:
        """The headings that an import keeps, in order, positions from 1 under each parent.

        Those that the source has now come first, in its order.

        Args:
            taken: how many places under a parent are taken by what may not be moved; counted on.
        """
        order = dict.fromkeys([*self._used, *self._themes])
        found = []
        for key in order:
            if key not in self.fixed:
                item = self._themes[key]
                taken[item.parent] = taken.get(item.parent, 0) + 1
                found.append(replace(item, position=taken[item.parent]))
        return tuple(found)


def _plain(path: Path) -> Path:
    return tuple(name.casefold() for name in path)


def _last(key: str) -> int:
    number = key.rpartition(".")[2]
    return int(number) if number.isdecimal() else 0
