"""The parameters of `/reconcile` that are not JSON."""

from flask import request

from ..errors import ParameterError
from ..protocol import negotiation
from ..protocol.parameters import Parameters

JSON = "application/json"


def wants_page(sent: Parameters) -> bool:
    """Whether a browser asks; programs get JSON, whatever they accept.

    Raises:
        NotAcceptable: `format` asks for something else than the two.
    """
    formats = sent.all("format")
    takes = negotiation.wanted(request.accept_mimetypes, formats)
    page = negotiation.prefers_page(takes)
    if formats and not page:
        negotiation.for_program(takes, [JSON])
    return page


def refuse_callback(sent: Parameters) -> None:
    """Refuse JSONP, which a service may offer and this one does not (3.3).

    Raises:
        ParameterError: it is asked for.
    """
    if "callback" in sent:
        raise ParameterError(
            "JSONP, which the parameter callback asks for, is not offered: it would let this "
            "service run what it likes in your page.",
            remedy="Leave callback out: every answer is open to every origin (CORS).",
            extra={"parameter": "callback"},
        )


def count(sent: Parameters, name: str, default: int, least: int, most: int) -> int:
    """The whole number in a parameter.

    Raises:
        ParameterError: it is none, or out of range.
    """
    given = sent.one(name)
    if given is None:
        return default
    if given.isascii() and given.isdigit() and len(given) < 12 and least <= int(given) <= most:
        return int(given)
    raise ParameterError(
        f"{name}={given[:60]} is not a whole number from {least} to {most}.",
        extra={"parameter": name},
    )


def needed(sent: Parameters, name: str) -> str:
    """The value of a parameter that must be there.

    Raises:
        ParameterError: it is not, or is empty.
    """
    given = sent.one(name)
    if not given:
        raise ParameterError(
            f"The parameter {name} is missing.",
            remedy="Name an entity: id=question/met-2019-4-2.",
            extra={"parameter": name},
        )
    return given
