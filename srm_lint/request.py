"""What a user asks for, as one value: nothing goes in, and only here stands what a run can be told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from srm_lint.config import Exclude, RequiredTags, VariableSet


class Request(Struct, frozen=True):
    """What a user asks for: paths to read, values for variables, and which policies to judge by.

    Roots are judged once under each of the `variable_sets` that concern them, and templates once with each of the files
    of `parameters` (names and paths).
    `policies` are folders of the user's own, beside the built-in library. `select` and `ignore` hold ids, globs,
    services and severities, `controls` frameworks. `validate` also asks cfn-lint what AWS would refuse. `source` is the
    folder of the root module that plans were made from, where that is not the one they lie in. `required_tags` are
    those that every resource must carry.
    """

    paths: tuple[Path, ...]
    variables: Mapping[str, str] = {}
    var_files: tuple[Path, ...] = ()
    environment: Mapping[str, str] = {}
    workspace: str | None = None
    variable_sets: tuple[VariableSet, ...] = ()
    parameters: tuple[tuple[str, Path], ...] = ()
    policies: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    teams: Mapping[str, str] = {}
    validate: bool = False
    exclude: Exclude | None = None
    source: Path | None = None
    required_tags: RequiredTags | None = None
