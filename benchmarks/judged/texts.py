"""The corpora on which the matcher is measured: as shipped, and with the official texts."""

import dataclasses
import tempfile
from pathlib import Path

from met_ari.build import folder
from met_ari.build.overlay import Overlay
from met_ari.build.pipeline import build
from met_ari.build.sources import Sources
from met_ari.config import Settings
from met_ari.crossref import corpus
from met_ari.crossref.corpus import Corpus
from met_ari.engine.embedded import open_engine
from met_ari.protocol.service import Service


def shipped() -> Corpus:
    """The data that the package ships, without anything imported."""
    with tempfile.TemporaryDirectory() as home:
        return _built(Sources.of_package(), Path(home))


def of_home(home: Path) -> Corpus:
    """The same under what was imported into a home folder."""
    with tempfile.TemporaryDirectory() as place:
        return _built(Sources.of_package().under(Overlay.of(home)), Path(place))


def without_topics(corpus: Corpus, edition: str) -> Corpus:
    """The same corpus as if nobody had assigned topics to the questions of one edition."""
    items = (
        dataclasses.replace(item, topics=())
        if item.kind == "question" and item.edition == edition
        else item
        for item in corpus.items
    )
    return dataclasses.replace(corpus, items=tuple(items))


def _built(sources: Sources, home: Path) -> Corpus:
    settings = Settings(home=home)
    made = build(sources, home).folder
    with open_engine(made / folder.DATASET, made.name, settings, workers=1) as engine:
        return corpus.read(Service(settings, engine))
