"""Functions on maps and objects.

https://developer.hashicorp.com/terraform/language/functions/merge and its neighbours under "Collection Functions".
"""

from __future__ import annotations

from collections.abc import Sequence

from srm_lint.model.source import Span
from srm_lint.model.value import List, Object, Partly, Unknown, Value, either
from srm_lint.read.terraform.conversion import (
    ANY,
    ConversionError,
    Undetermined,
    alike,
    as_others,
    is_null,
    references_of,
    type_of,
    unify,
)
from srm_lint.read.terraform.functions.doubt import unknown_parts
from srm_lint.read.terraform.functions.parameters import (
    anything,
    items,
    mapping,
    members,
    take_elements,
    take_items,
    take_members,
    take_text,
    text,
    whole_list,
)
from srm_lint.read.terraform.functions.signature import Function, Site, Table, given


def _keys(source: Object) -> Sequence[str]:
    names = sorted(source.members)
    return names if source.uniform else tuple(names)


def _values(source: Object) -> Sequence[Value]:
    held = take_members(source)
    values = [held[name] for name in sorted(held)]
    return values if source.uniform else tuple(values)


def _lookup(site: Site, source: Object | Unknown, key: str | Unknown, default: Value | None = None) -> Value:
    if isinstance(source, Unknown):
        if isinstance(source, Partly) and isinstance(key, str) and key in source.members:
            return source.members[key].inside(source)
        raise Undetermined(source)
    if source.uniform and default is not None:
        default = _as_element(default, source)
    if isinstance(key, Unknown):
        possible = [*take_members(source).values(), *([] if default is None else [default])]
        return either(possible, span=site.span, reason=key.reason, references=key.references)
    if key in source.members:
        return source.get(key)
    if default is None:
        raise ConversionError(f'lookup failed to find key "{key}"')
    return default


def _as_element(default: Value, source: Object) -> Value:
    """What stands in for an element of a map is of the type of its elements."""
    element = next((type_of(member) for member in source.members.values() if not is_null(member)), ANY)
    try:
        return as_others(default, type_of(default), element)
    except ConversionError:
        raise ConversionError("the default value must have the same type as the map elements") from None


def _legacy_map(site: Site, *pairs: Value) -> Value:
    if len(pairs) % 2:
        raise ConversionError("map requires an even number of arguments")
    names = [_name(pair) for pair in pairs[::2]]
    return Object(span=site.span, members=dict(zip(names, unify(pairs[1::2]), strict=True)), uniform=True)


def _name(value: Value) -> str:
    if isinstance(value, Unknown):
        raise Undetermined(value)
    if is_null(value):
        raise ConversionError("a key must not be null")
    return take_text(value)


def _merge(site: Site, *maps: Value) -> Value:
    """A map of maps of one type, else an object. What stands behind an unknown map counts for certain."""
    merged: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    objects: list[Object] = []
    unknown: list[Unknown] = []
    for each in maps:
        if isinstance(each, Unknown):
            unknown.append(each)
            merged = {**each.members} if isinstance(each, Partly) else {}
            continue
        if is_null(each):
            continue  # "null" arguments are skipped
        if not isinstance(each, Object):
            raise ConversionError("arguments must be maps or objects")
        objects.append(each)
        merged.update(take_members(each))
        keys.update(each.keys)
    if unknown:
        references = references_of([*unknown, *unknown_parts(maps)])
        return Partly(span=site.span, reason=unknown[0].reason, references=references, members=merged)
    uniform = bool(objects) and all(each.uniform for each in objects)
    uniform = uniform and (len(objects) == 1 or alike([type_of(each) for each in objects]))
    return Object(span=site.span, members=merged, keys=keys, uniform=uniform)


def _transpose(site: Site, lists: dict[str, Value]) -> Value:
    turned: dict[str, list[str]] = {}
    for name in sorted(lists):
        listed = lists[name]
        if isinstance(listed, Unknown):
            raise Undetermined(listed)
        for item in take_items(listed):
            turned.setdefault(_name(item), []).append(name)
    members = {name: given(sorted(turned[name]), site.span) for name in sorted(turned)}
    return Object(span=site.span, members=members, uniform=True)


def _zipmap(site: Site, names: tuple[Value, ...], source: List) -> Value:
    if source.unordered:
        raise ConversionError("values argument must be a list or tuple value")
    values = take_elements(source)
    if len(names) != len(values):
        raise ConversionError(f"number of keys ({len(names)}) does not match number of values ({len(values)})")
    members = {_name(name): value for name, value in zip(names, values, strict=True)}
    return Object(span=site.span, members=members, uniform=source.uniform)


TABLE: Table = {
    "keys": Function((mapping("inputMap"),), _keys, carries=True),
    "lookup": Function(
        (mapping("inputMap", open=True), text("key", open=True), anything("default", open=True)),
        _lookup,
        optional=1,
        sited=True,
        carries=True,
    ),
    "map": Function((), _legacy_map, rest=anything("vals", open=True), sited=True, carries=True),
    "merge": Function((), _merge, rest=anything("maps", open=True), sited=True, carries=True),
    "transpose": Function((members("values"),), _transpose, sited=True),
    "values": Function((mapping("values"),), _values, carries=True),
    "zipmap": Function((items("keys"), whole_list("values")), _zipmap, sited=True, carries=True),
}
