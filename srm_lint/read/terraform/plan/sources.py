"""The folder of a plan's root module in, what is written there for each planned resource out.

Only this module knows how instances of a plan are found in the sources, whose keys may not be known there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from srm_lint.model.resource import Provider, Requirement, Resource
from srm_lint.model.source import Comment, Problem, Source, Span, Tree
from srm_lint.model.value import Absent, List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform.inputs import Inputs
from srm_lint.read.terraform.instances import Place, Places
from srm_lint.read.terraform.modules import Library, Module
from srm_lint.read.terraform.operators import Invalid
from srm_lint.read.terraform.plan.addresses import Known, calls_of, plain
from srm_lint.read.terraform.plan.document import Document, Json, PlannedResource
from srm_lint.read.terraform.plan.written import same
from srm_lint.read.terraform.reader import collect, root_of
from srm_lint.read.terraform.requirements import requirements
from srm_lint.read.terraform.scope import Instance
from srm_lint.read.terraform.session import Session


class Written(Struct, frozen=True):
    """A resource as the sources have it: its block, its body with what they tell of its values, and its provider."""

    span: Span
    body: Object
    provider: Provider | None


class Sources:
    """The sources of one plan, read with the values that its variables had."""

    def __init__(self, module: Module, library: Library, inputs: Inputs, document: Document) -> None:
        self._session = Session(module.folder, library, set(), inputs.workspace)
        self._session.modules[module.folder] = module
        self._root = root_of(module, self._session, inputs)
        self._instances: dict[str, Instance | None] = {"": self._root}
        given = {name: variable.value for name, variable in (document.variables or {}).items()}
        overriding = _overriding(module, library, inputs, given)
        self._root.variables.inputs = {**self._root.variables.inputs, **overriding}
        self.given = frozenset(module.variables[name].header for name in overriding)
        """Where the variables are declared whose values come from whoever made the plan."""

    def of(self, resource: PlannedResource, module: str) -> Written | None:
        """What is written for a resource of the module instance `module`; None where it is not declared."""
        instance = self._instance(module)
        block = instance.module.resources.get((resource.type, resource.name)) if instance is not None else None
        if instance is None or block is None:
            return None
        places = instance.places("resource", resource.type, resource.name, block)
        place = _nearest(places, resource.suffix)
        if place is None:
            return None
        members = instance.members("resource", resource.type, resource.name, block, place)
        return Written(block.span, members.body(), instance.providers.of(block))

    def _instance(self, module: str) -> Instance | None:
        if module not in self._instances:
            self._instances[module] = self._called(module)
        return self._instances[module]

    def _called(self, module: str) -> Instance | None:
        instance: Instance | None = self._root
        for name, key in calls_of(module):
            block = instance.module.calls.get(name) if instance is not None else None
            if instance is None or block is None:
                return None
            place = _nearest(instance.places("module", "", name, block), key)
            instance = None if place is None else instance.child(name, block, place)
        return instance

    def beyond(self, known: Collection[str]) -> Iterator[Resource]:
        """The resources that are declared, but none of `known`, plain addresses: written after the plan was made."""
        resources: list[Resource] = []
        if any(address not in known for address in self._declared(self._root, "")):
            collect(self._root, resources)
        return (resource for resource in resources if plain(resource.address) not in known)

    def _declared(self, instance: Instance, prefix: str) -> Iterator[str]:
        yield from (f"{prefix}{type_}.{name}" for type_, name in instance.module.resources)
        for name, block in instance.module.calls.items():
            place = next(iter(instance.places("module", "", name, block).places), None)
            child = None if place is None else instance.child(name, block, place)
            if child is not None:
                yield from self._declared(child, f"{prefix}module.{name}.")

    # What a configuration holds beside its resources

    @property
    def texts(self) -> dict[str, Source]:
        """All that was read, by its path."""
        documents = (document.source for module in self._session.modules.values() for document in module.documents)
        return {**{source.path: source for source in documents}, **self._session.sources}

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """What the sources say about providers."""
        return tuple(requirements(self._session))

    @property
    def comments(self) -> tuple[Comment, ...]:
        """The comments of the sources."""
        modules = self._session.modules.values()
        return tuple(comment for module in modules for document in module.documents for comment in document.comments)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What of the files could not be read. What could not be evaluated, the plan knows."""
        return tuple(problem for module in self._session.modules.values() for problem in module.all_problems())


