"""Options that several commands share in; a `Request` and its `Config` out.

Only this module knows how the command line and the configuration file go together.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click
from msgspec import Struct

from srm_lint.cli.output import Refusal
from srm_lint.config import Config, VariableSet, find_config, read_config
from srm_lint.library import folders, policy_files
from srm_lint.model.policy import Policy, Severity
from srm_lint.report.visible import visible
from srm_lint.request import Request
from srm_lint.spelling import nearest

F = TypeVar("F", bound=Callable[..., Any])

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


Texts = tuple[str, ...]


def assignments(_: click.Context, option: click.Parameter, values: Texts) -> tuple[tuple[str, str], ...]:
    """The names and values of `NAME=VALUE` texts."""
    parsed = []
    for value in values:
        name, equals, text = value.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f'"{visible(value)}" is not of the form NAME=VALUE', param=option)
        parsed.append((name.strip(), text))
    return tuple(parsed)


def words(_: click.Context, option: click.Parameter, values: Texts) -> Texts:
    """The words of texts that have commas between them."""
    parsed = tuple(word.strip() for value in values for word in value.split(",") if word.strip())
    if values and not parsed:
        raise click.BadParameter(f"expected {option.metavar}, but it is empty", param=option)
    return parsed


def not_empty(_: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """The text, which may be left out but not empty: that is a slip of the caller's shell."""
    if value is not None and not value.strip():
        raise click.BadParameter("it is empty; is a shell variable unset?", param=option)
    return value


def present(_: click.Context, argument: click.Parameter, values: tuple[Path, ...]) -> tuple[Path, ...]:
    """The paths, which may be missing (the report tells that), but not empty: that is a slip of the caller's shell."""
    if any(not str(value) for value in values):
        raise click.BadParameter("an empty PATH; is a shell variable unset?", param=argument)
    return tuple(Path(value) for value in values)


def paths_argument(command: F) -> F:
    """The PATHs to read."""
    return click.argument("paths", nargs=-1, type=click.Path(), callback=present, metavar="[PATH]...")(command)


class Reading(Struct, frozen=True):
    """What the command line says of reading: the configuration to use, and what Terraform would be given."""

    config: Path | None
    var_files: tuple[str, ...]
    variables: tuple[tuple[str, str], ...]
    env_vars: bool
    workspace: str | None
    parameters: tuple[str, ...]


def reading_options(command: F) -> F:
    """The options that decide what is read; the command gets them as one `Reading`."""

    @wraps(command)
    def gathered(*arguments: Any, **options: Any) -> Any:
        reading = Reading(**{name: options.pop(name) for name in Reading.__struct_fields__})
        return command(*arguments, reading=reading, **options)

    for option in reversed(_READING):
        gathered = option(gathered)
    return cast("F", gathered)


_READING = (
    click.option(
        "--var",
        "variables",
        multiple=True,
        callback=assignments,
        metavar="NAME=VALUE",
        help="A Terraform variable of root modules; repeatable.",
    ),
    click.option(
        "--var-file",
        "var_files",
        multiple=True,
        metavar="[SET=]FILE",
        help="Terraform variables (.tfvars) to read; repeatable, the last one wins. Roots are read once under each SET"
        " that is named, and findings say under which.",
    ),
    click.option("--env-vars", is_flag=True, help="Take Terraform variables from the environment (TF_VAR_name) too."),
    click.option(
        "--workspace",
        callback=not_empty,
        metavar="NAME",
        help="What terraform.workspace is worth; without it, that is unknown.",
    ),
    click.option(
        "--parameters",
        multiple=True,
        metavar="[SET=]FILE",
        help="Values of CloudFormation parameters, in any form that AWS's own tools take; with several files, templates"
        " are read once with each, and findings say which.",
    ),
    click.option(
        "--config",
        type=EXISTING_FILE,
        metavar="FILE",
        help="Configuration to use, instead of the nearest .srm-lint.yaml.",
    ),
)


def source_option(command: F) -> F:
    """Where plans were made."""
    return click.option(
        "--source",
        type=EXISTING_FOLDER,
        metavar="DIR",
        help="The folder of the root module that plans were made from. [default: the folder that a plan lies in]",
    )(command)


def policies_option(command: F) -> F:
    """The user's own policies."""
    return click.option(
        "--policies",
        "own",
        multiple=True,
        type=EXISTING_FOLDER,
        metavar="DIR",
        help="A folder of your own policies, judged beside the built-in ones; repeatable.",
    )(command)


def selection_options(command: F) -> F:
    """The options that choose policies."""
    for option in (
        click.option(
            "--ignore", multiple=True, callback=words, metavar="WORD,...", help="Leave these policies out; repeatable."
        ),
        click.option(
            "--select",
            multiple=True,
            callback=words,
            metavar="WORD,...",
            help="Judge by these policies only: ids, globs (s3-*), services (s3), severities (high); repeatable.",
        ),
    ):
        command = option(command)
    return command


