"""A configuration in, its inventory out: every resource becomes an entity, a part of one, or both.

Only this module knows how parts are gathered: from inside their owner, and from resources of their own that name it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from srm_lint.model.inventory import Entity, Inventory
from srm_lint.model.resource import Configuration, Language, Resource
from srm_lint.model.source import Source, Span
from srm_lint.model.value import Absent, List, Object, Origin, Scalar, Unknown, Value, either
from srm_lint.normalize.addresses import Addresses
from srm_lint.normalize.existence import holds, is_there_with
from srm_lint.normalize.jsontext import structure
from srm_lint.normalize.links import add_inverses, linked
from srm_lint.normalize.native import at, first_at
from srm_lint.normalize.shapes import shaped
from srm_lint.normalize.versions import Versions
from srm_lint.schema.kinds import ALONE, Attribute, Kind, Linked, Members, Part, Place, Versioned
from srm_lint.schema.loader import Schema


class Piece(Struct, frozen=True):
    """A resource that is a part of entities: which, where, and whether it surely is (not just one of several)."""

    place: Place
    resource: Resource
    certain: bool


def normalize(configuration: Configuration, schema: Schema) -> Inventory:
    """The entities of `configuration`, in the order in which its resources are listed."""
    return _Normalizer(configuration, schema).inventory()


class _Normalizer:
    def __init__(self, configuration: Configuration, schema: Schema) -> None:
        self.language: Language = configuration.language
        self.sources: Mapping[str, Source] = configuration.sources
        self.resources = configuration.resources
        self.versions = Versions(configuration.requirements)
        kinds = schema.kinds_for({resource.type for resource in configuration.resources})
        self.kinds: dict[str, Kind] = {kind.name: kind for kind in kinds}
        self.by_type = {type_: kind for kind in kinds for type_ in kind.types.get(self.language, ())}
        self.of_type: dict[str, list[Resource]] = defaultdict(list)
        for resource in configuration.resources:
            self.of_type[resource.type].append(resource)
        self.addresses = Addresses(self.language, configuration.resources, self.kinds)
        self.pieces: dict[tuple[str, str], list[Piece]] = defaultdict(list)
        self.orphans: dict[str, list[tuple[Kind, Part, Place]]] = defaultdict(list)
        self.folded: set[str] = set()

    def inventory(self) -> Inventory:
        for kind in self.kinds.values():
            for part in kind.members.parts.values():
                for place in part.places.get(self.language, ()):
                    if place.type is not None:
                        self._gather(kind, part, place)
            for link in kind.members.links.values():
                self._fold(kind, link)
        entities = {resource.address: self._entity(resource) for resource in self.resources}
        found = {address: entity for address, entity in entities.items() if entity is not None}
        return Inventory(add_inverses(found, self.kinds))

    def _gather(self, kind: Kind, part: Part, place: Place) -> None:
        """Give each resource of the place's type to the entities of `kind` that its owner argument names."""
        for resource in self.of_type.get(place.type or "", ()):
            counts = holds(resource.body, place.when)
            if counts is False:
                continue
            owner = first_at(resource.body, (place.owner,))
            named = self._owners(owner, kind) if place.owner != ALONE else self.addresses.all_of(kind.name)
            for address, certain in named.items():
                self.pieces[address, part.name].append(Piece(place, resource, certain and counts is True))
            if named:
                self.folded.add(resource.address)
            elif not isinstance(owner, Absent):
                self.orphans[resource.address].append((kind, part, place))

    def _owners(self, written: Value, kind: Kind) -> dict[str, bool]:
        """The entities of `kind` that an argument names, each with whether it surely does: of a list, each item may."""
        found: dict[str, bool] = {}
        for one in written.items if isinstance(written, List) else (written,):
            named = self.addresses.named_by(one, kind.name)
            for address in named.addresses:
                found[address] = found.get(address, False) or named.certain
        return found

    def _fold(self, kind: Kind, link: Linked) -> None:
        """A third resource that only joins two others is no entity of its own."""
        for via in link.vias.get(self.language, ()):
            for resource in self.of_type.get(via.type, ()):
                if self.addresses.named_by(at(resource.body, via.near), kind.name).addresses:
                    self.folded.add(resource.address)

    def _entity(self, resource: Resource) -> Entity | None:
        kind = self.by_type.get(resource.type)
        if kind is not None:
            body = self._body(kind.members, resource.body, resource.address)
            return Entity(kind.name, resource, self.language, body)
        if resource.address in self.folded:
            return None
        if resource.address in self.orphans:
            return self._orphan(resource, self.orphans[resource.address])
        return Entity(f"{self.language}:{resource.type}", resource, self.language, resource.body)

    def _orphan(self, resource: Resource, places: list[tuple[Kind, Part, Place]]) -> Entity:
        """A part whose owner lies outside: it stands for that owner, of which only what it says is known."""
        kind = places[0][0]
        native = resource.body
        reason = f"it is set outside this configuration, as far as {resource.address} can tell"
        made: dict[str, Value] = {name: Unknown(span=native.span, reason=reason) for name in kind.members.names()}
        told = [(part, place) for owner, part, place in places if owner is kind]
        for part, place in told:
            found = self._placed(part, place, native, resource.address)
            made[part.name] = List(span=native.span, items=tuple(found)) if part.many else found[0]
        body = Object(span=native.span, members=made)
        return Entity(kind.name, resource, self.language, body, only=frozenset(part.name for part, _ in told))

    def _body(self, members: Members, native: Object, address: str) -> Object:
        made: dict[str, Value] = {
            name: self._attribute(attribute, native, None) for name, attribute in members.attributes.items()
        }
        for name, part in members.parts.items():
            made[name] = self._part(part, native, address)
        for name, link in members.links.items():
            made[name] = linked(link, native, address, self.language, self.addresses, self.of_type)
        return replace(native, members=made, keys={})

    def _attribute(self, attribute: Attribute, native: Object, place: Place | None) -> Value:
        paths = attribute.paths.get(self.language, ())
        if place is not None and attribute.name in place.names:
            paths = place.names[attribute.name]
        value = first_at(native, paths)
        if isinstance(value, Absent):
            return self._default(attribute, value)
        if isinstance(value, Unknown) and any(isinstance(one, Absent) for one in value.candidates):
            candidates = [self._default(attribute, one) if isinstance(one, Absent) else one for one in value.candidates]
            value = replace(value, candidates=tuple(candidates))
        return shaped(value, attribute, self.sources)

    def _default(self, attribute: Attribute, absent: Absent) -> Value:
        if self.language in attribute.missing:
            return _open(absent.span, attribute.missing[self.language])
        if self.language not in attribute.defaults:
            return absent
        default = attribute.defaults[self.language]
        if not isinstance(default, Versioned):
            return Scalar(span=absent.span, origin=Origin.DEFAULT, data=default)
        reached = self.versions.reached(default.provider, default.since)
        if default.unknown is not None and not reached:
            return _open(absent.span, default.unknown)
        then, before = (
            Scalar(span=absent.span, origin=Origin.DEFAULT, data=data) for data in (default.then, default.before)
        )
        if reached is None:
            reason = f"its default changed in version {default.since} of the {default.provider} provider"
            return replace(either((then, before), span=absent.span, reason=reason), origin=Origin.DEFAULT)
        return then if reached else before

    def _part(self, part: Part, native: Object, address: str) -> Value:
        found: list[Value] = []
        for place in part.places.get(self.language, ()):
            if place.type is None:
                found.extend(self._inline(part, place, native, address))
        owner = self.addresses.resource(address)
        for piece in self.pieces.get((address, part.name), ()):
            found.extend(
                self._placed(part, piece.place, piece.resource.body, piece.resource.address)
                if piece.certain and is_there_with(piece.resource, owner)
                else self._perhaps(part, piece, native)
            )
        if part.many:
            return List(span=native.span, items=tuple(found)) if found else self._missing(part, native, address)
        if not found:
            return self._missing(part, native, address)
        if len(found) == 1:
            return found[0]
        reason = f"{len(found)} places set it"
        return either(found, span=found[0].span, reason=reason)

    def _inline(self, part: Part, place: Place, native: Object, address: str) -> Iterator[Value]:
        value = self._at(native, place)
        if not isinstance(value, Absent):
            yield from self._made(part, place, value, native, address)

    def _placed(self, part: Part, place: Place, body: Object, address: str) -> list[Value]:
        made = list(self._made(part, place, self._at(body, place), body, address))
        return made if made or part.many else [Absent(span=body.span)]

    def _at(self, body: Object, place: Place) -> Value:
        if place.json is None:
            return at(body, place.path)
        value: Value = body
        for step in place.path:
            value = structure(at(value, (step,)), place.json, self.sources)
        return value

    def _perhaps(self, part: Part, piece: Piece, native: Object) -> Iterator[Value]:
        """A part that may not be there, or may belong to another owner."""
        resource = piece.resource
        exists = resource.exists
        reason = exists.reason if isinstance(exists, Unknown) else f"{resource.address} may belong to another resource"
        references = exists.references if isinstance(exists, Unknown) else ()
        without = Absent(span=native.span) if part.many else self._missing(part, native, resource.address)
        for value in self._placed(part, piece.place, resource.body, resource.address):
            choice = either((value, without), span=value.span, reason=reason, references=references)
            # What decides whether it is there comes in by its count or condition: that is shown, then the part.
            yield replace(choice, span=exists.span, trace=(value.span,)) if isinstance(exists, Unknown) else choice

    def _made(self, part: Part, place: Place, value: Value, native: Object, address: str) -> Iterator[Value]:
        """The part's objects made of a native value: one object, each item of a list, or what an unknown may be."""
        if isinstance(value, List):
            for item in value.items:
                yield from self._made(part, place, item.inside(value), native, address)
        elif isinstance(value, Object):
            if holds(value, place.when) is not False:
                yield self._part_body(part, place, value, address)
        elif isinstance(value, Unknown):
            candidates: list[Value] = []
            for candidate in value.candidates:
                found = list(self._made(part, place, candidate, native, address))
                if len(found) == 1:
                    candidates.append(found[0])
                elif not found:
                    without = Absent(span=native.span) if part.many else self._missing(part, native, address)
                    candidates.append(without)
                else:
                    candidates.append(List(span=candidate.span, items=tuple(found)))
            yield replace(value, candidates=tuple(candidates), pieces=(), encodes=None)
        elif isinstance(value, Scalar):
            yield Unknown(span=value.span, trace=value.trace, reason="a block was expected here")

    def _part_body(self, part: Part, place: Place, native: Object, address: str) -> Object:
        members = part.members
        made: dict[str, Value] = {
            name: self._attribute(attribute, native, place) for name, attribute in members.attributes.items()
        }
        for name, inner in members.parts.items():
            made[name] = self._part(inner, native, f"{address}#")
        for name, link in members.links.items():
            renamed = replace(link, paths={self.language: place.names[name]}) if name in place.names else link
            made[name] = linked(renamed, native, address, self.language, self.addresses, self.of_type)
        return replace(native, members=made, keys={})

    def _missing(self, part: Part, native: Object, address: str) -> Value:
        if part.missing is not None:
            return _open(native.span, part.missing)
        if part.missing_is_defaults:
            empty = Object(span=native.span, origin=native.origin, trace=native.trace, members={})
            anywhere = Place(type=None, owner=(), path=(), when={}, names={})
            return self._part_body(part, anywhere, empty, address)
        return Absent(span=native.span, origin=native.origin, trace=native.trace)


def _open(span: Span, reason: str) -> Unknown:
    return Unknown(span=span, origin=Origin.DEFAULT, reason=reason)
