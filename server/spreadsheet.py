"""Cells of CSV that no spreadsheet takes for a formula (THREAT_MODEL.md, 15)."""

import re

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_BEGINS = re.compile(r"((?:\A|[;\t\r\n])[ \u00a0]*)(?=[=+\-@|%\t\r\n\uff1d\uff0b\uff0d\uff20])")
"""Where a cell begins, also for a spreadsheet that takes a semicolon or a tab between cells, and
what makes a formula there, in its full width too."""


def neutral(text: str) -> str:
    """The text with an apostrophe before whatever would begin a formula; numbers stay as they are.

    A spreadsheet shows such a cell as text.
    """
    return text if _NUMBER.fullmatch(text) else _BEGINS.sub(r"\1'", text)
