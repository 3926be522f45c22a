"""Every error that a user can meet, as one tree.

::

    AriError                      HTTP  exit  problem type
    ├── InputError                 400    2   bad-input
    │   ├── SourceError            400    2   bad-source          file and line
    │   ├── SyntaxProblem          400    2   syntax              line, column, snippet
    │   ├── FederationRefused      400    2   federation-refused
    │   ├── UnknownGraph           400    2   unknown-graph       lists those that exist
    │   ├── TooComplex             400    2   too-complex         nesting or chains
    │   ├── ParameterError         400    2   bad-parameter
    │   ├── NotCitable             400    2   not-citable         no permalink
    │   ├── Unauthorised           401    2   unauthorised        WWW-Authenticate
    │   ├── ReadOnly               403    2   read-only
    │   ├── UnknownName            404    2   not-found
    │   ├── MethodNotAllowed       405    2   method-not-allowed  Allow
    │   ├── NotAcceptable          406    2   not-acceptable      lists what is on offer
    │   ├── Gone                   410    2   gone                releases, what replaced it
    │   ├── PreconditionFailed     412    2   precondition-failed
    │   ├── TooLarge               413    2   request-too-large   limit
    │   ├── BatchTooLarge          413    2   batch-too-large     limit
    │   ├── TextTooLong            413    2   text-too-long       limit
    │   ├── UriTooLong             414    2   uri-too-long        limit
    │   ├── TooSlow                408    2   request-too-slow    limit
    │   ├── HeadersTooLarge        431    2   headers-too-large   limit
    │   ├── RangeNotSatisfiable    416    2   no-such-range       Content-Range
    │   └── UnsupportedType        415    2   unsupported-type    lists what is accepted
    ├── ViolationsFound            409    1   violations          the findings
    ├── Unfaithful                 500    1   unfaithful          a file of a release
    ├── LimitReached               503    3   limit-reached       limit, value, remedy
    ├── TooBusy                    429    3   too-busy            Retry-After
    ├── WorkerLost                 503    3   worker-lost         Retry-After
    ├── NotReady                   503    3   not-ready           Retry-After
    ├── EngineFault                502    3   engine-fault        the engine behind ARI_ENGINE
    ├── NotOffered                 501    3   not-offered
    └── EnvironmentFault           500    3   environment         port, disk, network

Problems are rendered in one place (`protocol.problems`), as RFC 9457 or as a page; the command
line prints the same words and leaves with the class's exit code.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class AriError(Exception):
    """An error with words for the user.

    Args:
        detail: what is wrong and where, one sentence or more.
        remedy: what to do so that it passes; empty if nothing can be said.
        extra: further members of the problem object (RFC 9457, section 3.2), JSON values only.
    """

    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 3
    slug: ClassVar[str] = "fault"
    title: ClassVar[str] = "Something went wrong"

    def __init__(
        self, detail: str, *, remedy: str = "", extra: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.remedy = remedy
        self.extra = dict(extra or {})

    def __str__(self) -> str:
        return f"{self.detail} {self.remedy}".strip()

    def __reduce__(self) -> tuple[Any, ...]:
        return rebuild, (type(self), self.detail, self.remedy, self.extra)

    @property
    def headers(self) -> dict[str, str]:
        """HTTP response headers that the status asks for."""
        after = self.extra.get("retryAfter")
        return {} if after is None else {"Retry-After": str(after)}

    @property
    def links(self) -> list[tuple[str, str]]:
        """Relation and target of links that go with the refusal (RFC 8288)."""
        return []


def rebuild(cls: type[AriError], detail: str, remedy: str, extra: dict[str, Any]) -> AriError:
    """The error with these parts, as it was on the other side of a process boundary."""
    error = cls.__new__(cls)
    AriError.__init__(error, detail, remedy=remedy, extra=extra)
    return error


class InputError(AriError):
    """What the user gave can't be used."""

    status = 400
    exit_code = 2
    slug = "bad-input"
    title = "The input can't be used"


