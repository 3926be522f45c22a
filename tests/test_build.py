"""The build: what its folder holds, the same everywhere, and there as a whole or not at all."""

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, URIRef

from met_ari.build import canonical, folder, pipeline
from met_ari.build.pipeline import BuildResult, build
from met_ari.build.sources import Sources, inputs_digest
from met_ari.errors import EnvironmentFault, SourceError, ViolationsFound
from met_ari.vocab import DEFAULT_BASE

NAME = hashlib.sha256(b"data").hexdigest()
FILES = {
    folder.DATASET: b"data",
    folder.FINDINGS: b"[]\n",
    folder.MANIFEST: json.dumps(
        {"findings": hashlib.sha256(b"[]\n").hexdigest(), "inputs": "x"}
    ).encode(),
}


def dataset(result: BuildResult) -> list[str]:
    return (result.folder / folder.DATASET).read_text(encoding="utf-8").splitlines()


# What the folder holds


def test_the_folder_is_named_by_the_hash_of_the_dataset(built):
    data = (built.folder / folder.DATASET).read_bytes()
    assert hashlib.sha256(data).hexdigest() == built.hash == built.folder.name
    assert built.folder.parent == folder.builds_folder(built.folder.parents[1])
    assert sorted(p.name for p in built.folder.iterdir()) == sorted(folder.FILES)


def test_the_dataset_is_canonical_and_sorted(built):
    data = (built.folder / folder.DATASET).read_bytes()
    lines = data.splitlines(keepends=True)
    assert lines == sorted(set(lines))
    again = ox.Dataset(ox.parse(data, format=ox.RdfFormat.N_QUADS))
    assert canonical.lines(again) == data


def test_the_manifest_counts_what_the_dataset_holds(built):
    manifest = folder.read_manifest(built.folder)
    lines = dataset(built)
    assert manifest["dataset"] == {"hash": built.hash, "quads": len(lines)}
    for name, facts in manifest["graphs"].items():
        held = [line for line in lines if line.endswith(f" <{DEFAULT_BASE}id/graph/{name}> .")]
        assert facts["triples"] == len(held)
    assert sum(f["triples"] for f in manifest["graphs"].values()) == len(lines)
    classes = manifest["classes"]
    assert (classes["ari:OperationalPriority"], classes["ari:EnablingPriority"]) == (3, 4)
    assert classes["ari:Priority"] == classes["ari:StrategicGoal"] == 7
    assert (classes["ari:ResearchQuestion"], classes["ari:Theme"]) == (53 + 86, 4 + 19)
    assert (classes["ari:Value"], classes["ari:Mission"], classes["ari:Vision"]) == (4, 1, 1)


def test_the_manifest_names_sources_and_versions(built, sources):
    manifest = folder.read_manifest(built.folder)
    text = sources.read("source/met-2019.txt")
    assert manifest["sources"]["data/source/met-2019.txt"] == hashlib.sha256(text).hexdigest()
    assert {"ontology/ari.ttl", "data/topics.csv", "shapes/quotes.ttl"} <= set(manifest["sources"])
    assert not [name for name in manifest["sources"] if "example" in name or ".py" in name]
    assert manifest["versions"]["pyoxigraph"] == version("pyoxigraph")
    assert manifest["versions"]["ontology"] == "1.1.0"
    assert manifest["base"] == DEFAULT_BASE


def test_the_hash_of_a_graph_is_that_of_its_canonical_n_triples(built):
    manifest = folder.read_manifest(built.folder)
    ending = f" <{DEFAULT_BASE}id/graph/met-2019> ."
    held = [line.removesuffix(ending) + " ." for line in dataset(built) if line.endswith(ending)]
    data = "".join(f"{line}\n" for line in sorted(held, key=str.encode)).encode()
    assert manifest["graphs"]["met-2019"]["hash"] == hashlib.sha256(data).hexdigest()


def test_the_real_data_has_no_violation(built):
    findings = json.loads((built.folder / folder.FINDINGS).read_text())
    assert not [finding for finding in findings if finding["severity"] == "violation"]
    assert len(findings) == len(built.findings)


def test_each_stage_is_reported_in_order(sources, tmp_path, monkeypatch):
    monkeypatch.setattr(pipeline, "validate", lambda *_: [])
    seen: list[str] = []
    build(sources, tmp_path, report=lambda stage, seconds: seen.append(stage))
    assert tuple(seen) == pipeline.STAGES


