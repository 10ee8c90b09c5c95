"""Which entity a value names: native values in, addresses of the configuration out.

Only this module knows that a name can be a reference, a literal name, or a reference to a part of the one that is
meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from srm_lint.model.resource import Language, Resource
from srm_lint.model.value import List, Object, Scalar, Unknown, Value
from srm_lint.normalize.native import at, first_at
from srm_lint.schema.kinds import Kind, Linked, Members, NativePath

MAX_HOPS = 4
"""A part may be named through another part of its owner; longer chains of that are not written."""

TOLD = ("id", "arn")
"""What a resource is called once it is there: plans and states tell it, and others name it so."""

Spelling = str | tuple[tuple[str, ...], tuple[str | None, ...]]


class Named(Struct, frozen=True):
    """The entities that a value may name. `certain` means: exactly these, and nothing outside the configuration."""

    addresses: tuple[str, ...]
    certain: bool


Naming = dict[str, tuple[Resource, bool]]
"""Resources that name one entity, by their addresses; and whether they surely do."""

NOBODY = Named((), certain=False)


class Addresses:
    """Index of one configuration's entities and part resources."""

    def __init__(self, language: Language, resources: Iterable[Resource], kinds: Mapping[str, Kind]) -> None:
        self._language = language
        self._types = {type_: kind.name for kind in kinds.values() for type_ in kind.types.get(language, ())}
        self._resources: dict[str, Resource] = {}
        self._instances: dict[str, list[str]] = defaultdict(list)
        self.shared: dict[tuple[int, int], tuple[Value, Linked, Value]] = {}
        """What lists name, by the identity of the list and the link; both are kept, so that it stays theirs."""
        self._names: dict[tuple[str, Spelling], list[str]] = defaultdict(list)
        self._naming: dict[tuple[str, NativePath, str], Mapping[str, Naming]] = {}
        self._owner_paths: dict[str, list[NativePath]] = defaultdict(list)
        for kind in kinds.values():
            for place in _part_places(kind.members, language):
                self._owner_paths[place[0]].append(place[1])
        for resource in resources:
            self._add(resource, kinds)

    def _add(self, resource: Resource, kinds: Mapping[str, Kind]) -> None:
        self._resources[resource.address] = resource
        if resource.address.endswith("]"):
            self._instances[_without_index(resource.address)].append(resource.address)
        kind = self._types.get(resource.type)
        if not kind:
            return
        attribute = kinds[kind].members.attributes.get("name")
        names = [first_at(resource.body, attribute.paths.get(self._language, ()))] if attribute else []
        if self._language is Language.TERRAFORM:
            names += [resource.body.members[told] for told in TOLD if told in resource.body.members]
        for name in dict.fromkeys(_spelled(name) for name in names):
            if name is not None:
                self._names[kind, name].append(resource.address)

    def all_of(self, kind: str) -> dict[str, bool]:
        """The entities of `kind`; whether it surely is the one that is meant is true of the only one."""
        found = [address for address, each in self._resources.items() if self._types.get(each.type) == kind]
        return dict.fromkeys(found, len(found) == 1)

    def kind_of(self, address: str) -> str | None:
        """The kind of the entity at `address`, or None if it has none in the map."""
        return self._types.get(self._resources[address].type)

    def resource(self, address: str) -> Resource | None:
        """The resource at `address`."""
        return self._resources.get(address)

    def named_by(self, value: Value, kind: str, hops: int = 0) -> Named:
        """The entities of `kind` that `value` names: by reference, by name, as a choice, or as a list of these."""
        if isinstance(value, Scalar):
            return self._called(value, kind)
        if isinstance(value, List):
            return _joined([self.named_by(item, kind, hops) for item in value.items])
        if isinstance(value, Object):
            return NOBODY
        if isinstance(value, Unknown):
            return self._referred_to(value, kind, hops)
        return NOBODY

    def naming(self, resources: Sequence[Resource], path: NativePath, kind: str) -> Mapping[str, Naming]:
        """Of `resources`, all of one type: which of them name each entity of `kind` at `path`, by its address."""
        key = (resources[0].type if resources else "", path, kind)
        if key not in self._naming:
            found: dict[str, Naming] = defaultdict(dict)
            for resource in resources:
                value = at(resource.body, path)
                # A list may name one for sure, and others that are not known.
                for one in value.items if isinstance(value, List) else (value,):
                    named = self.named_by(one, kind)
                    for address in named.addresses:
                        _, certain = found[address].get(resource.address, (resource, False))
                        found[address][resource.address] = (resource, certain or named.certain)
            self._naming[key] = found
        return self._naming[key]

    def _referred_to(self, value: Unknown, kind: str, hops: int) -> Named:
        found: dict[str, bool] = {}
        for reference in value.references:
            for address, certain in self._at(reference, kind, hops):
                found[address] = found.get(address, False) or certain
        for candidate in value.candidates:
            for address in self.named_by(candidate, kind, hops).addresses:
                found.setdefault(address, False)
        if not found:
            return self._called(value, kind)
        # One reference that leads here decides; what else the text was made of (a region, a suffix) does not matter.
        sure = len(found) == 1 and all(found.values()) and not value.candidates and not value.chosen
        return Named(tuple(found), certain=sure)

    def _called(self, value: Value, kind: str) -> Named:
        name = _spelled(value)
        found = self._names.get((kind, name), []) if name is not None else []
        return Named(tuple(found), certain=len(found) == 1)

    def _at(self, reference: str, kind: str, hops: int) -> list[tuple[str, bool]]:
        resource = self._resources.get(reference)
        if resource is None:
            instances = self._instances.get(reference, [])
            return [(address, len(instances) == 1) for one in instances for address, _ in self._at(one, kind, hops)]
        if self._types.get(resource.type) == kind:
            return [(reference, True)]
        if hops >= MAX_HOPS:
            return []
        for path in self._owner_paths.get(resource.type, ()):
            named = self.named_by(first_at(resource.body, (path,)), kind, hops + 1)
            if named.addresses:
                return [(address, named.certain) for address in named.addresses]
        return []


def _spelled(value: Value) -> Spelling | None:
    """What a name is told apart by: its text, or the inputs that it is made of, where nobody has given those yet."""
    if isinstance(value, Scalar):
        return value.data if isinstance(value.data, str) else None
    if isinstance(value, Unknown) and value.references and not value.candidates:
        return (value.references, value.pieces)
    return None


def _joined(many: list[Named]) -> Named:
    addresses = dict.fromkeys(address for named in many for address in named.addresses)
    return Named(tuple(addresses), certain=bool(many) and all(named.certain for named in many))


def _part_places(members: Members, language: Language) -> Iterable[tuple[str, NativePath]]:
    for part in members.parts.values():
        for place in part.places.get(language, ()):
            if place.type is not None:
                yield place.type, place.owner


def _without_index(address: str) -> str:
    """`aws_x.y["k"]` or `aws_x.y[0]` without its instance key."""
    return address[: address.rfind('["' if address.endswith('"]') else "[")]
