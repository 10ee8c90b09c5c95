"""Folders with Terraform files in, one `Configuration` per root module out.

Only this module knows which folders are roots, and puts together what a configuration holds.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from srm_lint.model.resource import Configuration, Language, Resource
from srm_lint.model.source import Comment, Problem, Source, Span, Tree, shown_path
from srm_lint.model.value import Unknown, Value
from srm_lint.read.terraform.expressions import Expression
from srm_lint.read.terraform.inputs import Inputs, expressions_of
from srm_lint.read.terraform.modules import Library, Module, hint, normal
from srm_lint.read.terraform.requirements import requirements
from srm_lint.read.terraform.scope import Instance
from srm_lint.read.terraform.session import Session

RECURSION = 4_000
"""Python's limit while a configuration is evaluated: references go through many modules before they end at a literal.
"""

COLLECTING = (50_000, 20, 100)
"""So many new objects are there before Python looks for garbage among them, and how often it looks at older ones."""


def read(
    folders: Iterable[Path], tree: Tree, *inputs: Inputs, planned: Collection[Path] = (), whole: bool = True
) -> Iterator[Configuration]:
    """The configurations of the root modules among `folders`, in order of the folders, less those that are `planned`
    (a plan tells of them); each once for every one of the `inputs` that concern it, or with no inputs.

    A module that another one calls is read as a part of that one. Never raises for what is scanned: whatever cannot be
    read is a problem of the configuration. Where `folders` are the `whole` of what the inputs are for, so is a value
    for a variable that no root module declares.
    """
    library = Library(tree)
    reported: set[Problem] = set()
    with _seldom_collecting():
        roots = _roots([normal(folder.absolute()) for folder in folders], library)
    modules = {folder: module for folder in roots if (module := library.module(folder)) is not None}
    for folder, module in modules.items():
        if folder in planned:
            continue
        for given in [each for each in inputs if each.concern(folder)] or [Inputs()]:
            with deep_recursion(), _seldom_collecting():
                configuration = _configuration(module, Session(folder, library, reported, given.workspace), given)
            yield configuration
    if modules and whole:
        yield from _of_variables(undeclared(modules.values(), *inputs))


def undeclared(roots: Iterable[Module], *inputs: Inputs) -> list[Problem]:
    """The names that the command line gives values, and none of `roots` declares: Terraform refuses such a value. (Of
    one in a variable file it only warns: several roots may share that.)
    https://developer.hashicorp.com/terraform/language/values/variables#values-for-undeclared-variables
    """
    modules = list(roots)
    declared = {name for module in modules for name in module.variables}
    given = dict.fromkeys(name for each in inputs for name in each.variables)
    return [
        Problem(
            "syntax",
            f'no root module here declares a variable "{name}"{hint(name, declared)}',
            Span(f"--var {name}", 1, 1, 1, 1),
        )
        for name in given
        if name not in declared and not any(module.broken for module in modules)
    ]


def _of_variables(problems: list[Problem]) -> Iterator[Configuration]:
    """What is wrong with the values on the command line, for itself."""
    if problems:
        yield Configuration(Language.TERRAFORM, problems[0].span.source, {}, (), (), tuple(problems))


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Lets references go through as many modules as there may be, while it lasts."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, RECURSION))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Lets Python look for circles of garbage less often, while it lasts: reading keeps nearly all that it makes, and
    the search would take as long as the reading.
    """
    before = gc.get_threshold()
    if 0 < before[0] < COLLECTING[0]:
        gc.set_threshold(*COLLECTING)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _roots(folders: list[Path], library: Library) -> list[Path]:
    """The folders that nobody else calls; of folders that call each other in a circle, the first."""
    folders = list(dict.fromkeys(folders))
    calls: dict[Path, list[Path]] = {}

    def reached(start: Path) -> set[Path]:
        seen = {start}
        queue = [start]
        while queue:
            folder = queue.pop()
            if folder not in calls:
                module = library.module(folder)
                calls[folder] = list(library.called_by(module)) if module is not None else []
            for called in calls[folder]:
                if called not in seen:
                    seen.add(called)
                    queue.append(called)
        return seen

    reach = {folder: reached(folder) for folder in folders}
    called = {target for folder, targets in calls.items() for target in targets if target != folder}
    roots = {folder for folder in folders if folder not in called}
    judged = {target for root in roots for target in reach[root]}
    for folder in folders:
        if folder not in judged:
            roots.add(folder)
            judged |= reach[folder]
    return [folder for folder in folders if folder in roots]


def root_of(module: Module, session: Session, inputs: Inputs) -> Instance:
    """The root module, with the values that its variables are given."""
    root = Instance(module, session)
    surroundings = root.variables.nowhere()

    def later(expression: Expression) -> Callable[[], Value]:
        return lambda: root.settled(expression, surroundings)

    given = expressions_of(module, session, inputs)
    root.variables.inputs = {name: later(expression) for name, expression in given.items()}
    return root


def _configuration(module: Module, session: Session, inputs: Inputs) -> Configuration:
    session.modules[module.folder] = module
    resources: list[Resource] = []
    collect(root_of(module, session, inputs), resources)
    sources: dict[str, Source] = {}
    comments: list[Comment] = []
    for each in session.modules.values():
        for problem in each.all_problems():
            session.report(problem)
        for document in each.documents:
            sources[document.source.path] = document.source
            comments.extend(document.comments)
    problems = sorted(
        session.problems, key=lambda problem: (problem.span.source, problem.span.line, problem.span.column)
    )
    return Configuration(
        language=Language.TERRAFORM,
        name=shown_path(module.folder),
        sources={**sources, **session.sources},
        resources=tuple(resources),
        comments=tuple(comments),
        problems=tuple(problems),
        variable_set=inputs.name,
        requirements=tuple(requirements(session)),
    )


def collect(instance: Instance, resources: list[Resource]) -> None:
    """All resources of a module and of what it calls, in the order in which they are written, after the configurations
    of its providers.
    """
    instance.variables.validate()
    resources.extend(instance.providers.resources())
    for (type_, name), block in instance.module.resources.items():
        for place in instance.places("resource", type_, name, block).places:
            members = instance.members("resource", type_, name, block, place)
            exists = place.exists
            if instance.exists is not None and not isinstance(exists, Unknown):
                exists = instance.exists
            provider = instance.providers.of(block)
            resources.append(Resource(members.address, type_, members.body(), block.span, exists, provider))
    for name, block in instance.module.calls.items():
        for place in instance.places("module", "", name, block).places:
            child = instance.child(name, block, place)
            if child is not None:
                collect(child, resources)
