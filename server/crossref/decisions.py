"""Where decisions are kept: records are added under a lock, made durable, and never changed.

A file is replaced as a whole by a rename, so whoever reads it, or comes after a crash, finds it
as it was before a decision or after it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ..build import tables
from ..build.faults import Faults, refuse
from ..build.folder import alone, fault, sync, write_synced
from ..build.mapping_format import SUFFIX
from ..build.mapping_history import Pair, histories
from ..build.mapping_records import MappingFile, MappingHeader, MappingRecord
from ..build.mapping_table import read_mapping_file
from ..build.mapping_text import file_text, place, record_line
from ..build.overlay import Overlay
from ..build.questions import Question, questions
from ..build.records import Records
from ..build.sources import Sources
from ..errors import InputError
from ..vocab import CC_BY

_UNFINISHED = ".new-"


@dataclass(frozen=True)
class State:
    """What the sources say at one moment of questions and of their counterparts."""

    files: tuple[MappingFile, ...]
    questions: dict[str, Question]
    pairs: dict[str, Pair]

    @classmethod
    def of(cls, records: Records) -> "State":
        """The state that these records give."""
        return cls(records.mappings, questions(records), histories(records.mappings))

    def newest(self, key: str) -> MappingRecord | None:
        """The record of a pair that holds now; None if nothing was ever said of it."""
        pair = self.pairs.get(key)
        return pair.newest if pair else None

    def links(self, subject: str, edition: str) -> list[MappingRecord]:
        """The counterparts that a question has in an edition."""
        found = (pair.newest for pair in self.pairs.values())
        return [r for r in found if r.links and (r.subject, r.edition) == (subject, edition)]


@dataclass(frozen=True)
class Journal:
    """The decisions of a home folder, or of a checkout.

    Args:
        data: folder laid out as `data/` of the project, whose mapping files are added to in their
            order; None: decisions go to `{home}/decisions/`, beside what the package ships.
    """

    home: Path
    data: Path | None = None

    @property
    def folder(self) -> Path:
        """Where its files stand."""
        return self.data / "mappings" if self.data else self.home / "decisions"

    def sources(self) -> Sources:
        """The sources as they are now.

        A checkout is seen without the decisions of the home folder: its numbers must be right
        wherever it goes.
        """
        overlay = Overlay.of(self.home)
        if self.data is None:
            return Sources.of_package().under(overlay)
        kept = {name: data for name, data in overlay.files.items() if _is_edition(name)}
        return Sources.at(self.data).under(Overlay(kept))

    def state(self) -> State:
        """What is decided now.

        Raises:
            SourceError: the sources can't be read; lists every fault.
        """
        return State.of(tables.read(self.sources()))

    @contextmanager
    def writing(self) -> Iterator["Session"]:
        """The state, and the right to add to it, until the block ends; others wait.

        Raises:
            EnvironmentFault: the folder can't be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with alone(self.folder):
                for left in self.folder.glob(f"{_UNFINISHED}*"):
                    left.unlink()
                yield Session(self, self.state())
        except OSError as error:
            raise fault(error, self.folder, "The decision") from error


