"""A configuration file in, a `Config` out. Only this module knows where `.srm-lint.yaml` may lie, and what is in it.

A configuration is data: nothing in it is ever run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from srm_lint.marked import Marked, load, optional
from srm_lint.model.policy import Severity

NAME = ".srm-lint.yaml"


class FailOn(StrEnum):
    """The least severity whose findings make the exit code 1."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NEVER = "never"

    def includes(self, severity: Severity) -> bool:
        """Whether a finding of that severity counts."""
        return self is not FailOn.NEVER and severity >= Severity[self.name]


class Accountable(StrEnum):
    """Who is accountable within the customer, in the catalogue's words; `teams` gives them a company's own names."""

    DATA = "data"
    IDENTITY = "identity"
    PLATFORM = "platform"
    NETWORK = "network"
    APPLICATION = "application"


class Exclude(Struct, frozen=True):
    """What is not looked at when folders are walked: patterns in .gitignore syntax, seen from `folder`."""

    folder: Path
    patterns: tuple[str, ...]


class VariableSet(Struct, frozen=True):
    """Values of Terraform variables that go together, such as those of one environment.

    The root modules in the folders `roots` are judged with them; where there are none, all are.
    """

    name: str
    var_files: tuple[Path, ...]
    workspace: str | None = None
    roots: tuple[Path, ...] = ()


class RequiredTags(Struct, frozen=True):
    """The tags that every resource must carry, with the values that each may have (none listed: any), but for resources
    of a type that one of the patterns `exceptions` names.
    """

    tags: Mapping[str, tuple[str, ...]]
    exceptions: tuple[str, ...] = ()


class Config(Struct, frozen=True):
    """What a configuration file says, or leaves out. Relative paths in it are seen from its own folder."""

    file: Path | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    fail_on: FailOn = FailOn.LOW
    strict: bool = False
    policies: tuple[Path, ...] = ()
    var_files: tuple[Path, ...] = ()
    workspace: str | None = None
    variable_sets: tuple[VariableSet, ...] = ()
    parameters: tuple[tuple[str, Path], ...] = ()
    exclude: Exclude | None = None
    teams: Mapping[str, str] = {}
    required_tags: RequiredTags | None = None


KEYS = tuple(name for name in Config.__struct_fields__ if name != "file")


def read_config(file: Path) -> Config:
    """The configuration in `file`. Raises `MarkedError`, with file, line and what was meant, where it is wrong."""
    folder = file.parent
    members = load(file).mapping(KEYS)

    def paths(name: str, fits: Callable[[Path], bool], what: str) -> tuple[Path, ...]:
        return _optional_paths(members, name, folder, fits, what)

    patterns = optional(members, "exclude", Marked.texts)
    return Config(
        file=file,
        select=optional(members, "select", Marked.texts) or (),
        ignore=optional(members, "ignore", Marked.texts) or (),
        controls=optional(members, "controls", Marked.texts) or (),
        fail_on=optional(members, "fail_on", lambda value: value.word(FailOn)) or FailOn.LOW,
        strict=optional(members, "strict", Marked.flag) or False,
        policies=paths("policies", Path.is_dir, "a folder"),
        var_files=paths("var_files", Path.is_file, "a file"),
        workspace=optional(members, "workspace", Marked.text),
        variable_sets=optional(members, "variable_sets", lambda value: _variable_sets(value, folder)) or (),
        parameters=optional(members, "parameters", lambda value: _parameters(value, folder)) or (),
        exclude=Exclude(folder, patterns) if patterns else None,
        teams=optional(members, "teams", _teams) or {},
        required_tags=optional(members, "required_tags", required_tags),
    )


def _variable_sets(value: Marked, folder: Path) -> tuple[VariableSet, ...]:
    """Each set by its name: a list of variable files, or a mapping of what there is besides."""
    return tuple([_variable_set(name, one, folder) for name, one in value.mapping().items()])


def _variable_set(name: str, value: Marked, folder: Path) -> VariableSet:
    if not value.is_mapping:
        return VariableSet(name, _paths(value, folder, Path.is_file, "a file"))
    members = value.mapping(("var_files", "workspace", "roots"))
    return VariableSet(
        name,
        _optional_paths(members, "var_files", folder, Path.is_file, "a file"),
        optional(members, "workspace", Marked.text),
        _optional_paths(members, "roots", folder, Path.is_dir, "a folder"),
    )


def _parameters(value: Marked, folder: Path) -> tuple[tuple[str, Path], ...]:
    """A list of files, or a mapping of names to files, with the name of each (empty where there is only one)."""
    if value.is_mapping:
        return tuple([(name, _path(one, folder, Path.is_file, "a file")) for name, one in value.mapping().items()])
    files = _paths(value, folder, Path.is_file, "a file")
    return tuple([(file.as_posix() if len(files) > 1 else "", file) for file in files])


def _optional_paths(
    members: Mapping[str, Marked], name: str, folder: Path, fits: Callable[[Path], bool], what: str
) -> tuple[Path, ...]:
    return optional(members, name, lambda value: _paths(value, folder, fits, what)) or ()


def _paths(value: Marked, folder: Path, fits: Callable[[Path], bool], what: str) -> tuple[Path, ...]:
    return tuple([_path(item, folder, fits, what) for item in value.sequence()])


def _path(value: Marked, folder: Path, fits: Callable[[Path], bool], what: str) -> Path:
    path = folder / value.text()
    if not fits(path):
        raise value.error(f"{value.text()}: is not {what}" if path.exists() else f"{value.text()}: does not exist")
    return path


def _teams(value: Marked) -> dict[str, str]:
    known: Collection[str] = tuple(word.value for word in Accountable)
    return {name: team.text() for name, team in value.mapping(known).items()}


def required_tags(value: Marked) -> RequiredTags:
    """A list of names; or `tags`, names with the values that each may have, and `except`, types that need none."""
    if value.is_sequence:
        return RequiredTags(dict.fromkeys(value.texts(), ()))
    members = value.mapping(("tags", "except"), ("tags",))
    tags = members["tags"]
    names = dict.fromkeys(tags.texts(), ()) if tags.is_sequence else _allowed(tags)
    return RequiredTags(names, optional(members, "except", Marked.texts) or ())


def _allowed(tags: Marked) -> dict[str, tuple[str, ...]]:
    return {name: () if value.plain() is None else value.texts() for name, value in tags.mapping().items()}


def find_config(start: Path) -> Path | None:
    """The nearest `.srm-lint.yaml` in `start` or a folder above it, not above the root of the repository.

    Outside of a repository only `start` itself is looked at, so that no stranger's file further up is obeyed.
    """
    folder = start.resolve()
    upwards = (folder, *folder.parents)
    root = next((index for index, above in enumerate(upwards) if (above / ".git").exists()), 0)
    for above in upwards[: root + 1]:
        if (above / NAME).is_file():
            return above / NAME
    return None