# Canonical N-Quads


def test_blank_nodes_are_named_as_in_the_recommendation():
    """RDFC-1.0, 4.1, the example of unique first degree hashes."""
    p = "http://example.com/#"
    e0, e1 = ox.BlankNode("e0"), ox.BlankNode("e1")
    made = [
        (ox.NamedNode(p + "p"), ox.NamedNode(p + "q"), e0),
        (ox.NamedNode(p + "p"), ox.NamedNode(p + "r"), e1),
        (e0, ox.NamedNode(p + "s"), ox.NamedNode(p + "u")),
        (e1, ox.NamedNode(p + "t"), ox.NamedNode(p + "u")),
    ]
    assert canonical.lines(ox.Quad(*triple) for triple in made).decode().splitlines() == [
        f"<{p}p> <{p}q> _:c14n0 .",
        f"<{p}p> <{p}r> _:c14n1 .",
        f"_:c14n0 <{p}s> <{p}u> .",
        f"_:c14n1 <{p}t> <{p}u> .",
    ]


def test_literals_are_escaped_as_canonical_n_quads_ask():
    """RDFC-1.0, 5: short escapes for seven characters, \\uXXXX for other controls, else as is."""
    graph = Graph()
    text = 'a\b\t\n\v\f\r"\\\x00\x7f\u2028é\U0001f600'
    graph.add((URIRef("x:s"), URIRef("x:p"), Literal(text)))
    wanted = '"a\\b\\t\\n\\u000B\\f\\r\\"\\\\\\u0000\\u007F\u2028é\U0001f600"'
    assert canonical.graph_lines(graph).decode() == f"<x:s> <x:p> {wanted} .\n"


# The same bytes everywhere

BUILD = (
    "import sys; from pathlib import Path; from met_ari.build.pipeline import build;"
    "from met_ari.build.sources import Sources;"
    "print(build(Sources.of_package(), Path(sys.argv[1])).folder)"
)


def test_another_seed_time_zone_locale_folder_and_user_give_the_same_bytes(built, tmp_path):
    other = {"PYTHONHASHSEED": "7", "TZ": "Asia/Kolkata", "LANG": "tr_TR.ISO-8859-9"}
    other |= {"LC_ALL": "C", "USER": "someone", "HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", BUILD, "deep/er/home"],
        cwd=tmp_path,
        env=other,
        capture_output=True,
        text=True,
        check=True,
    )
    made = tmp_path / done.stdout.strip()
    assert made.name == built.hash
    for name in folder.FILES:
        assert (made / name).read_bytes() == (built.folder / name).read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["deep"]


def test_both_reasoners_give_the_same_dataset(built, sources, tmp_path):
    pytest.importorskip("reasonable")
    assert build(sources, tmp_path, reasoner="reasonable").hash == built.hash


def test_one_changed_character_changes_that_question_its_quote_and_the_hashes(
    built, data_copy, change, tmp_path
):
    change("source/met-2019.txt", "Making best use of big data", "Making best use of big dota")
    changed = build(Sources.at(data_copy), tmp_path / "home")
    before, after = set(dataset(built)), set(dataset(changed))
    gone, new = sorted(before - after), sorted(after - before)
    things = ["question/met-2019-4-2"] * 2 + ["selector/met-2019-4-2-text", "source/met-2019"]
    assert [line.split()[0] for line in gone] == [f"<{DEFAULT_BASE}id/{key}>" for key in things]
    assert [line.split()[:2] for line in new] == [line.split()[:2] for line in gone]
    assert [line.replace("dota", "data") for line in new[:3]] == gone[:3]
    assert "ari/def#sha256>" in gone[3]


def test_one_changed_character_changes_the_hashes_of_the_manifest_and_nothing_else(
    built, data_copy, change, tmp_path
):
    change("source/met-2019.txt", "Making best use of big data", "Making best use of big dota")
    changed = build(Sources.at(data_copy), tmp_path / "home").manifest
    manifest = dict(built.manifest)
    assert changed.pop("inputs") != manifest.pop("inputs")
    assert changed["dataset"].pop("hash") != manifest["dataset"]["hash"]
    assert changed["graphs"]["met-2019"].pop("hash") != manifest["graphs"]["met-2019"]["hash"]
    name = "data/source/met-2019.txt"
    assert changed["sources"].pop(name) != manifest["sources"][name]
    for place in ("dataset", "sources", "graphs"):
        manifest[place] = {**manifest[place]}
    manifest["graphs"]["met-2019"] = {**manifest["graphs"]["met-2019"]}
    del manifest["dataset"]["hash"], manifest["sources"][name]
    del manifest["graphs"]["met-2019"]["hash"]
    assert changed == manifest


