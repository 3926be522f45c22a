"""Who decides: a name, and an identifier that the person chooses, an ORCID if there is one."""

import re

from ..build.mapping_records import Agent
from ..build.mapping_text import one_line
from ..errors import ParameterError

_ORCID = re.compile(r"(?:orcid:|https?://orcid\.org/)?((?:[0-9]{4}-){3}[0-9]{3}[0-9Xx])")
_OWN = re.compile(r"(?:person:)?([a-z0-9]+(?:-[a-z0-9]+)*)")

FORMS = (
    "Give a name, or an identifier, a bar and a name: 'orcid:0000-0002-1825-0097|Josiah Carberry', "
    "or, with one of your own, 'jc|Josiah Carberry'."
)


def reviewer(text: str) -> Agent:
    """The person that `NAME` or `IDENTIFIER|NAME` names.

    Raises:
        ParameterError: no name; an ORCID whose check digit is wrong; another form of identifier.
    """
    identifier, bar, name = text.rpartition("|")
    name, identifier = one_line(name), identifier.strip()
    if not name or "|" in identifier or (bar and not identifier):
        raise ParameterError(f"'{text}' names nobody.", remedy=FORMS)
    return Agent(name, _identifier(identifier) if identifier else "")


def written(agent: Agent) -> str:
    """The text that `reviewer` reads."""
    return f"{agent.identifier}|{agent.label}" if agent.identifier else agent.label


def _identifier(text: str) -> str:
    if orcid := _ORCID.fullmatch(text):
        digits = orcid[1].upper()
        if digits[-1] != check_digit(digits[:-1]):
            raise ParameterError(
                f"{digits} is no ORCID: its last character does not fit the others.",
                remedy="Copy it again from your ORCID record.",
            )
        return f"orcid:{digits}"
    if own := _OWN.fullmatch(text):
        return f"person:{own[1]}"
    raise ParameterError(f"'{text}' can't be an identifier of a person.", remedy=FORMS)


def check_digit(digits: str) -> str:
    """The last character of an ORCID by those before it (ISO 7064, MOD 11-2)."""
    total = 0
    for digit in digits.replace("-", ""):
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)