@dataclass
class Session:
    """The time in which nobody else adds to a journal."""

    journal: Journal
    state: State

    def add(self, records: Sequence[MappingRecord]) -> tuple[MappingRecord, ...]:
        """Add records, each with the next number of its pair; all are durable when this returns.

        Returns:
            The records with their numbers.

        Raises:
            SourceError: a record that the reader would refuse; nothing is written.
            EnvironmentFault: the folder can't be written.
        """
        numbered = tuple(self._numbered(record) for record in records)
        files: dict[str, list[MappingRecord]] = {}
        for record in numbered:
            files.setdefault(self._file_name(record), []).append(record)
        texts = {name: self._with(added, name) for name, added in files.items()}
        self.state = self._checked(texts)
        for name, text in texts.items():
            _replace(self.journal.folder / name, text)
        return numbered

    def _numbered(self, record: MappingRecord) -> MappingRecord:
        pair = self.state.pairs.get(record.pair)
        return replace(record, number=len(pair.records) + 1 if pair else 1)

    def _file_name(self, record: MappingRecord) -> str:
        return f"{self.state.questions[record.subject].edition}--{record.edition}{SUFFIX}"

    def _text(self, name: str, record: MappingRecord) -> str:
        file = self.journal.folder / name
        if file.exists():
            return file.read_text(encoding="utf-8")
        return file_text(self._header(record), ())

    def _header(self, record: MappingRecord) -> MappingHeader:
        """That of the set to which the record belongs; of a new set, one that says what it is."""
        subject, target = self.state.questions[record.subject].edition, record.edition
        known = {file.header.key: file.header for file in reversed(self.state.files)}
        return known.get(f"{subject}--{target}") or MappingHeader(
            subject=subject,
            object=target,
            title=f"Counterparts of the questions of {subject} in {target}",
            description="Decisions of people on pairs of questions. Of a pair that is not listed "
            "nothing is said.",
            licence=str(CC_BY),
            creators=("ARI Graph project",),
        )

    def _with(self, added: Sequence[MappingRecord], name: str) -> str:
        """A file with more lines: each in its place in a checkout, else all at the end."""
        text = self._text(name, added[0])
        file = _read(text, name)
        lines = [f"{line}\n" for line in text.split("\n")[:-1]]
        columns = sum(line.startswith("#") for line in lines) + 1
        if self.journal.data is None:
            return "".join([*lines, *map(record_line, added)])
        # From the last to the first, so that the lines counted before stay where they are.
        for record in sorted(added, key=place, reverse=True):
            before = (r.origin.line for r in file.records if place(r) < place(record))
            lines.insert(max(before, default=columns), record_line(record))
        return "".join(lines)

    def _checked(self, texts: dict[str, str]) -> State:
        """The state that the texts will give; the reader of the build takes them, or refuses."""
        folder = "mappings" if self.journal.data else "decisions"
        added = {f"{folder}/{name}": text.encode() for name, text in texts.items()}
        sources = self.journal.sources()
        return State.of(tables.read(sources.under(sources.overlay.holding(added))))


def _is_edition(name: str) -> bool:
    return name.startswith("editions/")


def _read(text: str, name: str) -> MappingFile:
    faults = Faults()
    file = read_mapping_file(text.encode(), name, faults)
    refuse(faults, "Mend the file, then decide again.")
    assert file is not None  # noqa: S101 - a file that can't be read has a fault
    return file


def _replace(path: Path, text: str) -> None:
    """Put a text in the place of a file, durably: the old one or the new one is there."""
    descriptor, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=path.parent)
    os.close(descriptor)
    new = Path(name)
    try:
        write_synced(new, text.encode())
        _as_open(path, new)
        new.replace(path)
        sync(path.parent)
    finally:
        new.unlink(missing_ok=True)


def _as_open(path: Path, new: Path) -> None:
    """mkstemp makes a private file; ours is as open as the one before it, or as the folder."""
    if path.exists():
        shutil.copymode(path, new)
    else:
        new.chmod(path.parent.stat().st_mode & 0o666)


def pair_of(state: State, key: str) -> tuple[Question, Question | None, str]:
    """What the key of a pair names: its subject, its object (None for a gap), the other edition.

    Raises:
        InputError: no such question or edition, or two of one edition.
    """
    subject, _, other = key.partition("--")
    first, second = state.questions.get(subject), state.questions.get(other)
    editions = {question.edition for question in state.questions.values()}
    if first is None or (second is None and other not in editions):
        what = f"question '{subject}'" if first is None else f"question or edition '{other}'"
        raise InputError(
            f"There is no {what}.", remedy="A pair is named as met-2019-4-2--home-office-2019-27."
        )
    edition = second.edition if second else other
    if edition == first.edition:
        raise InputError(f"Both sides of '{key}' stand in {edition}: that is no cross-reference.")
    return first, second, edition
