"""The publisher of a source among the organisations that are known, or a new one."""

import re
import unicodedata
from collections.abc import Iterable

from ...build.records import OrganisationRecord, Origin
from ...build.wording import worded


def publisher_of(name: str, known: Iterable[OrganisationRecord]) -> OrganisationRecord:
    """The organisation with this key, name or alternative name; a new one if there is none."""
    wanted = worded(name).casefold()
    for item in known:
        if wanted in {n.casefold() for n in (item.key, item.name, *item.alternatives)}:
            return item
    return OrganisationRecord(slug(name), worded(name), (), True, "", "", Origin("", 0))


def slug(name: str) -> str:
    """A name as part of a key: lower-case letters of ASCII and digits, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", name.replace("&", " and ")).encode("ascii", "ignore")
    return "-".join(re.findall(r"[a-z0-9]+", plain.decode().lower().replace("'", "")))
