"""Targets and a `Request` in, configurations out. Only this module knows which reader reads what, and with what.

Readers are imported where something is met that is written in their language.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from srm_lint.config import VariableSet
from srm_lint.discover import Target, tree_of
from srm_lint.model.resource import Configuration, Language
from srm_lint.model.source import Problem, Span, shown_path
from srm_lint.request import Request

if TYPE_CHECKING:
    from srm_lint.read.cloudformation import Given
    from srm_lint.read.terraform import Inputs


def inputs_of(request: Request) -> list[Inputs]:
    """What Terraform would be given: once for each set of variables, or once where there are no sets."""
    from srm_lint.read.terraform import Inputs

    return [
        Inputs(
            variables=request.variables,
            var_files=(*request.var_files, *each.var_files),
            environment=request.environment,
            workspace=each.workspace or request.workspace,
            name=each.name,
            roots=each.roots,
        )
        for each in request.variable_sets or (VariableSet("", ()),)
    ]


class Plans:
    """The plans among all that is asked for: they are read first, since each stands for the root module that it was
    made from.
    """

    def __init__(self, targets: Iterable[Target], request: Request) -> None:
        self.read: dict[Path, Configuration] = {}
        self.roots: set[Path] = set()
        for target in targets:
            for path in target.plans:
                self._add(path, target, request)

    def _add(self, path: Path, target: Target, request: Request) -> None:
        from srm_lint.read.terraform import Inputs
        from srm_lint.read.terraform.plan.reader import Root
        from srm_lint.read.terraform.plan.reader import read as read_plan

        folder = request.source or path.parent
        at = Path(os.path.abspath(folder))
        given = next((one for one in inputs_of(request) if one.concern(at)), Inputs())
        root = Root(folder, tree_of(folder) if request.source else target.tree, given)
        found = read_plan(path, target.tree, root, asked=request.source is not None)
        if found is not None:
            self.read[path] = found.configuration
            self.roots.update((found.root,) if found.root is not None else ())


def read(targets: Iterable[Target], request: Request) -> Iterator[tuple[Target, Iterator[Configuration]]]:
    """Each of `targets`, with everything that it holds, and with the last what is wrong with what was given to all."""
    listed = list(targets)
    plans = Plans(listed, request)
    given = _given(request)
    for position, target in enumerate(listed, 1):
        found = _configurations(target, request, plans, given)
        yield target, chain(found, given.mistakes()) if given is not None and position == len(listed) else found


def _given(request: Request) -> Given | None:
    if not request.parameters:
        return None
    from srm_lint.read.cloudformation import Given, read_parameters

    return Given([read_parameters(file, name) for name, file in request.parameters])


def _configurations(target: Target, request: Request, plans: Plans, given: Given | None) -> Iterator[Configuration]:
    """Everything that `target` holds, read in the language that it is written in."""
    yield from (plans.read[path] for path in target.plans if path in plans.read)
    if request.source is not None and not plans.read:
        yield _without_plan(request.source)
    if target.terraform:
        from srm_lint.read.terraform import read as read_terraform

        # Among several paths, a value may be for the variable of another one.
        whole = not target.only and len(request.paths) == 1
        yield from read_terraform(target.terraform, target.tree, *inputs_of(request), planned=plans.roots, whole=whole)
    templates = (*target.templates, *(path for path in target.plans if path not in plans.read))
    if templates:
        from srm_lint.read.cloudformation import read as read_template

        for template in read_template(templates, target.tree, given):
            yield _validated(template) if request.validate else template


def _without_plan(source: Path) -> Configuration:
    """What is wrong with asking for the sources of a plan where there is no plan."""
    place = Span(shown_path(source), 1, 1, 1, 1)
    problem = Problem("syntax", "is named as the source of plans (--source), but no plan was found", place)
    return Configuration(Language.TERRAFORM, place.source, {}, (), (), (problem,))


def _validated(template: Configuration) -> Configuration:
    """`template` with what AWS would refuse of it among its problems; one that could not be read has those already."""
    if template.problems:
        return template
    from srm_lint.read.cloudformation.validity import refusals

    problems = refusals(template.sources[template.name])
    return replace(template, problems=tuple(problems))
