"""Arguments in, an exit code out: the commands, each in a module that is imported when it is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType

import click

from srm_lint import __version__
from srm_lint.cli.output import Refusal
from srm_lint.library import LibraryError
from srm_lint.marked import MarkedError
from srm_lint.report.visible import visible
from srm_lint.spelling import nearest

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "check": "Judge Terraform and CloudFormation, and report who owns each fix.",
        "eval": "Tell what an expression is worth in a Terraform module, or why it is unknown.",
        "explain": "Tell about a policy, a service, a resource type or an item of the catalogue.",
        "map": "Print what is deployed, service by service, with both sides' duties.",
        "policies": "List and test the policies, and write their pages.",
        "show": "Print the inventory as policies see it, with where each value comes from.",
    }
)
"""Each command's summary: `--help` tells them without importing them."""

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Suggesting(click.Group):
    """A group that answers a name that there is not with the nearest one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that `args` begin with."""
        names = self.list_commands(ctx)
        if args and args[0] not in names and not args[0].startswith("-"):
            known = nearest(args[0], names) or f"there are {', '.join(names)}"
            ctx.fail(f'there is no command "{visible(args[0])}"; {known}')
        return super().resolve_command(ctx, args)


class Commands(Suggesting):
    """The commands by name. A command `x` is `command` in `srm_lint.cli.x`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command called `cmd_name`, imported now; None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"srm_lint.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """Write names and summaries."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings=CONTEXT)
@click.version_option(__version__, "-V", "--version", message="srm-lint %(version)s")
def program() -> None:
    """Check Terraform and CloudFormation against policies, and cite who owns each fix.

    Every finding names the side of the shared-responsibility line that it is on: yours, your cloud provider's, or both.

    \b
    Examples:
      srm-lint check                        everything below the working directory
      srm-lint check infra/ --fail-on high  exit code 1 only for high and critical findings
      srm-lint explain s3-bucket-blocks-public-access
      srm-lint show main.tf                 what a policy sees of a module

    \b
    Exit codes:
      0  nothing to fix
      1  findings
      2  a wrong call, configuration or policy
      3  something could not be read or found; the rest was judged
      4  nothing to check under a PATH that was asked for
    """


def run(arguments: Sequence[str]) -> int:
    """Run the command that `arguments` name and return its exit code, after telling the caller's mistakes."""
    try:
        result = program.main(args=list(arguments), prog_name="srm-lint", standalone_mode=False)
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (MarkedError, LibraryError) as error:
        refusal = Refusal(str(error))
        refusal.show()
        return refusal.exit_code
    return result if isinstance(result, int) else 0
