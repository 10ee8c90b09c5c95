"""Files in, one `Configuration` out for each CloudFormation template among them; nested stacks are a part of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from srm_lint.model.resource import Configuration, Language
from srm_lint.model.source import Comment, Problem, Source, Tree
from srm_lint.read.cloudformation import comments
from srm_lint.read.cloudformation.nested import Family, called
from srm_lint.read.cloudformation.parameters import Parameters
from srm_lint.read.cloudformation.stack import Stack
from srm_lint.read.cloudformation.templates import Template, Templates, template

MAX_PROBLEMS = 200
"""Problems that are told of one template; what is wrong in more places was hardly written as one."""


class Given:
    """The files with values for parameters of one run, and which of these values a template has had a parameter for."""

    def __init__(self, files: Iterable[Parameters] = ()) -> None:
        self._files = tuple(files)
        self._declared: dict[str, set[str]] = defaultdict(set)

    def to(self, template: Template) -> list[Parameters]:
        """What `template` is deployed with, once for each of the files that concern it, or with none."""
        found = [each for each in self._files if each.concern(template.path)] or [Parameters()]
        for parameters in found:
            self._declared[parameters.name].update(template.section("Parameters"))
        return found

    def mistakes(self) -> Iterator[Configuration]:
        """What is wrong with each file, once all templates have been read: also values that no template has a parameter
        for, which CloudFormation refuses, and which are mostly slips.
        """
        for parameters in self._files:
            problems = list(parameters.problems)
            for name, value in parameters.values.items() if self._declared else ():
                if name not in self._declared[parameters.name]:
                    problems.append(Problem("syntax", f"no template here has a parameter {name}", value.span))
            if problems:
                yield _of_parameters(parameters, tuple(problems))


def read(paths: Iterable[Path], tree: Tree, given: Given | None = None) -> Iterator[Configuration]:
    """The templates among `paths`, in order, each once for every file of values that concerns it.

    What cannot be read becomes a problem of its configuration; nothing is raised.
    """
    templates = Templates(tree)
    for path in _roots(list(paths), templates):
        found = templates.at(path)
        if found is not None:
            for parameters in (given or Given()).to(found):
                yield _configuration(found, parameters, templates)


def _roots(paths: list[Path], templates: Templates) -> list[Path]:
    """The paths but those of templates that others make stacks of; of those that nest each other, the first."""
    calls = {path: {*called(found, templates.assets)} - {path} for path, found in templates.callers(paths)}
    nested = set().union(*calls.values())
    roots = dict.fromkeys(path for path in paths if path not in nested)
    reached: set[Path] = set()

    def reach(path: Path) -> None:
        waiting = [path]
        while waiting:
            at = waiting.pop()
            if at not in reached:
                reached.add(at)
                waiting.extend(calls.get(at, ()))

    for path in roots:
        reach(path)
    for path in paths:
        if path not in reached:
            roots[path] = None
            reach(path)
    return [path for path in paths if path in roots]


def _of_parameters(parameters: Parameters, problems: tuple[Problem, ...]) -> Configuration:
    """What is wrong with a file of parameters, for itself."""
    sources = {parameters.source.path: parameters.source} if parameters.source is not None else {}
    return Configuration(Language.CLOUDFORMATION, problems[0].span.source, sources, (), (), problems)


def read_source(source: Source) -> Configuration | None:
    """The template with this text, or None where the text is no CloudFormation template."""
    found = template(source, Path(source.path))
    return None if found is None else _configuration(found, Parameters(), Templates(Tree(Path())))


def _configuration(found: Template, parameters: Parameters, templates: Templates) -> Configuration:
    source, root = found.source, found.root
    sources = {source.path: source} if source.text else {}
    if root is None:
        return Configuration(Language.CLOUDFORMATION, source.path, sources, (), (), found.document.problems)
    if parameters.source is not None:
        sources[parameters.source.path] = parameters.source
    stack = Stack(found, root, parameters.values, Family(templates))
    resources = tuple(stack.resources())
    problems: set[Problem] = set()
    heard: list[Comment] = []
    for each in stack.every():
        problems |= each.problems()
        if each.template.source.path not in sources or each is stack:
            heard.extend(comments.find(each.template.source, each.root))
        sources.update({each.template.source.path: each.template.source, **each.includes.sources})
    return Configuration(
        Language.CLOUDFORMATION,
        source.path,
        sources,
        resources,
        tuple(heard),
        _in_order(problems),
        variable_set=parameters.name,
    )


def _place(problem: Problem) -> tuple[str, int, int, str]:
    return problem.span.source, problem.span.line, problem.span.column, problem.message


def _in_order(problems: set[Problem]) -> tuple[Problem, ...]:
    ordered = sorted(problems, key=_place)
    if len(ordered) > MAX_PROBLEMS:
        more = f"{len(ordered) - MAX_PROBLEMS:,} more problems of this template are not shown; fix those above first"
        ordered[MAX_PROBLEMS:] = [Problem("limit", more, ordered[MAX_PROBLEMS].span)]
    return tuple(ordered)
