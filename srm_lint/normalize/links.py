"""Links between entities: what a resource writes about another in, `Link`s to addresses out.

Only this module knows the three ways to be linked: I name it, a third resource names both, or it names me.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from srm_lint.model.inventory import Entity
from srm_lint.model.resource import Language, Resource
from srm_lint.model.value import Absent, Link, List, Object, Scalar, Unknown, Value, either
from srm_lint.normalize.addresses import Addresses
from srm_lint.normalize.existence import holds, is_there_with
from srm_lint.normalize.native import at, first_at
from srm_lint.schema.kinds import Kind, Linked, Via


def linked(
    link: Linked,
    native: Object,
    address: str,
    language: Language,
    addresses: Addresses,
    of_type: Mapping[str, Sequence[Resource]],
) -> Value:
    """The link called `link.name` of the resource at `address`: a `Link`, a `List` of them, unknown, or absent."""
    written = first_at(native, link.paths.get(language, ()))
    vias = link.vias.get(language, ())
    if isinstance(written, List) and not vias:
        return _shared(written, link, addresses)
    found = list(_named(written, link, addresses)) if not isinstance(written, Absent) else []
    for via in vias:
        found.extend(_through(via, link, address, addresses, of_type.get(via.type, ())))
    if link.many:
        return List(span=written.span, items=tuple(found))
    return found[0] if found else written


def _shared(written: List, link: Linked, addresses: Addresses) -> Value:
    """What a list names: many resources may hold the same long list, which is looked through once for all of them."""
    key = (id(written), id(link))
    known = addresses.shared.get(key)
    if known is None:
        found = tuple(_named(written, link, addresses))
        value = List(span=written.span, items=found) if link.many else found[0] if found else written
        known = addresses.shared[key] = (written, link, value)
    return known[2]


def _named(value: Value, link: Linked, addresses: Addresses) -> Iterator[Value]:
    """What `value` names: each item of a list, one of a choice, one entity, or something outside."""
    if isinstance(value, List):
        for item in value.items:
            yield from _named(item.inside(value), link, addresses)
        return
    if isinstance(value, Unknown) and value.candidates:
        options = [one for candidate in value.candidates for one in _options(candidate, link, addresses)]
        yield replace(value, candidates=tuple(options), pieces=(), encodes=None)
        return
    named = addresses.named_by(value, link.to)
    links = [Link(span=value.span, trace=value.trace, address=address) for address in named.addresses]
    if links and isinstance(value, Unknown) and value.chosen:
        yield value  # one of these, or something else
    elif len(links) == 1:
        yield links[0]
    elif links:
        yield either(links, span=value.span, reason=f"it is one of {', '.join(named.addresses)}")
    else:
        yield _outside(value)


def _options(candidate: Value, link: Linked, addresses: Addresses) -> Iterator[Value]:
    if isinstance(candidate, Absent):
        yield candidate
    else:
        yield from _named(candidate, link, addresses)


def _outside(value: Value) -> Value:
    reason = "it names something outside this configuration"
    if isinstance(value, Unknown):
        return replace(value, reason=f"{reason} ({value.reason})")
    if isinstance(value, Scalar) and isinstance(value.data, str):
        # The name itself is known: what it names is not.
        return Unknown(span=value.span, trace=value.trace, reason=reason, pieces=(value.data,))
    return Unknown(span=value.span, trace=value.trace, reason=reason)


def _through(via: Via, link: Linked, address: str, addresses: Addresses, thirds: Sequence[Resource]) -> Iterator[Value]:
    kind, near_one = addresses.kind_of(address), addresses.resource(address)
    if kind is None:
        return
    for third, certain in addresses.naming(thirds, via.near, kind).get(address, {}).values():
        counts = holds(third.body, via.when)
        if counts is not False:
            far = _named(at(third.body, via.far), link, addresses)
            sure = certain and counts is True and is_there_with(third, near_one)
            yield from far if sure else map(_perhaps(third), far)


def _perhaps(third: Resource) -> Callable[[Value], Value]:
    """What a link becomes through a resource that may not be there, or may name others than this one."""
    exists = third.exists

    def choice(value: Value) -> Value:
        nothing = Absent(span=third.span)
        if isinstance(exists, Unknown):
            doubt = either((value, nothing), span=exists.span, reason=exists.reason, references=exists.references)
            return replace(doubt, trace=(third.span,))
        return either((value, nothing), span=value.span, reason=f"{third.address} may name another resource")

    return choice


def add_inverses(entities: dict[str, Entity], kinds: Mapping[str, Kind]) -> dict[str, Entity]:
    """`entities` with their links that are the inverse of another kind's link."""
    wanted = [(kind, link) for kind in kinds.values() for link in kind.members.links.values() if link.inverse]
    for kind, link in wanted:
        found: dict[str, list[Value]] = defaultdict(list)
        for address, entity in entities.items():
            if link.inverse and entity.kind == link.inverse.kind and entity.only is None:
                for one in _links(at(entity.body, link.inverse.link)):
                    found[one.address].append(Link(span=one.span, trace=one.trace, address=address))
        for address, entity in list(entities.items()):
            if entity.kind == kind.name and entity.only is None:
                items = tuple(found.get(address, ()))
                members = {**entity.body.members, link.name: List(span=entity.body.span, items=items)}
                entities[address] = replace(entity, body=replace(entity.body, members=members))
    return entities


def _links(value: Value) -> Iterator[Link]:
    if isinstance(value, Link):
        yield value
    elif isinstance(value, List):
        for item in value.items:
            yield from _links(item)
    elif isinstance(value, Unknown):
        for candidate in value.candidates:
            yield from _links(candidate)
