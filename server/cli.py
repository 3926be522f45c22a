"""The command `ari`: a thin skin over the parts."""

import sys

import click

from . import __version__
from .commands import (
    backup,
    bench,
    build,
    check,
    diff,
    importing,
    load,
    match,
    query,
    release,
    restore,
    review,
    revisions,
    serve,
    verify,
)
from .errors import AriError

EXAMPLES = """
\b
Examples:
  ari serve
  ari query questions-by-priority -p priority=priority/met-2019-4
  ari query my.rq --endpoint http://127.0.0.1:8000/sparql --format json
"""

COMMANDS = (
    build.build,
    check.check,
    serve.serve,
    load.load,
    query.query,
    importing.import_,
    match.match,
    review.review,
    revisions.revisions,
    release.release,
    verify.verify,
    diff.diff,
    backup.backup,
    restore.restore,
    bench.bench,
)
"""Each is a module of `commands/`."""


def main() -> None:
    """Run the command; errors are told in words, and their class decides the exit code."""
    try:
        ari.main(prog_name="ari", standalone_mode=False)
    except AriError as error:
        click.echo(f"ari: {error.detail}", err=True)
        for more in (error.extra.get("snippet"), error.remedy):
            if more:
                click.echo(more, err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)


@click.group(
    commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXAMPLES
)
@click.version_option(__version__, prog_name="ari")
def ari() -> None:
    """The open knowledge graph of Areas of Research Interest.

    Exit codes: 0 yes, 1 no (violations), 2 wrong input or use, 3 the environment (port, disk,
    network).
    """


if __name__ == "__main__":
    main()