def test_another_base_changes_the_things_and_not_the_terms(sources, tmp_path):
    result = build(sources, tmp_path, base_iri="http://example.org/")
    lines = [line for line in dataset(result) if not line.endswith("/graph/ontology> .")]
    assert lines
    assert not [line for line in lines if "https://w3id.org/ari/id/" in line]
    assert [line for line in lines if "<https://w3id.org/ari/def#ResearchQuestion>" in line]


# What stops it


def home_of(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_a_violation_leaves_no_folder_and_names_label_and_source_line(data_copy, change, tmp_path):
    change("topics.csv", "3Rs|Animal models|", "3Rs|Animal models|Illicit finance|")
    with pytest.raises(ViolationsFound) as caught:
        build(Sources.at(data_copy), home_of(tmp_path))
    rows = (data_copy / "topics.csv").read_text().split("\n")
    line = next(n for n, row in enumerate(rows, 1) if row.startswith("illicit-finance,"))
    (finding,) = caught.value.extra["findings"]
    assert (finding["label"], finding["line"]) == ("Illicit finance", line)
    assert f"violation: topics.csv:{line}: Illicit finance: " in str(caught.value)
    assert caught.value.exit_code == 1
    assert not home_of(tmp_path).exists()


def test_a_misread_offset_is_a_violation_that_names_the_question(sources, tmp_path, monkeypatch):
    original = pipeline.tables.read

    def shifted(given: Sources):
        records = original(given)
        document = records.documents[0]
        object.__setattr__(document, "text", document.text.replace("big data", "big dota"))
        return records

    monkeypatch.setattr(pipeline.tables, "read", shifted)
    monkeypatch.setattr(pipeline, "validate", lambda *_: [])
    with pytest.raises(ViolationsFound) as caught:
        build(sources, home_of(tmp_path))
    (finding,) = caught.value.extra["findings"]
    assert finding["focus"].endswith("id/quote/met-2019-4-2")
    assert finding["file"] == "source/met-2019.txt"
    assert (
        sources.read("source/met-2019.txt").decode().split("\n")[finding["line"] - 1][2:]
        in (finding["message"])
    )
    assert not home_of(tmp_path).exists()


def test_a_contradiction_is_a_violation_with_its_source_line(sources, tmp_path, monkeypatch):
    focus = f"{DEFAULT_BASE}id/question/met-2019-4-2"
    monkeypatch.setattr(pipeline, "add_inferred", _add_with([f"Disjoint: {focus} is both."]))
    monkeypatch.setattr(pipeline, "validate", lambda *_: [])
    with pytest.raises(ViolationsFound) as caught:
        build(sources, home_of(tmp_path))
    (finding,) = caught.value.extra["findings"]
    assert (finding["focus"], finding["file"]) == (focus, "source/met-2019.txt")
    assert finding["label"].startswith("Making best use of big data")


@pytest.mark.parametrize("reasoner", ["owlrl", "reasonable"])
def test_a_contradiction_in_the_ontology_stops_the_build_with_either_reasoner(
    sources, tmp_path, monkeypatch, reasoner
):
    pytest.importorskip("reasonable")
    ontology = tmp_path / "ontology"
    ontology.mkdir()
    for name, data in sources.turtle("ontology").items():
        (tmp_path / name).write_bytes(data)
    (ontology / "wrong.ttl").write_text(
        "@prefix ari: <https://w3id.org/ari/def#> .\n"
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "ari:ResearchQuestion owl:disjointWith ari:ResearchQuestion .\n"
    )
    monkeypatch.setattr(pipeline, "validate", lambda *_: [])
    with pytest.raises(ViolationsFound) as caught:
        build(Sources(sources.data, ontology, sources.shapes), home_of(tmp_path), reasoner=reasoner)
    findings = caught.value.extra["findings"]
    questions = {f["focus"] for f in findings if "/id/question/" in f["focus"]}
    assert len(questions) == 53 + 86
    assert all(f["line"] and f["label"] for f in findings if f["focus"] in questions)
    assert not home_of(tmp_path).exists()


@pytest.mark.parametrize("reasoner", ["owlrl", "reasonable"])
def test_a_topic_related_to_one_above_it_stops_the_build(
    data_copy, change, tmp_path, monkeypatch, reasoner
):
    pytest.importorskip("reasonable")
    rows = (data_copy / "topics.csv").read_text()
    change(
        "topics.csv",
        "technology-and-data,data-analytics|prediction-and-forecasting|",
        "technology-and-data,technology-and-data|prediction-and-forecasting|",
    )
    assert "\nartificial-intelligence," in rows
    monkeypatch.setattr(pipeline, "validate", lambda *_: [])
    with pytest.raises(ViolationsFound) as caught:
        build(Sources.at(data_copy), home_of(tmp_path), reasoner=reasoner)
    (finding,) = caught.value.extra["findings"]
    assert (finding["file"], finding["line"]) == ("topics.csv", 3)
    assert finding["rule"] == "checks/skos-s27.rq"


def _add_with(messages):
    original = pipeline.add_inferred

    def add(relation, reasoner):
        return [*original(relation, reasoner), *messages]

    return add


def test_a_shape_that_does_not_parse_is_named_and_leaves_no_folder(sources, tmp_path):
    shapes = tmp_path / "shapes"
    shapes.mkdir()
    (shapes / "broken.ttl").write_text("@prefix sh: <http://www.w3.org/ns/shacl#> .\nsh:x sh:y\n")
    broken = Sources(sources.data, sources.ontology, shapes)
    with pytest.raises(SourceError, match=r"broken\.ttl:\d"):
        build(broken, home_of(tmp_path))
    assert not home_of(tmp_path).exists()


def test_a_damaged_source_leaves_no_folder(data_copy, change, tmp_path):
    change("source/met-2019.txt", "Enabling priorities\n", "")
    with pytest.raises(SourceError, match="Enabling priorities"):
        build(Sources.at(data_copy), home_of(tmp_path))
    assert not home_of(tmp_path).exists()


# Whole or absent


def test_a_second_write_of_the_same_build_creates_nothing(tmp_path):
    assert folder.write(tmp_path, NAME, FILES) == (tmp_path / "build" / NAME, True)
    assert folder.write(tmp_path, NAME, FILES) == (tmp_path / "build" / NAME, False)
    assert [p.name for p in sorted((tmp_path / "build").iterdir())] == [".lock", NAME]


@pytest.mark.parametrize("name", folder.FILES)
@pytest.mark.parametrize("damage", [b"", b"other", None])
def test_a_damaged_build_is_not_found_and_is_mended_by_the_next(tmp_path, name, damage):
    made, _ = folder.write(tmp_path, NAME, FILES)
    (made / name).unlink()
    if damage is not None:
        (made / name).write_bytes(damage)
    assert folder.find(tmp_path, "x") is None
    assert folder.newest(tmp_path) is None
    folder.write(tmp_path, NAME, FILES)
    assert folder.find(tmp_path, "x") == folder.newest(tmp_path) == made


def test_foreign_files_among_the_builds_do_no_harm(tmp_path):
    made, _ = folder.write(tmp_path, NAME, FILES)
    (tmp_path / "build" / "notes").mkdir()
    (tmp_path / "build" / ("a" * 64)).mkdir()
    (tmp_path / "build" / ("b" * 64)).write_text("a file")
    assert folder.find(tmp_path, "x") == made
    assert folder.find(tmp_path, "other") is None
    assert folder.find(tmp_path / "nowhere", "x") is None
    folder.write(tmp_path, NAME, FILES)
    assert (tmp_path / "build" / "notes").is_dir()


def test_the_newest_build_is_the_one_made_last(tmp_path):
    other = hashlib.sha256(b"other").hexdigest()
    folder.write(tmp_path, NAME, FILES)
    folder.write(tmp_path, other, {**FILES, folder.DATASET: b"other"})
    assert folder.newest(tmp_path).name == other
    os.utime(tmp_path / "build" / other, ns=(1, 1))
    folder.write(tmp_path, NAME, FILES)
    assert folder.newest(tmp_path).name == NAME


def test_a_build_is_found_by_its_inputs(built, sources):
    digest = inputs_digest(sources.hashes(), DEFAULT_BASE)
    assert folder.find(built.folder.parents[1], digest) == built.folder
    other = inputs_digest(sources.hashes(), "http://example.org/")
    assert folder.find(built.folder.parents[1], other) is None


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "There is no space left to write in"),
        (errno.EROFS, "not writable"),
        (errno.EACCES, "not writable"),
        (errno.EIO, "Input/output error"),
    ],
)
@pytest.mark.parametrize("call", ["fsync", "mkdir", "rename"])
def test_a_disk_that_fails_is_named_with_a_remedy_and_nothing_is_left(
    tmp_path, monkeypatch, number, words, call
):
    home = home_of(tmp_path)
    (home / "build").mkdir(parents=True)

    def fail(*_args, **_options):
        raise OSError(number, os.strerror(number), str(home))

    with monkeypatch.context() as patched:
        patched.setattr(os, call, fail)
        with pytest.raises(EnvironmentFault) as caught:
            folder.write(home, NAME, FILES)
    assert words in str(caught.value)
    assert "ARI_HOME" in caught.value.remedy
    assert caught.value.exit_code == 3
    assert {p.name for p in (home / "build").iterdir()} <= {".lock"}