class SourceError(InputError):
    """A source file does not say what it should; names the file and the line (from 1)."""

    slug = "bad-source"
    title = "A source file can't be read"

    def __init__(self, file: str, line: int | None, detail: str, *, remedy: str = "") -> None:
        place = file if line is None else f"{file}:{line}"
        super().__init__(f"{place}: {detail}", remedy=remedy, extra={"file": file, "line": line})


class SyntaxProblem(InputError):
    """A query, an update or a document that does not parse.

    Args:
        line: from 1.
        column: from 1, in code points.
        snippet: the line of the text, with a second line whose caret marks the column.
    """

    slug = "syntax"
    title = "Syntax error"

    def __init__(
        self, detail: str, *, line: int, column: int, snippet: str, remedy: str = ""
    ) -> None:
        super().__init__(
            detail, remedy=remedy, extra={"line": line, "column": column, "snippet": snippet}
        )


class FederationRefused(InputError):
    """SERVICE, LOAD and other ways out of this machine."""

    slug = "federation-refused"
    title = "This service does not call other services"


class UnknownGraph(InputError):
    """A dataset clause names a graph that does not exist (SPARQL 1.1 Protocol, 2.1.4)."""

    slug = "unknown-graph"
    title = "No such graph"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            f"There is no graph <{name}> here.",
            remedy="Name one of these graphs: " + ", ".join(f"<{graph}>" for graph in known) + ".",
            extra={"graph": name, "graphs": list(known)},
        )


class TooComplex(InputError):
    """A query nested too deeply, or with too long a chain of operators, for the engine."""

    slug = "too-complex"
    title = "The query is too complex"


class ParameterError(InputError):
    """A parameter is missing, doubled, or has a value of the wrong type."""

    slug = "bad-parameter"
    title = "A parameter can't be used"


class NotCitable(InputError):
    """A query whose answer can't be pinned by a permalink, with the reason."""

    slug = "not-citable"
    title = "The answer can't be pinned"


class Unauthorised(InputError):
    """A write without the token, or with another one (RFC 6750, section 3).

    Args:
        wrong: a token was sent; false if there was none to look at.
    """

    status = 401
    slug = "unauthorised"
    title = "Writing needs the token"

    def __init__(self, *, wrong: bool) -> None:
        super().__init__(
            "The token sent is not the one of this service."
            if wrong
            else "Writing here needs a token, and the request brings none.",
            remedy="Send the header Authorization: Bearer, followed by the value of ARI_TOKEN, "
            "which the operator has.",
            extra={"error": "invalid_token"} if wrong else {},
        )

    @property
    def headers(self) -> dict[str, str]:
        error = self.extra.get("error")
        told = f', error="{error}", error_description="{self.detail}"' if error else ""
        return {"WWW-Authenticate": f'Bearer realm="ARI graph"{told}'}


class ReadOnly(InputError):
    """A write to a service that takes none."""

    status = 403
    slug = "read-only"
    title = "This service is read-only"


class UnknownName(InputError):
    """Nothing has that name here."""

    status = 404
    slug = "not-found"
    title = "Not found"


class MethodNotAllowed(InputError):
    """The verb does not fit the resource (RFC 9110, 15.5.6)."""

    status = 405
    slug = "method-not-allowed"
    title = "Method not allowed"

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        verbs = ", ".join(allowed)
        super().__init__(
            f"{method} is not possible here.",
            remedy=f"Use one of: {verbs}.",
            extra={"allowed": list(allowed)},
        )

    @property
    def headers(self) -> dict[str, str]:
        return {"Allow": ", ".join(self.extra["allowed"])}


class NotAcceptable(InputError):
    """No representation fits what the client accepts (RFC 9110, 15.5.7)."""

    status = 406
    slug = "not-acceptable"
    title = "No such format"

    def __init__(self, wanted: str, available: Sequence[str]) -> None:
        super().__init__(
            f"This can't be given as {wanted}.",
            remedy="Ask for one of: " + ", ".join(available) + ".",
            extra={"available": list(available)},
        )


