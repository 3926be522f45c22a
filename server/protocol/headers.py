"""The headers of every response, in one place."""

from collections.abc import Mapping

from flask import Flask, Response, g, request

from . import links
from .service import Service
from .writing import is_write, of_graph_store

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""No script at all, and nothing from elsewhere (CSP Level 3)."""

READS = "GET, HEAD, OPTIONS, POST"
READS_OF_GRAPHS = "GET, HEAD, OPTIONS"
TAKEN = (
    "Accept, Accept-Language, Cache-Control, Content-Type, If-None-Match, If-Range, Range, "
    "X-Requested-With"
)
SHOWN = (
    "ARI-Revision, ARI-Rows, ETag, Content-Length, Content-Location, Content-Range, Accept-Ranges, "
    "Link, Allow, Retry-After"
)
DAY = "86400"

OF_ALL = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": POLICY,
    "Vary": "Accept, Accept-Encoding",
}
"""What every response has."""
OF_READS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": SHOWN}
"""CORS (Fetch, 3.2): for reads only, and never with credentials."""


def encoded(headers: Mapping[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    """Headers as ASGI has them."""
    return tuple((k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers.items())


def register(app: Flask, service: Service) -> None:
    """Add the headers to whatever leaves the app, refusals included."""

    def complete(response: Response) -> Response:
        headers = response.headers
        if "ARI-Revision" not in headers:
            headers["ARI-Revision"] = g.get("over", service).engine.revision
        for name, value in OF_ALL.items():
            # A page that is made for other people's frames brings a policy of its own.
            headers.setdefault(name, value)
        for link in links.told():
            headers.add("Link", str(link))
        if located := links.location():
            headers["Content-Location"] = located
        if not is_write(request):
            let_any_origin_read(response)
        return response

    app.after_request(complete)


def let_any_origin_read(response: Response) -> None:
    """CORS, and what a preflight wants to know besides."""
    headers = response.headers
    headers.update(OF_READS)
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = (
            READS_OF_GRAPHS if of_graph_store(request) else READS
        )
        headers["Access-Control-Allow-Headers"] = TAKEN
        headers["Access-Control-Max-Age"] = DAY
