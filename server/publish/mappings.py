"""The mappings as SSSOM: one file for each pair of editions, decisions of people included."""

from collections.abc import Iterator

from ..build import mapping_text
from ..build.faults import Faults, refuse
from ..build.mapping_format import SUFFIX
from ..build.mapping_records import MappingFile
from ..build.mapping_table import load_mapping_files
from . import layout
from .draft import Draft, File


def mappings(draft: Draft) -> Iterator[File]:
    """Each mapping set, with the header of its first file and the records of all.

    Raises:
        SourceError: a mapping file can't be read.
    """
    faults = Faults()
    sets: dict[str, list[MappingFile]] = {}
    for file in load_mapping_files(draft.sources, faults):
        sets.setdefault(file.header.key, []).append(file)
    refuse(faults)
    for key, files in sorted(sets.items()):
        records = [record for file in files for record in file.records]
        text = mapping_text.file_text(files[0].header, sorted(records, key=mapping_text.place))
        yield f"{layout.MAPPINGS}/{key}{SUFFIX}", text.encode()