def test_a_file_that_is_cut_off_while_it_is_written_leaves_nothing(tmp_path):
    done = _run(KILLED, tmp_path, 0, FILES, before="import resource\n" + LIMITED)
    assert "EnvironmentFault: The build can't be written" in done.stderr
    assert [p.name for p in (tmp_path / "build").iterdir()] == [".lock"]


def test_a_home_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentFault, match="file"):
        folder.write(tmp_path / "file", NAME, FILES)


def test_files_and_folder_are_synced_before_the_build_appears(tmp_path, monkeypatch):
    steps: list[str] = []
    for name in ("fsync", "rename"):
        _note(monkeypatch, name, steps)
    folder.write(tmp_path, NAME, FILES)
    assert steps == ["fsync"] * 4 + ["rename", "fsync"]


def _note(monkeypatch, name, steps):
    original = getattr(os, name)

    def noted(*args, **options):
        steps.append(name)
        return original(*args, **options)

    monkeypatch.setattr(os, name, noted)


KILLED = """
import json, os, signal, sys
from pathlib import Path
from met_ari.build import folder

left = int(sys.argv[2])
def deadly(original):
    def call(*args, **options):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args, **options)
    return call
for name in ("fsync", "rename", "replace", "mkdir", "open", "chmod", "utime", "unlink", "rmdir"):
    setattr(os, name, deadly(getattr(os, name)))
files = {name: text.encode() for name, text in json.loads(sys.argv[4]).items()}
folder.write(Path(sys.argv[1]), sys.argv[3], files)
"""


