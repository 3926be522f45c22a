"""The metadata of a mapping file: YAML in lines that start with `#` (SSSOM/TSV, metadata block)."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from .faults import Faults, suggestion
from .mapping_format import CURIE_MAP, EXTENSION_DEFINITIONS, SUFFIX, VERSION, set_iri
from .mapping_records import MappingHeader
from .patterns import EDITION
from .records import Origin

KEYS = (
    "curie_map",
    "sssom_version",
    "mapping_set_id",
    "mapping_set_version",
    "mapping_set_title",
    "mapping_set_description",
    "creator_label",
    "license",
    "subject_source",
    "object_source",
    "extension_definitions",
)
OPTIONAL = ("mapping_set_version",)

_FORBIDDEN = (yaml.DirectiveToken, yaml.TagToken, yaml.AnchorToken, yaml.AliasToken)
_PLAIN = re.compile(r"[A-Za-z](?:[^:#\n]|:(?=\S)|(?<=\S)#)*(?<![\s:])")


def read_header(lines: Sequence[str], file: str, faults: Faults) -> MappingHeader | None:
    """What the lines of the metadata block say; None if they are no YAML.

    Args:
        lines: the first lines of the file, each with its `#`.
        faults: takes what is unknown, doubled, missing or other than it must be, each by line.
    """
    block = _Block(file, faults)
    try:
        if not block.read(_content(lines)):
            return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 2) if mark else (1, 1)
        what = error.problem or error.context or "it does not parse"
        faults.report(Origin(file, line), f"Column {column}: the metadata is no YAML: {what}.")
        return None
    except (yaml.YAMLError, RecursionError):
        faults.report(Origin(file, 1), "The metadata is no YAML that can be read.")
        return None
    return block.header()


def _content(lines: Sequence[str]) -> str:
    """The YAML after `#` and, in every line alike, the same number of spaces."""
    bare = [line[1:] for line in lines]
    indents = [len(line) - len(line.lstrip(" ")) for line in bare if line.strip()]
    return "\n".join(line[min(indents, default=0) :] for line in bare)


@dataclass
class _Block:
    file: str
    faults: Faults
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def read(self, text: str) -> bool:
        """Take the values; whether there is a table of them at all."""
        # Aliases could make a small block endless: they go before anything is composed.
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, _FORBIDDEN):
                self._report(token.start_mark.line + 1, "No tags, anchors or aliases (SSSOM/TSV).")
                return False
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if not isinstance(node, yaml.MappingNode):
            self._report(1, "The file starts with lines of metadata: '#key: value'.")
            return False
        self.values = dict(self._entries(node))
        return True

    def _entries(self, node: yaml.MappingNode) -> Iterator[tuple[str, Any]]:
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name not in KEYS:
                self._report(line, f"There is no key '{name}'.{suggestion(name, KEYS)}")
            elif name in self.lines:
                self._report(line, f"The key '{name}' stands twice.")
            else:
                self.lines[name] = line
                yield name, _plain(value)

    def header(self) -> MappingHeader | None:
        """The values, each as it must be; None if one is missing."""
        missing = [key for key in KEYS if key not in (*self.lines, *OPTIONAL)]
        if missing:
            self._report(1, f"The metadata lacks {', '.join(missing)}.")
            return None
        header = MappingHeader(
            subject=self._edition("subject_source"),
            object=self._edition("object_source"),
            title=self._text("mapping_set_title"),
            description=self._text("mapping_set_description"),
            licence=self._text("license"),
            creators=self._texts("creator_label"),
            version=self._text("mapping_set_version")
            if "mapping_set_version" in self.lines
            else "",
        )
        if header.subject and header.object:
            self._as_expected(header)
        return header

    def _as_expected(self, header: MappingHeader) -> None:
        self._same("sssom_version", VERSION)
        self._same("mapping_set_id", set_iri(header.key))
        self._same("curie_map", CURIE_MAP)
        self._same("extension_definitions", EXTENSION_DEFINITIONS)
        name = self.file.rpartition("/")[2]
        if name != f"{header.key}{SUFFIX}":
            line = self.lines["subject_source"]
            self._report(line, f"The file of these two editions is named {header.key}{SUFFIX}.")

    def _same(self, key: str, wanted: Any) -> None:
        found = self.values[key]
        if found != wanted:
            told = json.dumps(wanted, ensure_ascii=False)
            self._report(self.lines[key], f"{key} is {_shown(found)}; expected: {told}.")

    def _edition(self, key: str) -> str:
        prefix, _, name = self._text(key).partition(":")
        if prefix != "edition" or not EDITION.fullmatch(name):
            told = f"{key} is {_shown(self.values[key])}; expected: such as 'edition:met-2019'."
            self._report(self.lines[key], told)
            return ""
        return name

    def _text(self, key: str) -> str:
        value = self.values[key]
        if not isinstance(value, str) or not value:
            self._report(self.lines[key], f"{key} is {_shown(value)}; expected: a text.")
            return ""
        return value

    def _texts(self, key: str) -> tuple[str, ...]:
        # The standard asks readers to take a single value for a list of one.
        value = self.values[key]
        listed = value if isinstance(value, list) else [value]
        if not listed or not all(isinstance(item, str) and item for item in listed):
            self._report(self.lines[key], f"{key} is {_shown(value)}; expected: a list of texts.")
            return ()
        return tuple(listed)

    def _report(self, line: int, detail: str) -> None:
        self.faults.report(Origin(self.file, line), detail)


def _plain(node: yaml.Node) -> Any:
    """Texts, lists and tables; a number or a date stays the text that it is."""
    if isinstance(node, yaml.MappingNode):
        return {str(_plain(key)): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    return node.value


def _shown(value: Any) -> str:
    told = json.dumps(value, ensure_ascii=False)
    return told if len(told) <= 80 else f"{told[:77]}…"


def header_lines(header: MappingHeader) -> Iterator[str]:
    """The metadata block, in the canonical format as far as all files have the same columns."""
    yield from _table("curie_map", CURIE_MAP)
    yield f'#sssom_version: "{VERSION}"'
    yield f"#mapping_set_id: {set_iri(header.key)}"
    if header.version:
        yield f"#mapping_set_version: {_scalar(header.version)}"
    yield f"#mapping_set_title: {_scalar(header.title)}"
    yield f"#mapping_set_description: {_scalar(header.description)}"
    yield "#creator_label:"
    yield from (f"#  - {_scalar(name)}" for name in header.creators)
    yield f"#license: {_scalar(header.licence)}"
    yield f"#subject_source: edition:{header.subject}"
    yield f"#object_source: edition:{header.object}"
    yield "#extension_definitions:"
    for item in EXTENSION_DEFINITIONS:
        first, *others = item.items()
        yield f"#  - {first[0]}: {first[1]}"
        yield from (f"#    {key}: {value}" for key, value in others)


def _table(name: str, values: Mapping[str, str]) -> Iterator[str]:
    yield f"#{name}:"
    yield from (f"#  {key}: {value}" for key, value in values.items())


def _scalar(text: str) -> str:
    """Plain style where that is safe, else double quotes (YAML 1.2, 7.3)."""
    # Words such as `no` or `null` are texts only within quotes.
    if text.isprintable() and _PLAIN.fullmatch(text) and yaml.safe_load(text) == text:
        return text
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08X}"
