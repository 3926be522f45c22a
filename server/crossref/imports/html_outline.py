"""The statements of an HTML document under their headings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from ...build.wording import worded

LEVELS = ("h2", "h3", "li")
"""Group, theme, statement: how publications on GOV.UK are mostly laid out."""

ELEMENTS = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "dt", "dd", "td", "th", "strong")
"""What a level may be."""

_INLINE = re.compile(
    "a|abbr|acronym|b|bdi|bdo|cite|code|data|dfn|em|i|kbd|mark|q|s|samp|small|span|strong|sub|sup|"
    "time|u|var|wbr"
)
_LISTS = frozenset(("ul", "ol", "dl", "table"))
_UNSEEN = frozenset(("script", "style", "template", "noscript"))


@dataclass(frozen=True)
class Statement:
    """A statement as it stands in a document.

    Args:
        path: the headings above it, the outermost first.
        line: of the document, from 1.
        points: how many statements stand inside it; their words are part of its own.
    """

    text: str
    path: tuple[str, ...]
    line: int
    points: int = 0


def statements(html: str, levels: Sequence[str]) -> list[Statement]:
    """The statements of a document, or of a part of one, in their order.

    Args:
        levels: names of elements; the last one holds a statement, those before it are headings,
            the outermost first.
    """
    outline = _Outline(levels)
    outline.feed(html)
    outline.close()
    outline.finish()
    return outline.found


@dataclass
class _Element:
    """A heading, a statement or a list that has begun and not ended."""

    tag: str
    line: int
    words: list[str] = field(default_factory=list)
    points: int = 0


class _Outline(HTMLParser):
    """Knows the headings that are in force, and the elements that are open."""

    def __init__(self, levels: Sequence[str]) -> None:
        super().__init__(convert_charrefs=True)
        *self._heads, self._unit = levels
        self._path: dict[str, str] = {}
        self._open: list[_Element] = []
        self._unseen = 0
        self.found: list[Statement] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Part of HTMLParser."""
        if tag in _UNSEEN:
            self._unseen += 1
            return
        self._apart(tag)
        if tag in (self._unit, *self._heads):
            # An end tag may be left out (HTML, 13.1.2.4): the next of its kind ends it.
            self._end(tag)
            self._open.append(_Element(tag, self.getpos()[0]))
        elif tag in _LISTS:
            self._open.append(_Element(tag, self.getpos()[0]))

    def handle_endtag(self, tag: str) -> None:
        """Part of HTMLParser."""
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
            return
        self._apart(tag)
        self._end(tag)

    def handle_data(self, data: str) -> None:
        """Part of HTMLParser."""
        if self._open and not self._unseen:
            self._open[-1].words.append(data)

    def finish(self) -> None:
        """End what the document leaves open."""
        while self._open:
            self._pop()

    def _apart(self, tag: str) -> None:
        """Words of two blocks are two words."""
        if self._open and not _INLINE.fullmatch(tag):
            self._open[-1].words.append(" ")

    def _end(self, tag: str) -> None:
        """End the innermost element of this name, and what is open in it; not beyond a list."""
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place].tag == tag:
                while len(self._open) > place:
                    self._pop()
                return
            if self._open[place].tag in _LISTS:
                return

    def _pop(self) -> None:
        element = self._open.pop()
        words = " ".join("".join(element.words).split())
        if element.tag in self._heads:
            self._head(element.tag, words)
        elif element.tag == self._unit and not self._is_point(element, words):
            path = tuple(self._path[head] for head in self._heads if head in self._path)
            self.found.append(Statement(worded(words), path, element.line, element.points))
        elif element.tag in _LISTS and self._open:
            self._open[-1].words += [" ", words, " "]
            self._open[-1].points += element.points

    def _head(self, tag: str, words: str) -> None:
        """A heading is in force until the next of its rank or above."""
        rank = self._heads.index(tag)
        for lower in self._heads[rank:]:
            self._path.pop(lower, None)
        if worded(words):
            self._path[tag] = worded(words)

    def _is_point(self, element: _Element, words: str) -> bool:
        """Whether it is a point of a statement around it, which then takes its words."""
        around = [item for item in self._open if item.tag == self._unit]
        if not around:
            return False
        self._open[-1].words += [words, " "]
        self._open[-1].points += 1 + element.points
        return True