def configuration(file: Path | None) -> Config:
    """The configuration in `file`, or in the nearest one, or the defaults. Raises `MarkedError` where it is wrong."""
    found = file or find_config(Path.cwd())
    return Config() if found is None else read_config(found)


def request(config: Config, paths: Iterable[Path], reading: Reading, source: Path | None = None) -> Request:
    """What to read, before any policies are chosen. The command line's variables stand above the configuration's.

    Raises `Refusal` for a variable file that there is not.
    """
    shared, sets = _var_files(reading.var_files)
    return Request(
        paths=tuple(paths) or (Path(),),
        variables=dict(reading.variables),
        var_files=(*config.var_files, *shared),
        environment=dict(os.environ) if reading.env_vars else {},
        workspace=reading.workspace or config.workspace,
        variable_sets=sets or config.variable_sets,
        parameters=_parameters(reading.parameters) or config.parameters,
        teams=config.teams,
        required_tags=config.required_tags,
        exclude=config.exclude,
        source=source,
    )


def _var_files(texts: Iterable[str]) -> tuple[tuple[Path, ...], tuple[VariableSet, ...]]:
    """The files for all sets, and the sets, that `FILE` and `SET=FILE` texts name."""
    shared: list[Path] = []
    sets: dict[str, list[Path]] = {}
    for text in texts:
        name, file = _named_file("--var-file", text)
        (sets.setdefault(name, []) if name else shared).append(file)
    return tuple(shared), tuple(VariableSet(name, tuple(files)) for name, files in sets.items())


def _parameters(texts: tuple[str, ...]) -> tuple[tuple[str, Path], ...]:
    """The files that `FILE` and `SET=FILE` texts name, each with the name of its set; several are told by their own."""
    named = [_named_file("--parameters", text) for text in texts]
    twice = next((name for name, count in Counter(name for name, _ in named if name).items() if count > 1), None)
    if twice is not None:
        raise Refusal(f'--parameters names the set "{twice}" twice; templates take one file of parameters at a time')
    return tuple([(name or (file.as_posix() if len(named) > 1 else ""), file) for name, file in named])


def _named_file(option: str, text: str) -> tuple[str, Path]:
    """The name (empty where there is none) and the file of `FILE` or `SET=FILE`."""
    name, equals, file = text.partition("=")
    named = bool(equals) and not Path(text).is_file()
    if not text or (named and not (name and file)):
        raise Refusal(f'{option} "{text}" is not of the form FILE or SET=FILE')
    path = Path(file if named else text)
    if not path.is_file():
        raise Refusal(f"{option} {text}: {path} " + ("is not a file" if path.exists() else "does not exist"))
    return (name if named else ""), path


def frameworks_option(command: F) -> F:
    """The frameworks to judge by."""
    return click.option(
        "--controls",
        multiple=True,
        callback=words,
        metavar="FRAMEWORK,...",
        help="Judge by the policies that stand for controls of these frameworks (aws-fsbp, cis-aws-3.0), and tell how"
        " each control stands; repeatable.",
    )(command)


def require_frameworks(asked: Iterable[str], own: Iterable[Path]) -> None:
    """Raise `Refusal` for a framework that no policy speaks of: nothing would be judged, and look fine."""
    wanted = tuple(asked)
    if not wanted:
        return
    known = {framework for policy in _policies(folders(own)) for framework in policy.controls}
    for framework in wanted:
        if framework not in known:
            meant = nearest(framework, sorted(known)) or f"there are {', '.join(sorted(known))}"
            raise Refusal(f'no policy stands for a control of "{framework}"; {meant}')


def require_known(choice: Iterable[str], own: Iterable[Path]) -> None:
    """Raise `Refusal` if one word of `choice` chooses no policy at all: nothing would be judged, and look fine.

    A policy's id is its file's name, and a service's its folder's, so that nothing needs to be read for this; former
    ids and services of the user's own policies are looked up only when a word is not found so.
    """
    asked = tuple(dict.fromkeys(choice))
    if not asked:
        return
    library = folders(own)
    known = {severity.label for severity in Severity}
    for folder in library:
        for file in policy_files(folder):
            known.update((file.stem, file.parent.name) if file.parent != folder else (file.stem,))
    missing = [word for word in asked if not any(fnmatchcase(name, word) for name in known)]
    if not missing:
        return
    known |= _read_names(library)
    for word in missing:
        if not any(fnmatchcase(name, word) for name in known):
            meant = nearest(word, sorted(known))
            raise Refusal(f'"{word}" chooses no policy' + (f"; {meant}" if meant else ""))


def _read_names(library: Iterable[Path]) -> set[str]:
    return {name for policy in _policies(library) for name in (policy.id, policy.service, *policy.formerly)}


def _policies(library: Iterable[Path]) -> Iterable[Policy]:
    from srm_lint.policy.loader import load_policies
    from srm_lint.schema.loader import Schema

    return load_policies([file for folder in library for file in policy_files(folder)], Schema())
