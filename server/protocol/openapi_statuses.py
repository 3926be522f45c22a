"""The statuses of refusals that operations of one sort have in common."""

from .service import Service

READ = (400, 406)
POSTED = (413, 415)
WRITTEN = (400, 401, 403, 409, 413, 415, 503)


def asked(service: Service) -> tuple[int, ...]:
    """Statuses of what is asked of the engine."""
    return (*READ, 502, 503) if service.settings.engine else (*READ, 503)
