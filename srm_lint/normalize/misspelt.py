"""A CloudFormation configuration in; what the map would have read of it, had it been spelt right, out as Problems.

CloudFormation refuses such a template; until then, a misspelt property looks like one that nobody wrote. What merely
resembles a name of the map is not told: AWS's own schema must not know it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from srm_lint.model.resource import Configuration, Language, Resource
from srm_lint.model.source import Problem
from srm_lint.model.value import List, Object, Unknown, Value
from srm_lint.schema.kinds import Kind, Linked, Members, NativePath, Place
from srm_lint.schema.loader import Schema

MAX_OFF = 2
"""Letters that two names which resemble each other differ by, all in one place."""
MIN_LENGTH = 4
_CLOUDFORMATION = Language.CLOUDFORMATION
_OWNS_NOTHING = Place(type=None, owner=(), path=(), when={}, names={})
_Names = dict[str, "_Names"]


class Spelling:
    """Knows the names of the map, as far as it has been asked."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._kinds: set[str] = set()
        self._names: dict[str, _Names] = {}
        self._every_type: list[str] = []
        self._meant: dict[tuple[str, ...], str] = {}

    def problems(self, configuration: Configuration) -> Iterator[Problem]:
        """What is misspelt in `configuration`, in its order."""
        if configuration.language is not _CLOUDFORMATION:
            return
        for kind in self._schema.kinds_for({resource.type for resource in configuration.resources}):
            self._learn(kind)
        told = {problem.span for problem in configuration.problems}
        for resource in configuration.resources:
            yield from (problem for problem in self._of(resource) if problem.span not in told)

    def _of(self, resource: Resource) -> Iterator[Problem]:
        names = self._names.get(resource.type)
        if names is not None:
            yield from self._within(resource.body, names, resource.type, ())
        elif meant := self._type_meant(resource.type):
            message = f"AWS has no resource type {resource.type}; did you mean {meant}?"
            yield Problem("syntax", message, resource.span.start())

    def _within(self, value: Value, names: _Names, type_: str, path: tuple[str, ...]) -> Iterator[Problem]:
        if isinstance(value, Object):
            for name, member in value.members.items():
                if (inner := names.get(name)) is not None:
                    if inner:
                        yield from self._within(member, inner, type_, (*path, name))
                elif meant := self._property_meant(type_, path, name, names):
                    at = value.keys.get(name, member.span)
                    owner = f"{type_} has no property {'.'.join((*path, name))}"
                    yield Problem("syntax", f"{owner}; did you mean {meant}?", at)
        for part in _parts(value):
            yield from self._within(part, names, type_, path)

    def _property_meant(self, type_: str, path: tuple[str, ...], name: str, names: _Names) -> str:
        key = (type_, *path, name)
        if key not in self._meant:
            self._meant[key] = meant = _resembling(name, names)
            if meant:
                from srm_lint.read.cloudformation.aws_schemas import property_names

                known = property_names(type_, path)
                if known is None or name in known or name in _attributes():
                    self._meant[key] = ""
        return self._meant[key]

    def _type_meant(self, type_: str) -> str:
        if not type_.startswith("AWS::"):
            return ""  # somebody else's, from the registry
        key = (type_,)
        if key not in self._meant:
            self._meant[key] = meant = _resembling(type_, self._types())
            if meant:
                from srm_lint.read.cloudformation.aws_schemas import is_type

                self._meant[key] = "" if is_type(type_) else meant
        return self._meant[key]

    def _types(self) -> list[str]:
        if not self._every_type:
            self._every_type = self._schema.mentioned()
        return self._every_type

    def _learn(self, kind: Kind) -> None:
        """Add the names that the map reads for `kind`, in whatever type of resource they stand."""
        if kind.name in self._kinds:
            return
        self._kinds.add(kind.name)
        for type_ in kind.types.get(_CLOUDFORMATION, ()):
            self._members(kind.members, type_, (), _OWNS_NOTHING)

    def _members(self, members: Members, type_: str, at: NativePath, place: Place) -> None:
        known = self._names.setdefault(type_, {})
        for attribute in members.attributes.values():
            for path in place.names.get(attribute.name, attribute.paths.get(_CLOUDFORMATION, ())):
                _add(known, (*at, *path))
        for link in members.links.values():
            self._link(link, known, at, place)
        for part in members.parts.values():
            for inner in part.places.get(_CLOUDFORMATION, ()):
                inside = (*(at if inner.type is None else ()), *inner.path)
                own = self._names.setdefault(inner.type or type_, {})
                for path in (inner.owner, inside, *((*inside, name) for name in inner.when)):
                    _add(own, path)
                self._members(part.members, inner.type or type_, inside, inner)

    def _link(self, link: Linked, known: _Names, at: NativePath, place: Place) -> None:
        for path in place.names.get(link.name, link.paths.get(_CLOUDFORMATION, ())):
            _add(known, (*at, *path))
        for via in link.vias.get(_CLOUDFORMATION, ()):
            for path in (via.near, via.far):
                _add(self._names.setdefault(via.type, {}), path)


def _add(names: _Names, path: NativePath) -> None:
    for step in path:
        if isinstance(step, str):
            names = names.setdefault(step, {})


def _parts(value: Value) -> tuple[Value, ...]:
    """What stands at the same place: the items of a list, or all that an unknown can be."""
    return value.items if isinstance(value, List) else value.candidates if isinstance(value, Unknown) else ()


def _resembling(name: str, known: Iterable[str]) -> str:
    """The first of the `known` names that `name` may be a slip for, or nothing."""
    if len(name) < MIN_LENGTH:
        return ""
    return next((other for other in known if other != name and _resemble(name, other)), "")


def _resemble(one: str, other: str) -> bool:
    """Whether two names are equal but for the case of letters, or but for a few letters in one place."""
    if abs(len(one) - len(other)) > MAX_OFF or len(other) < MIN_LENGTH:
        return False
    if one.casefold() == other.casefold():
        return True
    shorter = min(len(one), len(other))
    before = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    after = next((at for at in range(shorter - before) if one[-1 - at] != other[-1 - at]), shorter - before)
    return max(len(one), len(other)) - before - after <= MAX_OFF


@cache
def _attributes() -> frozenset[str]:
    """What may stand beside properties in a resource's body."""
    from srm_lint.read.cloudformation.stack import ATTRIBUTES

    return frozenset(ATTRIBUTES)
