"""Problems in, a line for each out; of many of one kind, the first and their number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from srm_lint.model.source import Problem
from srm_lint.report.ink import Ink
from srm_lint.report.snippet import place
from srm_lint.report.tally import counted
from srm_lint.report.visible import visible

MAX_PROBLEMS = 10
"""How many problems of one kind are told: in a tree without `terraform init`, each module call is one."""


def by_kind(problems: Iterable[Problem], ink: Ink) -> Iterator[tuple[list[Problem], str]]:
    """For each kind, the problems to tell, and what to say of the others (nothing, if there are none)."""
    for kind, group in groupby(sorted(problems, key=_kind), key=_kind):
        told = list(group)
        more = len(told) - MAX_PROBLEMS
        mark = ink(f"problem[{kind}]", "problem")
        rest = f"{mark} {counted(more, 'more problem')} of this kind (--format json has them all)" if more > 0 else ""
        yield told[:MAX_PROBLEMS], rest


def _kind(problem: Problem) -> str:
    return problem.kind


def listed(problems: Iterable[Problem], ink: Ink) -> Iterator[str]:
    """A line for each problem that is told."""
    for told, rest in by_kind(problems, ink):
        for problem in told:
            mark = ink(f"problem[{problem.kind}]", "problem")
            yield f"{mark} {place(problem.span)}: {visible(problem.message)}"
        if rest:
            yield rest
