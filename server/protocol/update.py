"""The update operation of the SPARQL 1.1 Protocol (2.2)."""

from flask import Blueprint, Request, Response, request

from ..engine.interface import Change
from ..errors import ParameterError, UnsupportedType
from . import parameters
from .parameters import FORM, Parameters
from .service import Service
from .writing import UPDATE, done, must_have_right, refuse_release

DIRECT = "application/sparql-update"
OF_QUERIES = ("query", "default-graph-uri", "named-graph-uri")


def blueprint(service: Service) -> Blueprint:
    """`/update`."""
    routes = Blueprint("update", __name__)

    @routes.post(UPDATE)
    def update() -> Response:
        must_have_right(request, service.settings)
        sent = read_parameters(request, service.settings.max_request_bytes)
        return done(service.engine.change(read(sent, service.endpoint)))

    return routes


def read_parameters(asked: Request, limit: int) -> Parameters:
    """The parameters of a POST form or of a direct POST (SPARQL 1.1 Protocol, 2.2.1 and 2.2.2).

    A direct body counts as `update`.

    Args:
        limit: the largest body, in bytes, before and after decompression.

    Raises:
        UnsupportedType: a body that is neither, or not in UTF-8.
        ParameterError: an update in the address, where logs and histories would keep it.
    """
    of_url = parameters.of_url(asked)
    if "update" in of_url:
        raise ParameterError(
            "The update stands in the address.",
            remedy=f"Send it in the body: as the parameter update of a form, or with {DIRECT}.",
            extra={"parameter": "update"},
        )
    parameters.must_be_utf_8(asked, DIRECT)
    if asked.mimetype == FORM:
        return of_url + parameters.form(parameters.unpacked(asked, limit))
    if asked.mimetype == DIRECT:
        text = parameters.text(parameters.unpacked(asked, limit), "The update")
        return of_url + Parameters((("update", text),))
    raise UnsupportedType(asked.mimetype, [DIRECT, FORM])


def read(sent: Parameters, base_iri: str) -> Change:
    """The change that is asked for.

    Args:
        base_iri: of relative IRIs: the same as for queries, so that they mean the same.

    Raises:
        ParameterError: the update is missing or doubled, or a parameter of queries was sent.
    """
    refuse_queries(sent)
    refuse_release(sent)
    text = sent.one("update")
    if text is None:
        raise ParameterError(
            "There is no update.",
            remedy="Send a SPARQL update as the parameter update of a form, or as the body of a "
            f"POST with Content-Type: {DIRECT}.",
            extra={"parameter": "update"},
        )
    return Change(
        "update",
        base_iri,
        text,
        using_graphs=sent.all("using-graph-uri"),
        using_named_graphs=sent.all("using-named-graph-uri"),
    )


def refuse_queries(sent: Parameters) -> None:
    """Queries have a path of their own.

    Raises:
        ParameterError: a parameter of the query operation was sent.
    """
    for name in OF_QUERIES:
        if name in sent:
            raise ParameterError(
                f"The parameter {name} belongs to queries; {UPDATE} only takes updates.",
                remedy="Send queries to /sparql. The graphs that an update reads are chosen with "
                "using-graph-uri and using-named-graph-uri.",
                extra={"parameter": name},
            )
