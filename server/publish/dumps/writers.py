"""The dataset in six formats, each read back by two libraries before it is kept."""

from collections.abc import Callable, Iterator
from functools import partial

from ...errors import Unfaithful
from .. import layout
from ..dataset import Dataset
from ..draft import Draft, File
from ..packing import gzipped
from . import readers
from .jsonld import jsonld
from .rdfxml import rdfxml
from .schema import context
from .turtle import trig, turtle

Writer = Callable[[Draft], bytes]

WRITERS: dict[str, Writer] = {
    "nt": lambda draft: draft.dataset.merge.lines,
    "ttl": lambda draft: turtle(draft.dataset.merge.triples, f"{draft.facts.base}id/"),
    "rdf": lambda draft: rdfxml(draft.dataset.merge.triples),
    "nq": lambda draft: draft.dataset.lines,
    "trig": lambda draft: trig(draft.dataset.graphs, f"{draft.facts.base}id/"),
    "jsonld": lambda draft: jsonld(draft.dataset.graphs, f"{draft.facts.base}id/", context(draft)),
}
"""By name of the format; the first three say the merge of all graphs."""


def dumps(draft: Draft) -> Iterator[File]:
    """The dataset, and the merge of its graphs, in each format.

    Raises:
        Unfaithful: a library reads something else, or can't read it.
    """
    for form, path in (layout.TRIPLES | layout.QUADS).items():
        data = WRITERS[form](draft)
        wanted = draft.dataset.merge if form in layout.TRIPLES else draft.dataset
        for library, read in readers.READERS.items():
            _compare(path, library, wanted, partial(read, data, form))
        yield path, data
        yield f"{path}.gz", gzipped(data)


def _compare(path: str, library: str, wanted: Dataset, read: Callable[[], Dataset]) -> None:
    try:
        found = read()
    except Exception as error:
        raise Unfaithful(f"{path} can't be read back by {library}: {error}") from error
    if found.lines != wanted.lines:
        detail = f"{library} reads {found.hash} from {path}, and {wanted.hash} is meant."
        raise Unfaithful(detail)
