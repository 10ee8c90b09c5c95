"""`srm-lint eval`: tell what an expression is worth in a module, or why it is unknown."""

from __future__ import annotations

from pathlib import Path

import click

from srm_lint import __version__
from srm_lint.cli.asking import EXISTING_FOLDER, Reading, configuration, reading_options, request
from srm_lint.cli.output import Refusal, is_terminal, say, wants_color, write
from srm_lint.cli.verdict import Exit
from srm_lint.report.worth import FORMATS, Shown, render


@click.command("eval")
@click.argument("folder", metavar="DIR", type=EXISTING_FOLDER)
@click.argument("expression", metavar="EXPRESSION")
@click.option(
    "--format", "-f", "format_", type=click.Choice(FORMATS), default="text", help="How to print. [default: text]"
)
@reading_options
@click.option("--color/--no-color", default=None, help="Colour the text, or do not. [default: on a terminal]")
def command(folder: Path, expression: str, format_: str, reading: Reading, color: bool | None) -> int:
    """Tell what EXPRESSION is worth in the Terraform module in DIR: its type, its value with the place where that is
    written and the way from there, or the reason why it is unknown.

    DIR is evaluated as a root module, with the defaults of its variables, its .tfvars files, and what the options say.
    Sensitive values are never printed. An EXPRESSION that begins with a dash goes behind --.

    \b
    Examples:
      srm-lint eval . local.tags
      srm-lint eval modules/net 'cidrsubnet(var.cidr, 8, 2)' --var cidr=10.0.0.0/16
      srm-lint eval . 'aws_s3_bucket.logs[*].bucket' --format json

    \b
    Exit codes: 0 told, be it known or not, 2 a wrong call, or an expression that Terraform refuses,
    3 told, but something in the module could not be read or found.
    """
    from srm_lint.discover import tree_of
    from srm_lint.read.terraform import EvaluationError, evaluate_in
    from srm_lint.reading import inputs_of

    inputs = inputs_of(request(configuration(reading.config), (folder,), reading))
    if len(inputs) > 1:
        names = ", ".join(each.name for each in inputs)
        raise Refusal(f"an expression is evaluated under one set of variables, but there are several: {names}")
    try:
        worth = evaluate_in(folder, expression, tree_of(folder), inputs[0])
    except EvaluationError as error:
        raise Refusal(f"{error.span.source}:{error.span.line}:{error.span.column}: {error.message}") from None
    for problem in worth.problems:
        say(f"{problem.span.source}:{problem.span.line}: {problem.message}")
    machine = format_ == "json"
    shown = Shown(
        expression, worth.value, worth.type, worth.problems, __version__, color=not machine and wants_color(color)
    )
    write(render(shown, format_), machine=machine and not is_terminal())
    return int(Exit.PROBLEMS if worth.problems else Exit.FINE)
