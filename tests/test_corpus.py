"""What can be matched and found is read whole, through the engine's seam, once a revision."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from met_ari.build.pipeline import BuildResult
from met_ari.config import Settings
from met_ari.crossref import corpus
from met_ari.crossref.corpus import Corpus
from met_ari.crossref.latest import Latest
from met_ari.engine.embedded import open_engine
from met_ari.engine.interface import Engine
from met_ari.errors import UnknownName
from met_ari.protocol.service import Service
from tests import stores

BASE = "https://w3id.org/ari/id/"


@pytest.fixture(scope="module")
def engine(built: BuildResult) -> Iterator[Engine]:
    dataset = built.folder / "dataset.nq"
    with open_engine(dataset, built.folder.name, Settings(), workers=1) as engine:
        yield engine


@pytest.fixture(scope="module")
def real(engine: Engine) -> Corpus:
    return corpus.read(Service(Settings(), engine))


def of_turtle(home: Path, turtle: str) -> Corpus:
    """The corpus of a few statements, as a live store may hold them."""
    store = Store()
    prefixes = (
        "PREFIX ari: <https://w3id.org/ari/def#> PREFIX id: <https://w3id.org/ari/id/> "
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    )
    store.load(f"{prefixes}<{BASE}graph/x> {{ {turtle} }}".encode(), format=RdfFormat.TRIG)
    quads = store.dump(format=RdfFormat.N_QUADS)
    with stores.opened(home, quads.decode()) as engine:
        return corpus.read(Service(Settings(), engine))


def test_all_kinds_of_things_are_there(real: Corpus) -> None:
    counts = Counter((item.kind, item.edition) for item in real.items)
    assert counts["question", "met-2019"] == 53
    assert counts["question", "home-office-2019"] == 86
    assert counts["priority", "met-2019"] == 7
    assert counts["theme", "home-office-2019"] == 23
    assert counts["goal", "met-direction-2018"] == 7
    assert counts["topic", "topics"] == 68


def test_a_question_has_its_words_its_headings_and_its_topics(real: Corpus) -> None:
    found = real.by_iri[f"{BASE}question/met-2019-4-2"]
    assert (found.key, found.edition, found.position) == ("met-2019-4-2", "met-2019", 2)
    assert found.text.startswith("Making best use of big data")
    assert found.context[0] == "Seize the opportunities of data and digital tech"
    assert found.above == (f"{BASE}priority/met-2019-4",)
    topics = [real.by_iri[iri] for iri in found.topics]
    assert [topic.label for topic in topics] == ["Data and analytics", "Prediction and forecasting"]
    assert "Predictive policing" in topics[1].alternatives


def test_a_question_of_the_home_office_has_our_label_and_both_headings(real: Corpus) -> None:
    found = real.by_iri[f"{BASE}question/home-office-2019-27"]
    assert found.text == found.label
    assert found.context == ("Police and fire services", "Public Safety")


def test_questions_stand_in_the_order_of_their_numbers(real: Corpus) -> None:
    keys = [item.key for item in real.edition("home-office-2019")]
    assert keys == [f"home-office-2019-{number}" for number in range(1, 87)]


def test_an_unknown_edition_offers_the_nearest(real: Corpus) -> None:
    with pytest.raises(UnknownName, match="homeoffice-2019") as told:
        real.edition("homeoffice-2019")
    assert told.value.extra["near"][0] == "home-office-2019"
    assert "met-2019" in told.value.remedy


def test_a_strategy_is_no_edition_with_questions(real: Corpus) -> None:
    with pytest.raises(UnknownName):
        real.edition("met-direction-2018")


def test_official_words_stand_in_for_the_label(tmp_path: Path) -> None:
    found = of_turtle(
        tmp_path,
        """id:question\\/x-2026-1 a ari:ResearchQuestion ; skos:prefLabel "Ours"@en ;
        ari:statementText "Theirs"@en ; skos:inScheme id:ari\\/x-2026 ;
        ari:questionStatus "vanished" .""",
    )
    (item,) = found.edition("x-2026")
    assert (item.label, item.text, item.status) == ("Ours", "Theirs", "vanished")


def test_a_ring_of_headings_and_a_position_in_words_do_no_harm(tmp_path: Path) -> None:
    found = of_turtle(
        tmp_path,
        """id:question\\/x-2026-1 a ari:ResearchQuestion ; skos:prefLabel "Q" ;
        ari:position "first" ; skos:inScheme id:ari\\/x-2026 ; ari:underTheme id:theme\\/a .
        id:theme\\/a a ari:Theme ; skos:prefLabel "A" ; ari:underTheme id:theme\\/b .
        id:theme\\/b a ari:Theme ; skos:prefLabel "B" ; ari:underTheme id:theme\\/a .""",
    )
    (item,) = found.edition("x-2026")
    assert (item.position, item.context) == (0, ("A", "B"))


def test_a_thing_of_another_base_keeps_its_iri_as_key(tmp_path: Path) -> None:
    found = of_turtle(
        tmp_path, '<http://example.org/q> a ari:ResearchQuestion ; skos:prefLabel "Q" .'
    )
    assert [item.key for item in found.questions] == ["http://example.org/q"]


def test_an_empty_dataset_has_an_empty_corpus(tmp_path: Path) -> None:
    assert of_turtle(tmp_path, "").items == ()


def test_no_mapping_and_no_judgement_is_read() -> None:
    queries = Path(__file__).parent.parent / "queries" / "pages"
    for file in queries.glob("corpus-*.rq"):
        text = file.read_text(encoding="utf-8")
        assert not [word for word in ("Match", "sssom", "Decision", "mapping") if word in text]


def test_the_strict_default_graph_hides_nothing_from_it(built: BuildResult, real: Corpus) -> None:
    settings = Settings(default_graph="strict")
    dataset = built.folder / "dataset.nq"
    with open_engine(dataset, built.folder.name, settings, workers=1) as engine:
        assert corpus.read(Service(settings, engine)) == real


def test_what_is_made_of_a_revision_is_made_once(engine: Engine) -> None:
    made = []
    latest = Latest(Service(Settings(), engine), made.append)
    latest.get()
    latest.get()
    assert len(made) == 1


def test_another_revision_is_read_anew(tmp_path: Path) -> None:
    with stores.opened(tmp_path) as engine:
        latest = Latest(Service(replace(Settings(), home=tmp_path), engine), corpus.read)
        assert latest.get().questions == ()
        stores.update(
            engine,
            "INSERT DATA { GRAPH <http://example.org/g> { <http://example.org/q> "
            "a <https://w3id.org/ari/def#ResearchQuestion> ; "
            '<http://www.w3.org/2004/02/skos/core#prefLabel> "New" } }',
        )
        assert [item.label for item in latest.get().questions] == ["New"]
        assert latest.get().revision == engine.revision