class Gone(InputError):
    """A thing that was published once and is not in the data any more (RFC 9110, 15.5.11).

    Args:
        name: kind and key, such as `question/met-2019-4-2`.
        label: what it was called; empty: not known.
        releases: versions that hold it, the oldest first; none: it never was in one.
        successors: IRIs of what replaced it, each with its label or an empty text.
    """

    status = 410
    slug = "gone"
    title = "No longer here"

    def __init__(
        self,
        name: str,
        *,
        label: str = "",
        releases: Sequence[str] = (),
        successors: Mapping[str, str] | None = None,
    ) -> None:
        later = successors or {}
        called = f"{name} (“{label}”)" if label else name
        held = f" Releases that hold it: {', '.join(releases)}." if releases else ""
        after = f" It was replaced by {', '.join(later)}." if later else ""
        newest = f"/releases/{releases[-1]}/" if releases else ""
        super().__init__(
            f"{called} is no longer in the data.{held}{after}",
            remedy=f"Read it in a release, at {newest}." if newest else "Follow what replaced it.",
            extra={
                "name": name,
                "label": label,
                "releases": list(releases),
                "replacedBy": [{"iri": iri, "label": words} for iri, words in later.items()],
            },
        )

    @property
    def links(self) -> list[tuple[str, str]]:
        """What replaced it (RFC 5829, 3.3), and the releases that hold it."""
        return [
            *(("successor-version", each["iri"]) for each in self.extra["replacedBy"]),
            *(("collection", f"/releases/{version}/") for version in self.extra["releases"][-5:]),
        ]


class PreconditionFailed(InputError):
    """If-Match or If-None-Match asks for another state than there is (RFC 9110, 15.5.13)."""

    status = 412
    slug = "precondition-failed"
    title = "The state is another than expected"


class TooLarge(InputError):
    """A request body over the limit."""

    status = 413
    slug = "request-too-large"
    title = "The request is too large"

    def __init__(self, setting: str, limit_bytes: int) -> None:
        super().__init__(
            f"The request body is larger than {limit_bytes} bytes.",
            remedy=f"Send less, or raise {setting} on your own server.",
            extra={"limit": setting, "value": limit_bytes},
        )


class BatchTooLarge(InputError):
    """More questions in one request than are taken (Reconciliation API 0.2, 3.1: `batchSize`)."""

    status = 413
    slug = "batch-too-large"
    title = "The batch is too large"

    def __init__(self, sent: int, most: int) -> None:
        super().__init__(
            f"The batch has {sent} entries, and {most} are taken at once.",
            remedy=f"Send batches of at most {most}.",
            extra={"limit": "batchSize", "value": most},
        )


class TextTooLong(InputError):
    """A text that is pasted to find questions, of more characters than are compared."""

    status = 413
    slug = "text-too-long"
    title = "The text is too long"

    def __init__(self, characters: int, most: int) -> None:
        super().__init__(
            f"The text has {characters:,} characters, and {most:,} are compared at once.",
            remedy="Send the title and the abstract alone.",
            extra={"limit": "text", "value": most, "unit": "characters"},
        )


class UriTooLong(InputError):
    """The query part of an address over the limit (RFC 9110, 15.5.15)."""

    status = 414
    slug = "uri-too-long"
    title = "The address is too long"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(
            f"The address has more than {limit_bytes} bytes after the question mark.",
            remedy="Send the request by POST: there its parameters stand in the body.",
            extra={"limit": "URI", "value": limit_bytes},
        )


class TooSlow(InputError):
    """A request body that did not arrive in time (RFC 9110, 15.5.9)."""

    status = 408
    slug = "request-too-slow"
    title = "The request took too long to arrive"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The request body did not arrive within {seconds:g} s.",
            remedy="Send it faster, or less of it; on your own server, raise ARI_REQUEST_SECONDS.",
            extra={"limit": "ARI_REQUEST_SECONDS", "value": seconds, "unit": "seconds"},
        )


