"""`srm-lint show`: print what policies see, so that a user can tell why something was flagged or not."""

from __future__ import annotations

from pathlib import Path

import click

from srm_lint import __version__
from srm_lint.cli.asking import Reading, configuration, paths_argument, reading_options, request, source_option
from srm_lint.cli.output import is_terminal, progress, say, wants_color, width, write
from srm_lint.cli.verdict import Exit, empty_paths
from srm_lint.report.inventory import FORMATS, Shown, render


@click.command("show")
@paths_argument
@click.option(
    "--format", "-f", "format_", type=click.Choice(list(FORMATS)), default="text", help="How to print. [default: text]"
)
@reading_options
@source_option
@click.option("--color/--no-color", default=None, help="Colour the text, or do not. [default: on a terminal]")
@click.option("--no-progress", is_flag=True, help="Show no progress note (it shows only on a terminal).")
def command(
    paths: tuple[Path, ...],
    format_: str,
    reading: Reading,
    source: Path | None,
    color: bool | None,
    no_progress: bool,
) -> int:
    """Print the inventory of what lies under each PATH, as policies see it.

    Every resource is shown with its kind, and every value with the place where it is written, the way it came from
    there (through variables, locals and modules), or the reason why it is unknown. Sensitive values are never printed.

    \b
    Examples:
      srm-lint show
      srm-lint show modules/bucket --var name=logs
      srm-lint show template.yaml --format json

    \b
    Exit codes: 0 shown, 2 a wrong call or configuration, 3 something could not be read or found,
    4 nothing to show under a PATH.
    """
    from srm_lint.discover import discover
    from srm_lint.run import inventories

    asked = request(configuration(reading.config), paths, reading, source)
    with progress("srm-lint: reading", wanted=not no_progress):
        targets = discover(asked.paths, asked.exclude)
        pairs = tuple(inventories(asked, targets))
    shown = Shown(
        inventories=pairs,
        problems=[problem for target in targets for problem in target.problems],
        version=__version__,
        color=format_ == "text" and wants_color(color),
        width=width(),
    )
    write(render(shown, format_), machine=format_ == "json" and not is_terminal())
    every = [*shown.problems, *(problem for one, _ in pairs for problem in one.problems)]
    empty = empty_paths(asked.paths, [source for one, _ in pairs for source in one.sources], every)
    for path in empty:
        say(f"{path}: nothing to show: no Terraform or CloudFormation, or only what is ignored or excluded")
    return int(Exit.PROBLEMS if every else Exit.NOTHING if empty else Exit.FINE)
