"""Settings: one table (name, default, help), read once from `ARI_*` and from options."""

import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .errors import InputError


def _setting(default: Any, read: Callable[[str], Any], help_text: str) -> Any:
    return field(default=default, metadata={"read": read, "help": help_text})


def _number(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError("a number above 0 is needed")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError("a whole number from 1 is needed")
    return value


def _switch(text: str) -> int:
    if text not in ("0", "1"):
        raise ValueError("it is 0 or 1")
    return int(text)


def _count_or_none(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError("a whole number from 0 is needed")
    return value


def _web_address(text: str) -> str:
    if text and (urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).netloc):
        raise ValueError("an http or https address is needed")
    return text


def _base(text: str) -> str:
    if not text.endswith("/"):
        raise ValueError("the base IRI must end in a slash")
    if any(c in text for c in ' <>"{}|\\^`#?') or not _web_address(text):
        raise ValueError("an http or https IRI without query or fragment is needed")
    return text


def _token(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._~+/-]+=*", text):
        raise ValueError("only letters, digits and ._~+/- may stand in it, and = at its end")
    return text


def _default_graph(text: str) -> str:
    if text not in ("union", "strict"):
        raise ValueError("it is `union` or `strict`")
    return text


def _revision(text: str) -> str:
    if not all("!" <= character <= "~" for character in text):
        raise ValueError("ASCII without spaces is needed, as it goes into a header")
    return text


@dataclass(frozen=True)
class Settings:
    """What an operator can set; `variable(name)` is the environment variable of a setting."""

    home: Path = _setting(Path("var"), Path, "Folder for builds, releases and the live store.")
    base_iri: str = _setting(
        "https://w3id.org/ari/", _base, "Base of the IRIs of things, ends in a slash."
    )
    public_url: str = _setting(
        "", _web_address, "Address at which users reach the service; empty: the address served."
    )
    contact: str = _setting("", str, "Contact that pages and metadata show; empty: none.")
    token: str = field(
        default="",
        repr=False,
        metadata={
            "read": _token,
            "help": "Whoever sends it may write, as `Authorization: Bearer`; empty: read-only.",
        },
    )
    default_graph: str = _setting(
        "union",
        _default_graph,
        "What a query without dataset clauses sees: `union`, the merge of all graphs, or "
        "`strict`, the unnamed graph only.",
    )
    validate_writes: int = _setting(
        1, _switch, "`1`: a write that breaks a rule of the shapes is refused; `0`: it is stored."
    )
    validate_seconds: float = _setting(
        60.0,
        _number,
        "Longest time that checking a write, or a graph sent to `/validate`, may take, in seconds.",
    )
    query_seconds: float = _setting(10.0, _number, "Longest time a query may take, in seconds.")
    query_memory_mb: int = _setting(
        1024, _count, "Memory that a query may take beyond the loaded data, in MiB."
    )
    memory_statements: int = _setting(
        4_000_000,
        _count,
        "Most statements of a live store that are served from memory; more are served from disk.",
    )
    max_rows: int = _setting(1_000_000, _count, "Most rows or triples in one answer.")
    max_bytes: int = _setting(256 * 1024 * 1024, _count, "Largest answer, in bytes.")
    max_request_bytes: int = _setting(1024 * 1024, _count, "Largest request body, in bytes.")
    workers: int = _setting(8, _count, "Queries that run at the same time.")
    processes: int = _setting(2, _count, "Web server processes.")
    request_seconds: float = _setting(
        30.0, _number, "Longest time that a request's head, or its body, may take to arrive, in s."
    )
    cache_mb: int = _setting(
        64, _count_or_none, "Memory for kept answers, in MiB, over all processes; 0 keeps none."
    )
    proxies: int = _setting(
        0,
        _count_or_none,
        "Proxies in front whose `X-Forwarded-For` is believed when clients are told apart.",
    )
    releases_loaded: int = _setting(
        2,
        _count,
        "Releases that each web process keeps in memory for `?release=`; another one takes the "
        "place of the one that was asked longest ago.",
    )
    access_log: int = _setting(
        0, _switch, "1: write a JSON line for each request to standard error; 0: none."
    )
    import_seconds: float = _setting(
        60.0, _number, "Longest time that one document of an import may take to arrive, in s."
    )
    import_max_bytes: int = _setting(
        64 * 1024 * 1024, _count, "Largest document of an import, in bytes."
    )
    engine: str = _setting(
        "",
        _web_address,
        "Query address of another SPARQL 1.1 engine to serve; empty: the embedded store.",
    )
    engine_update: str = _setting(
        "", _web_address, "That engine's address for updates; empty: the usual one of its kind."
    )
    engine_store: str = _setting(
        "", _web_address, "That engine's graph store address; empty: the usual one of its kind."
    )
    engine_user: str = _setting("", str, "User name for that engine; empty: none.")
    engine_password: str = field(
        default="",
        repr=False,
        metadata={"read": str, "help": "Password for that engine."},
    )
    engine_revision: str = _setting(
        "",
        _revision,
        "Name of the state of that engine's data, to be changed with the data; empty: unknown, "
        "so nothing is cached.",
    )

    @classmethod
    def read(
        cls, environ: Mapping[str, str], options: Mapping[str, str | None] | None = None
    ) -> "Settings":
        """Settings from `ARI_*` variables and from options by setting name; an option wins.

        Raises:
            InputError: a value that can't be used, with the name of its variable or option.
        """
        values = {}
        for item in fields(cls):
            name, option = variable(item.name), (options or {}).get(item.name)
            if option is not None:
                values[item.name] = _read(_flag(item.name), item, option)
            elif environ.get(name):
                values[item.name] = _read(name, item, environ[name])
        return cls(**values)


def variable(setting: str) -> str:
    """The environment variable of a setting: `query_seconds` → `ARI_QUERY_SECONDS`."""
    return "ARI_" + setting.upper()


@dataclass(frozen=True)
class Option:
    """How a setting is named outside: `query_seconds`, `--query-seconds`, `ARI_QUERY_SECONDS`."""

    name: str
    flag: str
    variable: str
    default: str
    help: str


def options() -> list[Option]:
    """Every setting, for documents and `--help`, in the order of the table."""
    return [
        Option(i.name, _flag(i.name), variable(i.name), str(i.default), i.metadata["help"])
        for i in fields(Settings)
    ]


def _flag(setting: str) -> str:
    return "--" + setting.replace("_", "-")


def unknown(environ: Mapping[str, str]) -> list[str]:
    """The `ARI_*` variables that no setting reads: misspelt, or of another version."""
    known = {variable(item.name) for item in fields(Settings)}
    return sorted(name for name in environ if name.startswith("ARI_") and name not in known)


def _read(name: str, item: "Field[Any]", text: str) -> Any:
    try:
        return item.metadata["read"](text)
    except ValueError as error:
        shown = text if item.repr else "…"
        raise InputError(f"{name}={shown} can't be used: {error}.") from error