class HeadersTooLarge(InputError):
    """The headers of a request over the limit (RFC 6585, 5)."""

    status = 431
    slug = "headers-too-large"
    title = "The headers are too large"

    def __init__(self, value: int, unit: str = "bytes") -> None:
        of_bytes = f"The headers of the request have more than {value} bytes."
        super().__init__(
            of_bytes if unit == "bytes" else f"The request has more than {value} headers.",
            remedy="Send fewer or shorter headers; a query belongs in the body of a POST.",
            extra={"limit": "headers", "value": value, "unit": unit},
        )


class UnsupportedType(InputError):
    """The body's media type is not one we read (RFC 9110, 15.5.16)."""

    status = 415
    slug = "unsupported-type"
    title = "Unsupported media type"

    def __init__(self, given: str, accepted: Sequence[str]) -> None:
        super().__init__(
            f"A body of type {given or 'unknown'} can't be read here.",
            remedy="Send one of: " + ", ".join(accepted) + ".",
            extra={"accepted": list(accepted)},
        )


class RangeNotSatisfiable(InputError):
    """A range of bytes that begins after the end of the file (RFC 9110, 15.5.17)."""

    status = 416
    slug = "no-such-range"
    title = "The file has no such bytes"

    def __init__(self, size: int) -> None:
        super().__init__(
            f"The file has {size} bytes, and the range begins after them.",
            remedy="Ask for bytes that it has, or leave the header Range out.",
            extra={"value": size, "unit": "bytes"},
        )

    @property
    def headers(self) -> dict[str, str]:
        return {"Content-Range": f"bytes */{self.extra['value']}"}


class ViolationsFound(AriError):
    """Data that breaks a shape."""

    status = 409
    exit_code = 1
    slug = "violations"
    title = "The data breaks a rule"


class Unfaithful(AriError):
    """A file of a release that would not say what the data says: nothing is published."""

    exit_code = 1
    slug = "unfaithful"
    title = "A file would not say what the data says"


class LimitReached(AriError):
    """An answer over a limit: it would fail again, so there is no Retry-After.

    Args:
        setting: the setting that holds the limit, such as `ARI_QUERY_SECONDS`.
        value: its value.
        unit: of the value, such as `seconds`.
    """

    status = 503
    slug = "limit-reached"
    title = "The answer is over a limit"

    def __init__(self, setting: str, value: float, unit: str, detail: str, remedy: str) -> None:
        super().__init__(
            detail, remedy=remedy, extra={"limit": setting, "value": value, "unit": unit}
        )


class TooBusy(AriError):
    """More requests than the service takes at once; the same request may pass later."""

    status = 429
    slug = "too-busy"
    title = "Too many requests"

    def __init__(self, seconds: int = 1) -> None:
        super().__init__(
            "All query workers are busy.",
            remedy=f"Try again in {seconds} s.",
            extra={"retryAfter": seconds},
        )


class WorkerLost(AriError):
    """The process that computed the answer ended, by no limit and no fault of the request."""

    status = 503
    slug = "worker-lost"
    title = "The answer was lost on the way"

    def __init__(self, detail: str, seconds: int = 1) -> None:
        super().__init__(detail, remedy=f"Try again in {seconds} s.", extra={"retryAfter": seconds})


class EngineFault(AriError):
    """The engine behind `ARI_ENGINE` can't be reached, fails, or answers what is no answer."""

    status = 502
    slug = "engine-fault"
    title = "The engine behind this service fails"


class NotOffered(AriError):
    """Something that this deployment can't do, however it is asked."""

    status = 501
    slug = "not-offered"
    title = "This deployment does not offer that"


class NotReady(AriError):
    """No query worker answers at the moment."""

    status = 503
    slug = "not-ready"
    title = "The service is not ready"

    def __init__(self, seconds: int = 1) -> None:
        super().__init__(
            "No query worker answers at the moment.",
            remedy=f"Try again in {seconds} s.",
            extra={"retryAfter": seconds},
        )


class EnvironmentFault(AriError):
    """The machine does not give what is needed: a port, disk space, a readable file, a network."""

    slug = "environment"
    title = "The environment does not allow it"
