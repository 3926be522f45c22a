"""The command `ari`: a thin skin over the parts."""

import pkgutil
import sys

import click

from . import __version__
from .errors import AriError

EXAMPLES = """
\b
Examples:
  ari serve
  ari query questions-by-priority -p priority=priority/met-2019-4
  ari query my.rq --endpoint http://127.0.0.1:8000/sparql --format json
"""

COMMANDS = {
    "build": "build:build",
    "check": "check:check",
    "serve": "serve:serve",
    "load": "load:load",
    "query": "query:query",
    "import": "importing:import_",
    "match": "match:match",
    "review": "review:review",
    "revisions": "revisions:revisions",
    "release": "release:release",
    "verify": "verify:verify",
    "diff": "diff:diff",
    "backup": "backup:backup",
    "restore": "restore:restore",
    "bench": "bench:bench",
}
"""Where each is in `commands/`."""


class Commands(click.Group):
    """Imports a command when it is wanted: a service starts sooner without the others' modules.

    Each web process pays for what this module imports, as it begins by importing it.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, if there is one."""
        if cmd_name not in COMMANDS:
            return None
        found = pkgutil.resolve_name(f"{__package__}.commands.{COMMANDS[cmd_name]}")
        return found if isinstance(found, click.Command) else None


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
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXAMPLES
)
@click.version_option(__version__, prog_name="ari")
def ari() -> None:
    """The open knowledge graph of Areas of Research Interest.

    Exit codes: 0 yes, 1 no (violations), 2 wrong input or use, 3 the environment (port, disk,
    network).
    """


if __name__ == "__main__":
    main()
