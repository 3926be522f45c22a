"""The strategies: every TOML file beside the organisations."""

from collections.abc import Iterator

from . import organisation_table
from .faults import Faults
from .patterns import EDITION, SLUG, YEAR
from .records import AimRecord, StrategyRecord
from .references import no_doubles
from .sections import Section, read_toml
from .sources import Sources


def read(sources: Sources, faults: Faults) -> tuple[StrategyRecord, ...]:
    """Every strategy, by the name of its file."""
    names = [name for name in sources.names(".toml") if name != organisation_table.FILE]
    return tuple(_strategy(read_toml(sources.read(name), name, faults)) for name in names)


def _strategy(top: Section) -> StrategyRecord:
    key = top.matching("key", EDITION, "a key such as 'met-direction-2018'")
    superseded = top.section("superseded_by") if "superseded_by" in top.values else None
    record = StrategyRecord(
        key=key,
        title=top.text("title"),
        short_name=top.text("short_name"),
        publisher=top.text("publisher"),
        issued=top.matching("issued", YEAR, "a year"),
        note=top.text("note", ""),
        aims=tuple(_aims(top, key)),
        pages=tuple(_page(item) for item in top.sections("pages")),
        see_also=_superseding_pages(superseded),
        origin=top.origin,
    )
    top.done()
    return record


def _superseding_pages(section: Section | None) -> tuple[str, ...]:
    if section is None:
        return ()
    pages = section.texts("pages")
    # For readers of the file: the graph only points at the pages.
    section.text("title"), section.text("year"), section.flag("inferred")
    section.done()
    return pages


def _page(item: Section) -> tuple[str, str]:
    page = (item.address("url"), item.text("seen"))
    item.done()
    return page


def _aims(top: Section, key: str) -> Iterator[AimRecord]:
    for kind in ("mission", "vision"):
        yield AimRecord(kind, key, top.text(kind), (), 0, top.line_of(kind))
    values = top.sections("values")
    for position, item in enumerate(values, 1):
        slug = item.matching("slug", SLUG, "a slug")
        yield AimRecord("value", f"{key}-{slug}", item.text("name"), (), position, item.origin)
        item.done()
    no_doubles(((i.text("slug"), i.origin) for i in values), "value", top.faults)
    yield from _goals(top, key)


def _goals(top: Section, key: str) -> Iterator[AimRecord]:
    for position, item in enumerate(top.sections("goals"), 1):
        number, others = item.number("n"), item.texts("alternative_names", [])
        if number != position:
            item.report("n", f"Goal {number} stands where goal {position} is expected.")
        name = item.text("name")
        yield AimRecord("goal", f"{key}-{number}", name, others, number, item.origin)
        item.done()