def beside(folder: Path, tree: Tree, inputs: Inputs, document: Document) -> Sources | None:
    """The sources in `folder`; None where nothing of what the plan holds is declared there."""
    library = Library(tree)
    module = library.module(folder)
    if module is None or not any(name in _names(module) for name in _first_names(document)):
        return None
    return Sources(module, library, inputs, document)


def _names(module: Module) -> set[str]:
    return {*(f"{type_}.{name}" for type_, name in module.resources), *(f"module.{name}" for name in module.calls)}


def _first_names(document: Document) -> Iterable[str]:
    """What the plan says that the root module declares: resources, and modules that are called."""
    root = document.configuration.root_module if document.configuration is not None else None
    if root is not None:
        yield from (f"{each.type}.{each.name}" for each in root.resources or () if each.mode == "managed")
        yield from (f"module.{name}" for name in root.module_calls or ())
        return
    for module in document.modules():
        calls = calls_of(module.address)
        if calls:
            yield f"module.{calls[0][0]}"
        else:
            yield from (f"{each.type}.{each.name}" for each in module.resources or ())


def _nearest(places: Places, key: str) -> Place | None:
    """The instance of that key, or any, since the sources may not know of it."""
    found = (place for place in places.places if place.suffix == key)
    return next(found, next(iter(places.places), None))


def _overriding(
    module: Module, library: Library, inputs: Inputs, given: Mapping[str, Json]
) -> dict[str, Callable[[], Value]]:
    """The values of the plan's variables that the sources do not give them: whoever made the plan gave them."""
    session = Session(module.folder, library, set(), inputs.workspace)
    root = root_of(module, session, inputs)
    found: dict[str, Callable[[], Value]] = {}
    for name, data in given.items():
        block = module.variables.get(name)
        if block is not None and not _is(_variable(root, name, block.header), data):
            found[name] = partial(_told, data, block.header)
    return found


def _variable(root: Instance, name: str, span: Span) -> Value:
    try:
        return root.variable(name, span)
    except Invalid as error:
        return Unknown(span=span, reason=error.message)


def _is(value: Value, data: Json) -> bool:
    """Whether the sources give just that."""
    match value:
        case Scalar():
            return not isinstance(data, dict | list) and same(value.data, data)
        case Object(members=members):
            if not isinstance(data, dict):
                return False
            names = members.keys() | data.keys()
            return all(_is(value.get(name), data.get(name)) for name in names)
        case List(items=items):
            if not isinstance(data, list) or len(items) != len(data):
                return False
            return all(_is(item, one) for item, one in zip(items, data, strict=True))
        case Absent():
            return data is None
    return False


def _told(data: Json, span: Span) -> Value:
    """What the plan says of a variable, as a value that stands where the variable is declared."""
    if isinstance(data, dict):
        return Object(span=span, members={name: _told(one, span) for name, one in data.items()})
    if isinstance(data, list):
        return List(span=span, items=tuple(_told(one, span) for one in data))
    return Scalar(span=span, data=data)


def relinked(value: Value, known: Known, near: str) -> Value:
    """`value` with its references to what the plan knows by other keys: the sources may not know how many there are."""

    def over(values: tuple[Value, ...]) -> tuple[Value, ...]:
        return tuple([relinked(one, known, near) for one in values])

    match value:
        case Unknown():
            references = dict.fromkeys(
                address for one in value.references for address in known.meant(one, near) or (one,)
            )
            return replace(value, references=tuple(references), candidates=over(value.candidates))
        case List():
            return replace(value, items=over(value.items))
        case Object():
            members = {name: relinked(member, known, near) for name, member in value.members.items()}
            return replace(value, members=members)
    return value
