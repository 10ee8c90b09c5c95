"""`srm-lint map`: what the templates deploy, service by service, who does what, and how it is known."""

from __future__ import annotations

from pathlib import Path

import click

from srm_lint import __version__
from srm_lint.cli.asking import (
    Reading,
    configuration,
    paths_argument,
    policies_option,
    reading_options,
    request,
    source_option,
)
from srm_lint.cli.output import is_terminal, progress, say, wants_color, width, write
from srm_lint.cli.verdict import Exit, empty_paths
from srm_lint.report.map import FORMATS, render_json, render_text


@click.command("map")
@paths_argument
@click.option(
    "--format", "-f", "format_", type=click.Choice(FORMATS), default="text", help="How to print. [default: text]"
)
@policies_option
@reading_options
@source_option
@click.option("--color/--no-color", default=None, help="Colour the text, or do not. [default: on a terminal]")
@click.option("--no-progress", is_flag=True, help="Show no progress note (it shows only on a terminal).")
def command(
    paths: tuple[Path, ...],
    format_: str,
    own: tuple[Path, ...],
    reading: Reading,
    source: Path | None,
    color: bool | None,
    no_progress: bool,
) -> int:
    """Print the map of what lies under each PATH: for every service that is deployed, what the provider does, what is
    left to you, and how it is known that it is done.

    An item that policies judge shows their outcomes. One that none judges is an open question, with the way to answer
    it; what the provider does alone is inherited.

    \b
    Examples:
      srm-lint map
      srm-lint map infra/ --format json

    \b
    Exit codes: 0 printed, 2 a wrong call, configuration or policy, 3 something could not be read or found,
    4 nothing to map under a PATH.
    """
    from msgspec.structs import replace

    from srm_lint.run import service_map

    settings = configuration(reading.config)
    asked = replace(request(settings, paths, reading, source), policies=(*settings.policies, *own))
    with progress("srm-lint: reading and judging", wanted=not no_progress):
        services = service_map(asked)
    if format_ == "json":
        write(render_json(services, version=__version__), machine=not is_terminal())
    else:
        write(render_text(services, color=wants_color(color), width=width()), machine=False)
    empty = empty_paths(asked.paths, services.sources, services.problems)
    for path in empty:
        say(f"{path}: nothing to map: no Terraform or CloudFormation, or only what is ignored or excluded")
    return int(Exit.PROBLEMS if services.problems else Exit.NOTHING if empty else Exit.FINE)
