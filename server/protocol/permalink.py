"""Permalinks of answers: query, release and the digest of the answer, all in the address.

Nothing is stored for one. Whoever follows it has the query asked again of the same release, and the
digest (`engine.pinned`) says whether the answer is the one that was cited.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from ..build.rdfc import sha256
from ..engine.interface import Answer, Question
from ..engine.pinned import PINNED
from ..errors import ParameterError
from .negotiation import KINDS
from .parameters import Parameters, dataset_pairs
from .service import Service

PATH = "/cite"
LIVE = "live"
"""Names the live data, as that to compare with."""
MOST_OF_HEADER = 4096
"""Characters of a permalink in a header; longer ones are refused by some proxies."""
MOST_SHOWN = 100
"""Rows that came or went that are told."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Pin:
    """A question to a release, and the digest of its answer.

    Args:
        digest: empty: not known yet.
    """

    release: str
    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    digest: str = ""

    @property
    def address(self) -> str:
        """Path and query of the permalink."""
        asked = dataset_pairs(self.query, self.default_graphs, self.named_graphs)
        pairs = [("release", self.release), ("sha256", self.digest), *asked]
        return f"{PATH}?{urlencode(pairs)}"

    @property
    def question_address(self) -> str:
        """Path and query that ask the release."""
        asked = dataset_pairs(self.query, self.default_graphs, self.named_graphs)
        return f"/sparql?{urlencode([*asked, ('release', self.release)])}"

    def ask(self, service: Service, base_iri: str) -> Answer:
        """The answer that a service over some data gives, in the form that is pinned.

        Args:
            base_iri: of relative IRIs in the query, which must not depend on the data.

        Raises:
            NotCitable: says why it can't be pinned.
            AriError: as `Engine.ask`.
        """
        forms = dict.fromkeys(KINDS, PINNED)
        return service.engine.ask(
            Question(self.query, base_iri, forms, self.default_graphs, self.named_graphs)
        )

    def with_digest_of(self, answer: Answer) -> "Pin":
        """The same question with this answer."""
        return replace(self, digest=sha256(answer.body))


def read(sent: Parameters) -> Pin:
    """What a permalink says.

    Raises:
        ParameterError: release or query is missing, or the digest is none.
    """
    default, named = sent.all("default-graph-uri"), sent.all("named-graph-uri")
    pin = Pin(_one(sent, "release"), _one(sent, "query"), default, named)
    digest = sent.one("sha256")
    if digest is None:
        return pin
    if not _DIGEST.fullmatch(digest):
        raise ParameterError(
            "The parameter sha256 is no digest.",
            remedy="Give 64 hexadecimal digits in lower case, or leave it out to get the permalink "
            "of the answer.",
            extra={"parameter": "sha256"},
        )
    return replace(pin, digest=digest)


def _one(sent: Parameters, name: str) -> str:
    value = sent.one(name)
    if not value:
        raise ParameterError(
            f"The parameter {name} is missing.",
            remedy=f"A permalink is {PATH}?release=VERSION&sha256=DIGEST&query=QUERY.",
            extra={"parameter": name},
        )
    return value


@dataclass(frozen=True)
class Difference:
    """What tells two answers to one query apart.

    Args:
        went, came: rows or triples of the first only, of the second only, as lines.
        reordered: they hold the same rows, and the query orders them otherwise.
    """

    went: tuple[str, ...]
    came: tuple[str, ...]
    reordered: bool


def difference(before: Answer, after: Answer) -> Difference:
    """The difference of two answers in the form that is pinned; a row may come more than once."""
    old, new = (Counter(rows_of(answer)) for answer in (before, after))
    went, came = ((one - other).elements() for one, other in ((old, new), (new, old)))
    same_rows = old == new
    return Difference(tuple(went), tuple(came), same_rows and before.body != after.body)


def rows_of(answer: Answer) -> list[str]:
    """The lines of an answer in this form, without that of the variables."""
    lines = answer.body.decode().split("\n")[:-1]
    return lines[1:] if answer.kind == "table" else lines
