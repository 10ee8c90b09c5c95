"""The file of a plan or state in, the `Configuration` of its resources out.

Only this module knows that a plan and the sources it was made from are one deployment: the plan tells the values, the
sources where they are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from msgspec import Struct

from srm_lint.model.resource import Configuration, Language, Resource
from srm_lint.model.source import Problem, Source, Span, Tree, Unreadable, shown_path
from srm_lint.model.value import Scalar
from srm_lint.read.terraform.inputs import Inputs
from srm_lint.read.terraform.modules import normal
from srm_lint.read.terraform.plan.addresses import Known, plain
from srm_lint.read.terraform.plan.document import (
    ConfiguredModule,
    Document,
    Json,
    NotRead,
    PlannedResource,
    parse,
)
from srm_lint.read.terraform.plan.marks import secrets
from srm_lint.read.terraform.plan.positions import places
from srm_lint.read.terraform.plan.recognition import MAX_BYTES
from srm_lint.read.terraform.plan.references import Places, addresses
from srm_lint.read.terraform.plan.sources import Sources, Written, beside, relinked
from srm_lint.read.terraform.plan.values import Body, Surroundings, Writing
from srm_lint.read.terraform.plan.written import HIDDEN
from srm_lint.read.terraform.reader import deep_recursion


class Root(Struct, frozen=True):
    """Where the sources of a plan may lie: in `folder`, read with `inputs`, confined to `tree`."""

    folder: Path
    tree: Tree
    inputs: Inputs = Inputs()


class Read(Struct, frozen=True):
    """What was read: a configuration, and the folder of the root module that it stands for, if that is there."""

    configuration: Configuration
    root: Path | None = None


def read(path: Path, tree: Tree, root: Root, *, asked: bool = False) -> Read | None:
    """The plan or state at `path`, located in the sources at `root`; None where the file is neither.

    That the sources are there is `asked` for by a user, or else tried. What cannot be read is a problem of the
    configuration.
    """
    try:
        source = tree.read(path, MAX_BYTES)
        document = parse(source)
    except (Unreadable, NotRead) as error:
        # Its text is not kept: a plan holds secrets in the clear.
        kept = Source(shown_path(path), "")
        return Read(Configuration(Language.TERRAFORM, kept.path, {kept.path: kept}, (), (), (error.problem,)))
    if document is None:
        return None
    with deep_recursion():
        sources = beside(normal(root.folder.absolute()), root.tree, root.inputs, document)
        return _Plan(document, source, sources).read(root, asked=asked)


class _Plan:
    """One plan, and what is known beside it."""

    def __init__(self, document: Document, source: Source, sources: Sources | None) -> None:
        self._document = document
        self._source = source
        self._sources = sources
        self._resources = [
            (resource, module.address)
            for module in document.modules()
            for resource in module.resources or ()
            if resource.mode == "managed"
        ]
        self._known = Known(resource.address for resource, _ in self._resources)
        self._unknowns = document.unknowns()
        configured = document.configuration
        self._configured = configured.root_module if configured is not None else None
        variables = self._configured.variables if self._configured is not None else None
        self._places = Places(self._configured) if self._configured is not None else None
        self._secrets = frozenset(self._marked_texts())
        self._defaults = {f"var.{name}": variable.default for name, variable in (variables or {}).items()}

    def _marked_texts(self) -> Iterator[str]:
        """What is sensitive: values that are marked so, and variables."""
        for resource, _ in self._resources:
            yield from secrets(resource.values, resource.sensitive_values)
        declared = self._configured.variables if self._configured is not None else None
        for name, variable in (self._document.variables or {}).items():
            if declared is not None and name in declared and declared[name].sensitive:
                yield from secrets(variable.value, True)  # noqa: FBT003 - a mark

    def read(self, root: Root, *, asked: bool) -> Read:
        sources = self._sources
        planned = self._document.planned_values is not None
        resources = [*self._planned(), *(self._beyond() if planned else ())]
        kept = Source(self._source.path, "")
        configuration = Configuration(
            language=Language.TERRAFORM,
            name=kept.path,
            sources={kept.path: kept, **(sources.texts if sources is not None else {})},
            resources=tuple(resources),
            comments=sources.comments if sources is not None else (),
            problems=(*self._problems(root, asked=asked), *(sources.problems if sources is not None else ())),
            requirements=sources.requirements if sources is not None else (),
        )
        # A state tells what there is, not what the sources will make of it: those are judged beside it.
        return Read(configuration, normal(root.folder.absolute()) if sources is not None and planned else None)

    def _problems(self, root: Root, *, asked: bool) -> list[Problem]:
        start = self._source.start()
        found: list[Problem] = []
        if self._document.errored:
            message = "is of a plan that failed, so it holds only a part of what there would be; plan again"
            found.append(Problem("unreadable", message, start))
        deferred = len(self._document.deferred_changes or ())
        if deferred:
            message = f"defers {deferred} change{'s' * (deferred > 1)}, of which the values are not known yet"
            found.append(Problem("unsupported", message, start))
        if asked and self._sources is None:
            message = f"holds nothing that is declared in {shown_path(root.folder)}, where its sources should lie"
            found.append(Problem("unreadable", message, start))
        return found

    def _planned(self) -> list[Resource]:
        written = [
            (resource, module, self._sources.of(resource, module) if self._sources is not None else None)
            for resource, module in self._resources
        ]
        spans = places(self._source, {resource.address for resource, _, block in written if block is None})
        start = self._source.start()
        return [
            self._resource(resource, module, block, spans.get(resource.address, start))
            for resource, module, block in written
        ]

    def _resource(self, resource: PlannedResource, module: str, written: Written | None, span: Span) -> Resource:
        near = f"{module}." if module else ""
        place, blocks = (self._places.of(module) if self._places is not None else None) or (None, {})
        block = blocks.get((resource.type, resource.name))
        expressions: Json = HIDDEN if block is None else block.expressions or None

        def resolve(expression: Json) -> tuple[str, ...]:
            return () if place is None else addresses(expression, place, resource.suffix, block, self._known)

        around = Surroundings(
            resolve,
            partial(relinked, known=self._known, near=near),
            defaults=self._defaults,
            given=self._sources.given if self._sources is not None else frozenset(),
            secrets=self._secrets,
        )
        body = Body(resource.address, span, around).of(
            resource.values or {},
            self._unknowns.get(resource.address),
            resource.sensitive_values,
            Writing(expressions, written.body if written is not None else None, told=written is not None),
        )
        at = written.span if written is not None else span
        provider = written.provider if written is not None else None
        return Resource(resource.address, resource.type, body, at, Scalar(span=body.span, data=True), provider)

    def _beyond(self) -> list[Resource]:
        """What the sources declare and the plan does not know: it was made before that was written."""
        if self._sources is None or self._configured is None:
            return []
        known = {plain(resource.address) for resource, _ in self._resources}
        known.update(self._declared(self._configured))
        return list(self._sources.beyond(known))

    @staticmethod
    def _declared(root: ConfiguredModule) -> Iterator[str]:
        waiting = [("", root)]
        while waiting:
            prefix, module = waiting.pop()
            yield from (f"{prefix}{one.type}.{one.name}" for one in module.resources or () if one.mode == "managed")
            for name, call in (module.module_calls or {}).items():
                if call.module is not None:
                    waiting.append((f"{prefix}module.{name}.", call.module))
