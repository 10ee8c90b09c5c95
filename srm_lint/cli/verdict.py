"""A scan in, the exit code and what to say about it out. Only this module knows what makes a run fail."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from enum import IntEnum
from pathlib import Path

from msgspec import Struct

from srm_lint.config import FailOn
from srm_lint.discover import TERRAFORM_SUFFIXES, VARIABLE_SUFFIXES
from srm_lint.model.finding import Finding, Scan
from srm_lint.model.policy import Outcome
from srm_lint.model.source import Problem
from srm_lint.model.value import Origin


class Exit(IntEnum):
    """How a run ended. Where several are true, FINDINGS stands before PROBLEMS, and PROBLEMS before NOTHING."""

    FINE = 0
    FINDINGS = 1
    REFUSED = 2
    PROBLEMS = 3
    NOTHING = 4


class Demand(Struct, frozen=True):
    """What the user wants to be failed for."""

    fail_on: FailOn
    strict: bool = False
    allow_nothing: bool = False


def exit_code(scan: Scan, demand: Demand, empty: Iterable[Path]) -> Exit:
    """How the run that gave `scan` ends; `empty` are the asked paths with nothing to check."""
    if any(True for _ in _failing(scan, demand)):
        return Exit.FINDINGS
    if scan.problems:
        return Exit.PROBLEMS
    return Exit.NOTHING if not demand.allow_nothing and any(True for _ in empty) else Exit.FINE


def _failing(scan: Scan, demand: Demand) -> Iterator[Finding]:
    for finding in scan.findings:
        counts = finding.outcome is Outcome.FAIL or demand.strict
        if counts and finding.suppression is None and demand.fail_on.includes(finding.policy.severity):
            yield finding
    if demand.strict:
        yield from (
            one for one in scan.passed if one.basis is Origin.DEFAULT and demand.fail_on.includes(one.policy.severity)
        )


def empty_paths(paths: Iterable[Path], sources: Iterable[str], problems: Iterable[Problem]) -> list[Path]:
    """The `paths` below which none of the `sources` that were read lies, and no problem."""
    reached = {os.path.abspath(source) for source in sources}
    reached.update(os.path.abspath(problem.span.source) for problem in problems)
    folders = _with_parents(os.path.dirname(file) for file in reached)
    empty = []
    for path in paths:
        at = os.path.abspath(path)
        if path.name.endswith((*TERRAFORM_SUFFIXES, *VARIABLE_SUFFIXES)) and not path.is_dir():
            at = os.path.dirname(at)  # the module that the file belongs to was read
        if at not in reached and at not in folders:
            empty.append(path)
    return empty


def _with_parents(folders: Iterable[str]) -> set[str]:
    known: set[str] = set()
    for folder in folders:
        at = folder
        while at not in known:
            known.add(at)
            at = os.path.dirname(at)
    return known
