"""The headers of every response, in one place."""

from flask import Flask, Response, request

from .service import Service
from .writing import is_write, of_graph_store

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""No script at all, and nothing from elsewhere (CSP Level 3)."""

READS = "GET, HEAD, OPTIONS, POST"
READS_OF_GRAPHS = "GET, HEAD, OPTIONS"
TAKEN = "Accept, Accept-Language, Cache-Control, Content-Type, If-None-Match, X-Requested-With"
SHOWN = "ARI-Revision, ARI-Rows, ETag, Content-Length, Link, Allow, Retry-After"
DAY = "86400"


def register(app: Flask, service: Service) -> None:
    """Add the headers to whatever leaves the app, refusals included."""

    def complete(response: Response) -> Response:
        headers = response.headers
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Content-Security-Policy"] = POLICY
        if "ARI-Revision" not in headers:
            headers["ARI-Revision"] = service.engine.revision
        response.vary.update(["Accept", "Accept-Encoding"])
        if not is_write(request):
            let_any_origin_read(response)
        return response

    app.after_request(complete)


def let_any_origin_read(response: Response) -> None:
    """CORS (Fetch, 3.2): for reads only, and never with credentials."""
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = SHOWN
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = (
            READS_OF_GRAPHS if of_graph_store(request) else READS
        )
        headers["Access-Control-Allow-Headers"] = TAKEN
        headers["Access-Control-Max-Age"] = DAY
