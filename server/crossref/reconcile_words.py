"""What of a name counts when names are compared: its words, whatever their case or dress."""

import re
import unicodedata
from functools import lru_cache

LONGEST = 4000
"""Characters of a text that are looked at: more than any name has."""

_FUNCTION = (
    "a an and are as at be by can do does for from has have how in is it its of on or that the "
    "their them they this to was we what when where which who why will with would you your"
)
FUNCTION_WORDS = frozenset(_FUNCTION.split())
"""Words that hold a name together and say little by themselves."""

_APOSTROPHES = re.compile("['\u2018\u2019\u02bc]")
_WORD = re.compile(r"[^\W_]+")


def plain(text: str) -> str:
    """The text without case, accents, punctuation and doubled spaces.

    >>> plain("Victims' needs & Café-crime")
    'victims needs and cafe crime'
    """
    decomposed = unicodedata.normalize("NFKD", text[:LONGEST].replace("&", " and ").casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(_WORD.findall(_APOSTROPHES.sub("", bare)))


def words(text: str) -> tuple[str, ...]:
    """The words of a plain text in order, each in the singular."""
    return tuple(map(singular, text.split()))


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """The word without the s of an English plural (Harman's S stemmer, 1991).

    >>> [singular(word) for word in ("crimes", "technologies", "process", "police", "bus")]
    ['crime', 'technology', 'process', 'police', 'bus']
    """
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word if word.endswith(("aies", "eies")) else word[:-3] + "y"
    return word[:-1]
