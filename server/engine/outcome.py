"""What came of a request, as the record in which a worker tells it."""

from collections.abc import Callable
from typing import Any

from ..errors import AriError, NotAcceptable
from ..formats import Kind, carrying


class OverLimit(Exception):
    """A limit of the request was reached: `rows`, `bytes` or `memory`."""


def told(act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The result of an act, or why there is none."""
    try:
        return act()
    except AriError as error:
        return refusal(error)
    except OverLimit as limit:
        return {"limit": str(limit)}
    except MemoryError:
        return {"limit": "memory", "fit": False}
    except RecursionError:
        return {"limit": "depth"}


def refusal(error: AriError) -> dict[str, Any]:
    """An error as a record, from which the client makes it again."""
    return {
        "error": type(error).__name__,
        "detail": error.detail,
        "remedy": error.remedy,
        "extra": error.extra,
    }


def must_accept(formats: dict[str, str], kind: Kind) -> None:
    """Refuse an answer of a kind for which no format was asked.

    Raises:
        NotAcceptable: with the formats that there are.
    """
    if kind not in formats:
        wanted = ", ".join(dict.fromkeys(formats.values())) or "that type"
        raise NotAcceptable(wanted, [item.name for item in carrying(kind)])
