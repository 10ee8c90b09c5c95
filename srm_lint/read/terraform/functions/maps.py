"""Functions on maps and objects.

https://developer.hashicorp.com/terraform/language/functions/merge and its neighbours under "Collection Functions".
"""

from __future__ import annotations

from srm_lint.model.source import Span
from srm_lint.model.value import Object, Unknown, Value, either
from srm_lint.read.terraform.conversion import ConversionError, Undetermined, is_null
from srm_lint.read.terraform.functions.signature import (
    Function,
    Site,
    Table,
    anything,
    items,
    members,
    take_items,
    take_members,
    take_text,
    text,
)


def _keys(mapping: dict[str, Value]) -> list[str]:
    return sorted(mapping)


def _values(mapping: dict[str, Value]) -> list[Value]:
    return [mapping[name] for name in sorted(mapping)]


def _lookup(site: Site, mapping: dict[str, Value], key: str | Unknown, default: Value | None = None) -> Value:
    if isinstance(key, Unknown):
        possible = [*mapping.values(), *([] if default is None else [default])]
        return either(possible, span=site.span, reason=key.reason, references=key.references)
    if key in mapping:
        return mapping[key]
    if default is None:
        raise ConversionError(f'lookup failed to find key "{key}"')
    return default


def _legacy_map(*pairs: Value) -> dict[str, Value]:
    if len(pairs) % 2:
        raise ConversionError("map requires an even number of arguments")
    names = [_name(pair) for pair in pairs[::2]]
    return dict(zip(names, pairs[1::2], strict=True))


def _name(value: Value) -> str:
    if isinstance(value, Unknown):
        raise Undetermined(value)
    if is_null(value):
        raise ConversionError("a key must not be null")
    return take_text(value)


def _merge(site: Site, *mappings: Value) -> Value:
    merged: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    for mapping in mappings:
        if isinstance(mapping, Unknown):
            raise Undetermined(mapping)
        if is_null(mapping):
            continue  # "null" arguments are skipped
        if not isinstance(mapping, Object):
            raise ConversionError("arguments must be maps or objects")
        merged.update(take_members(mapping))
        keys.update(mapping.keys)
    return Object(span=site.span, members=merged, keys=keys)


def _transpose(mapping: dict[str, Value]) -> dict[str, object]:
    turned: dict[str, list[str]] = {}
    for name in sorted(mapping):
        listed = mapping[name]
        if isinstance(listed, Unknown):
            raise Undetermined(listed)
        for item in take_items(listed):
            turned.setdefault(_name(item), []).append(name)
    return {name: sorted(turned[name]) for name in sorted(turned)}


def _zipmap(names: tuple[Value, ...], values: tuple[Value, ...]) -> dict[str, Value]:
    if len(names) != len(values):
        raise ConversionError(f"number of keys ({len(names)}) does not match number of values ({len(values)})")
    return {_name(name): value for name, value in zip(names, values, strict=True)}


TABLE: Table = {
    "keys": Function((members("inputMap"),), _keys, carries=True),
    "lookup": Function(
        (members("inputMap"), text("key", open=True), anything("default", open=True)),
        _lookup,
        optional=1,
        sited=True,
        carries=True,
    ),
    "map": Function((), _legacy_map, rest=anything("vals", open=True), carries=True),
    "merge": Function((), _merge, rest=anything("maps", open=True), sited=True, carries=True),
    "transpose": Function((members("values"),), _transpose),
    "values": Function((members("values"),), _values, carries=True),
    "zipmap": Function((items("keys"), items("values")), _zipmap, carries=True),
}
