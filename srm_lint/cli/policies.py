"""`srm-lint policies`: list and test policies, the user's own included, and write their pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from srm_lint.cli.asking import configuration, policies_option, require_known, selection_options
from srm_lint.cli.output import Refusal, say, write
from srm_lint.cli.program import Suggesting
from srm_lint.cli.verdict import Exit
from srm_lint.library import built_in, folders, policy_files
from srm_lint.model.policy import Policy
from srm_lint.policy.loader import load_policies
from srm_lint.report.visible import visible
from srm_lint.responsibility.catalogue import service
from srm_lint.schema.loader import Schema
from srm_lint.selection import selected

PAGES = Path("docs/policies")


@click.group("policies", cls=Suggesting)
def command() -> None:
    """List and test the policies, and write their pages."""


@command.command("list")
@selection_options
@policies_option
def list_policies(select: tuple[str, ...], ignore: tuple[str, ...], own: tuple[Path, ...]) -> int:
    """List the policies: id, severity, who owns the fix, and the demand.

    \b
    Examples:
      srm-lint policies list
      srm-lint policies list --select s3 --ignore low
    """
    chosen = list(_chosen(Schema(), _all(own), select, ignore))
    wide = max((len(policy.id) for policy in chosen), default=0)
    for policy in chosen:
        owner = service(policy.provider, policy.service).items[policy.item].owner.value
        write(f"{policy.id:<{wide}}  {policy.severity.label:<8}  {owner:<8}  {policy.title}\n")
    say(f"{len(chosen)} policies")
    return Exit.FINE


@command.command("test")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]...")
@selection_options
@policies_option
def test_policies(
    paths: tuple[Path, ...], select: tuple[str, ...], ignore: tuple[str, ...], own: tuple[Path, ...]
) -> int:
    """Judge the situations that each policy is written with, and tell which do not come out as they say.

    PATHs are policy files, or folders of them; by default the built-in policies and those of --policies are tested.

    \b
    Examples:
      srm-lint policies test
      srm-lint policies test policies/aws/s3/s3-bucket-blocks-public-access.yaml
      srm-lint policies test house-policies/ --select high,critical

    \b
    Exit codes: 0 all come out, 1 some do not, 2 a policy is not written as it should be.
    """
    from srm_lint.examples import broken_examples

    schema = Schema()
    tested = situations = failed = 0
    for policy in _chosen(schema, list(paths) or _all(own), select, ignore):
        broken = list(broken_examples(policy, schema))
        for one in broken:
            where = f"{one.span.source}:{one.span.line}"
            about = f"{one.situation}: " if one.situation else ""
            write(f"{where}: {one.policy} ({one.language}): {about}{one.message}\n")
        tested += 1
        situations += sum(len(example.texts) for example in policy.examples)
        failed += len(broken)
    write(f"{tested} policies, {situations} situations: {situations - failed} passed, {failed} failed\n")
    if not tested:
        raise Refusal("there is no policy to test")
    return Exit.FINDINGS if failed else Exit.FINE


@command.command("docs")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if the pages are not what would be written.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=PAGES,
    metavar="DIR",
    help=f"Where the pages lie. [default: {PAGES.as_posix()}]",
)
@policies_option
def write_docs(check: bool, output: Path, own: tuple[Path, ...]) -> int:
    """Write a page for each policy, and an index, from what the policies say.

    \b
    Examples:
      srm-lint policies docs
      srm-lint policies docs --check
      srm-lint policies docs --policies house-policies/ --output docs/house
    """
    from srm_lint.handbook import ForeignPagesError, pages, stale
    from srm_lint.handbook import write as write_pages

    chosen = list(_chosen(Schema(), _all(own), (), ()))
    if not check:
        try:
            changed = write_pages(output, chosen)
        except OSError as error:
            raise Refusal(f"{output}: the pages cannot be written: {error.strerror}") from None
        except ForeignPagesError as error:
            raise Refusal(str(error)) from None
        write(f"{len(changed)} pages changed in {visible(str(output))}\n")
        return Exit.FINE
    differing = stale(output, pages(chosen))
    for path in differing:
        write(f"{path}: is not as the policies say; write it with: srm-lint policies docs\n")
    return Exit.FINDINGS if differing else Exit.FINE


def _all(own: tuple[Path, ...]) -> list[Path]:
    return list(folders((*configuration(None).policies, *own)))


def _chosen(schema: Schema, places: list[Path], select: tuple[str, ...], ignore: tuple[str, ...]) -> Iterator[Policy]:
    """The selected policies in `places`, files or folders."""
    require_known((*select, *ignore), [place for place in places if place.is_dir() and place != built_in()])
    files = [file for place in places for file in (policy_files(place) if place.is_dir() else (place,))]
    return (policy for policy in load_policies(files, schema) if selected(policy, select, ignore))
