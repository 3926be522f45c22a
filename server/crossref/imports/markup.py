"""Markup in the texts of a source, which are plain texts here."""

import html
import re

_INLINE = "a|abbr|b|cite|code|em|font|i|mark|q|s|small|span|strong|sub|sup|u"
_BLOCK = "blockquote|br|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|table|tbody|td|th|thead|tr|ul"
_REST = r"(?:\s[^<>]*)?/?>"
_WITHIN = re.compile(rf"</?(?:{_INLINE}){_REST}", re.IGNORECASE)
_BETWEEN = re.compile(rf"</?(?:{_BLOCK}){_REST}", re.IGNORECASE)
# With its semicolon: of 'R&D' nothing is a reference.
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)

NOTE = "Its markup (HTML) was turned into plain text."


def plain(text: str) -> str:
    """A text without elements of HTML, and with characters for character references.

    What no element has for a name stays: `a < b`, `<unknown>`.
    """
    apart = _BETWEEN.sub(" ", text)
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), _WITHIN.sub("", apart))
