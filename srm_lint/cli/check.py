"""`srm-lint check`: judge what lies under the paths, report it, and end with the exit code that says how it went."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from msgspec import Struct
from msgspec.structs import replace

from srm_lint import __version__
from srm_lint.cli.asking import (
    Reading,
    configuration,
    frameworks_option,
    paths_argument,
    policies_option,
    reading_options,
    request,
    require_frameworks,
    require_known,
    selection_options,
    source_option,
)
from srm_lint.cli.output import is_terminal, progress, say, wants_color, width, write, write_file
from srm_lint.cli.verdict import Demand, empty_paths, exit_code
from srm_lint.config import FailOn
from srm_lint.model.finding import Scan
from srm_lint.report import FORMATS, Options, render
from srm_lint.report.visible import visible
from srm_lint.spelling import nearest

SHOW = ("unknown", "passed", "ignored")


class Output(Struct, frozen=True):
    """One report to write: its format, and the file it goes to (None: standard output)."""

    format: str
    file: Path | None


def parse_outputs(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[Output, ...]:
    """The outputs that `FORMAT` and `FORMAT=FILE` texts ask for; a text report where there are none."""
    outputs = []
    for value in values or ("text",):
        name, equals, file = value.partition("=")
        if name not in FORMATS:
            known = nearest(name, FORMATS) or f"there are {', '.join(FORMATS)}"
            raise click.BadParameter(f'there is no format "{visible(name)}"; {known}', param=option)
        if equals and not file:
            raise click.BadParameter(f'"{value}" names no file', param=option)
        outputs.append(Output(name, Path(file) if file else None))
    if sum(output.file is None for output in outputs) > 1:
        raise click.BadParameter(
            "only one report can go to standard output; write the others to files, as in --format sarif=FILE",
            param=option,
        )
    return tuple(outputs)


@click.command("check", short_help="Judge Terraform and CloudFormation, and report who owns each fix.")
@paths_argument
@click.option(
    "--format",
    "-f",
    "outputs",
    multiple=True,
    callback=parse_outputs,
    metavar="FORMAT[=FILE]",
    help=f"How to report: {', '.join(FORMATS)}; =FILE writes it to a file. Repeatable. [default: text]",
)
@selection_options
@frameworks_option
@click.option(
    "--fail-on",
    type=click.Choice([one.value for one in FailOn]),
    help="The least severity that makes the exit code 1. [default: low]",
)
@click.option(
    "--strict/--no-strict",
    default=None,
    help="Let unknown outcomes, and passes that rest on a provider's default, fail too.",
)
@click.option("--show", multiple=True, type=click.Choice(SHOW), help="Report these in full too; repeatable.")
@policies_option
@reading_options
@source_option
@click.option(
    "--validate", is_flag=True, help="Also tell what AWS would refuse in templates, by cfn-lint's error rules."
)
@click.option("--allow-nothing", is_flag=True, help="Exit with 0 instead of 4 where a PATH holds nothing to check.")
@click.option(
    "--color/--no-color",
    default=None,
    help="Colour the text report, or do not. [default: on a terminal, unless NO_COLOR is set]",
)
@click.option("--quiet", "-q", is_flag=True, help="Write nothing to standard output; the exit code tells.")
@click.option("--no-progress", is_flag=True, help="Show no progress note (it shows only on a terminal).")
def command(
    paths: tuple[Path, ...],
    outputs: tuple[Output, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    controls: tuple[str, ...],
    fail_on: str | None,
    strict: bool | None,
    show: tuple[str, ...],
    own: tuple[Path, ...],
    reading: Reading,
    source: Path | None,
    validate: bool,
    allow_nothing: bool,
    color: bool | None,
    quiet: bool,
    no_progress: bool,
) -> int:
    """Judge the Terraform and CloudFormation under each PATH (a folder or a file; the working directory by default).

    Of a Terraform file, the whole module is read, and the findings that touch the file are reported. A plan (what
    `terraform show -json` writes) is judged instead of the sources beside it, and findings point into those. What
    .gitignore names is passed over unless you name it yourself.

    \b
    Examples:
      srm-lint check
      srm-lint check infra/ stacks/network.yaml
      srm-lint check --select s3,high --ignore 's3-bucket-logs-*'
      srm-lint check --controls cis-aws-3.0
      srm-lint check --format text --format sarif=srm-lint.sarif
      srm-lint check env/prod --var region=eu-west-1 --var-file prod.tfvars
      srm-lint check plan.json --source env/prod

    \b
    Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 a wrong call, configuration or policy,
    3 something could not be read or found, 4 nothing to check under a PATH.
    """
    settings = configuration(reading.config)
    demand = Demand(
        fail_on=FailOn(fail_on) if fail_on else settings.fail_on,
        strict=settings.strict if strict is None else strict,
        allow_nothing=allow_nothing,
    )
    asked = replace(
        request(settings, paths, reading, source),
        policies=(*settings.policies, *own),
        select=select or settings.select,
        ignore=(*settings.ignore, *ignore),
        controls=controls or settings.controls,
        validate=validate,
    )
    require_frameworks(asked.controls, asked.policies)
    require_known((*asked.select, *asked.ignore), asked.policies)
    from srm_lint.run import check

    with progress("srm-lint: reading and judging", wanted=not (no_progress or quiet)):
        scan = check(asked)
    shown = frozenset(show) | ({"unknown"} if demand.strict else frozenset())
    _report(scan, outputs, Options(show=shown, version=__version__, controls=asked.controls), color=color, quiet=quiet)
    empty = empty_paths(asked.paths, scan.sources, scan.problems)
    code = exit_code(scan, demand, empty)
    if not allow_nothing:
        for path in empty:
            say(f"{path}: nothing to check: no Terraform or CloudFormation, or only what is ignored or excluded")
    return int(code)


def _report(scan: Scan, outputs: Sequence[Output], options: Options, *, color: bool | None, quiet: bool) -> None:
    for output in sorted(outputs, key=lambda output: output.file is None):  # files first: a reader may hang up
        if output.file is not None:
            write_file(output.file, render(scan, output.format, options))
        elif not quiet:
            drawn = replace(options, color=wants_color(color), width=width())
            text = render(scan, output.format, drawn)
            write(text, machine=output.format != "text" and not is_terminal())
