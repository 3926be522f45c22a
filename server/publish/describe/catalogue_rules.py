"""The rules that a catalogue keeps to: DCAT-AP 3.0.1, and what a release of ours says beyond it."""

import pyoxigraph as ox

from ... import resources
from ...build.findings import Finding
from ...build.shapes import load_shapes
from ...build.userfiles import parse_user_data
from ...build.validation import validate
from ...errors import Unfaithful
from .. import layout


def findings(data: bytes) -> list[Finding]:
    """What the shapes in `shapes/publishing` say about a catalogue in Turtle.

    Raises:
        InputError: it does not parse.
    """
    shapes = load_shapes(resources.listing("shapes", "publishing", suffix=".ttl"))
    return validate(parse_user_data(layout.DCAT, data, ox.RdfFormat.TURTLE), shapes, {})


def kept(data: bytes) -> bytes:
    """The same catalogue, if it breaks none of the rules.

    Raises:
        Unfaithful: it does; the first rule is told.
    """
    found = findings(data)
    if found:
        raise Unfaithful(f"{layout.DCAT}: {found[0].focus}: {found[0].message}")
    return data