LIMITED = "resource.setrlimit(resource.RLIMIT_FSIZE, (2, 2))\n"


def _run(
    code: str, home: Path, step: int, files: dict[str, bytes], before: str = ""
) -> "subprocess.CompletedProcess[str]":
    held = json.dumps({name: data.decode() for name, data in files.items()})
    command = [sys.executable, "-c", before + code, str(home), str(step), NAME, held]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def _killed(home: Path, step: int, files: dict[str, bytes]) -> bool:
    return _run(KILLED, home, step, files).returncode == -signal.SIGKILL


@pytest.mark.parametrize("before", ["nothing", "damaged", "other findings"])
def test_a_build_killed_at_any_step_is_there_as_a_whole_or_not_at_all(tmp_path, before):
    for step in range(1, 40):
        home = tmp_path / str(step)
        _prepare(home, before)
        if not _killed(home, step, FILES):
            break
        found = folder.newest(home)
        assert found is None or (found / folder.DATASET).read_bytes() == b"data"
        whole, _ = folder.write(home, NAME, FILES)
        assert folder.newest(home) == whole
        assert {p.name for p in (home / "build").iterdir()} == {".lock", NAME}
    assert step > 5


def _prepare(home: Path, before: str) -> None:
    if before == "nothing":
        return
    made, _ = folder.write(home, NAME, FILES)
    if before == "damaged":
        (made / folder.DATASET).write_bytes(b"dat")
    else:
        other = b"[1]\n"
        manifest = {"findings": hashlib.sha256(other).hexdigest(), "inputs": "y"}
        (made / folder.FINDINGS).write_bytes(other)
        (made / folder.MANIFEST).write_text(json.dumps(manifest))
