"""Functions that choose from lists, cut them, join them and order them.

https://developer.hashicorp.com/terraform/language/functions/element and its neighbours under "Collection Functions".
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from srm_lint.model.value import MAX_CANDIDATES, List, Scalar, Unknown, Value, either
from srm_lint.read.terraform.arithmetic import add
from srm_lint.read.terraform.conversion import (
    STRING,
    ConversionError,
    Undetermined,
    as_others,
    convert,
    equal,
    is_null,
    key_of,
    references_of,
    tidy,
    type_of,
    unify,
    unify_types,
)
from srm_lint.read.terraform.functions.doubt import all_known, unknown_of, unknowns
from srm_lint.read.terraform.functions.parameters import (
    anything,
    items,
    number,
    strings,
    take_elements,
    take_items,
    take_text,
    uniform,
    whole,
    whole_list,
)
from srm_lint.read.terraform.functions.pieces import never_empty
from srm_lint.read.terraform.functions.signature import MAX_ITEMS, Function, FunctionError, LimitError, Site, Table

# Choosing one


def _element(site: Site, source: List, index: int | Unknown) -> Value:
    if source.unordered:
        raise FunctionError('Invalid value for "list" parameter: must be a list or tuple, not a set.', 0)
    if not source.items:
        raise ConversionError("cannot use element function with an empty list")
    if isinstance(index, Unknown):
        return either(take_elements(source), span=site.span, reason=index.reason, references=index.references)
    return source.items[index % len(source.items)].inside(source)


def _one(listed: Value) -> Value | None:
    found = take_elements(listed)
    if len(found) > 1:
        if isinstance(listed, List) and listed.unordered and (unknown := unknowns(found)):
            raise Undetermined(unknown[0])  # they may turn out to be the same element
        raise ConversionError("must be a list, set, or tuple value with either zero or one elements")
    return found[0] if found else None


def _coalesce(site: Site, *values: Value) -> Value:
    for value in values:
        if isinstance(value, Unknown):
            if never_empty(value):
                return value
            raise Undetermined(value)
        if not is_null(value) and not (isinstance(value, Scalar) and value.data == ""):
            return _as_unified(site, value, values)
    raise ConversionError("no non-null, non-empty-string arguments")


def _as_unified(site: Site, chosen: Value, values: Sequence[Value]) -> Value:
    """`chosen` converted to the one type of all arguments: `coalesce(1, "x")` is "1"."""
    unknown = unknowns(values)
    if unknown and isinstance(chosen, Scalar) and not isinstance(chosen.data, str):
        either_way = (chosen, convert(chosen, STRING))
        return either(either_way, span=site.span, reason=unknown[0].reason, references=references_of(unknown))
    types = [type_of(value) for value in values]
    try:
        return as_others(chosen, type_of(chosen), unify_types(types))
    except ConversionError:
        raise ConversionError("all arguments must have the same type") from None


def _coalescelist(*lists: Value) -> Value:
    for listed in lists:
        if isinstance(listed, Unknown):
            raise Undetermined(listed)
        if is_null(listed):
            continue
        if not isinstance(listed, List) or listed.unordered:
            raise ConversionError("coalescelist arguments must be lists or tuples")
        if listed.items:
            return listed
    raise ConversionError("no non-null arguments" if lists else "at least one argument is required")


# Cutting and joining


def _chunklist(listed: tuple[Value, ...], size: int) -> list[list[Value]]:
    if size < 0:
        raise ConversionError("the size argument must be positive")
    if size == 0:
        return [list(listed)] if listed else []
    return [list(listed[start : start + size]) for start in range(0, len(listed), size)]


def _concat(*lists: List) -> Sequence[Value]:
    """A list of lists whose elements have one type in common, else a tuple."""
    if any(each.unordered for each in lists):
        raise ConversionError("all arguments must be lists or tuples; got set")
    if sum(len(each.items) for each in lists) > MAX_ITEMS:
        raise LimitError(f"The lists have more than {MAX_ITEMS:,} elements together, which srm-lint does not compute.")
    items = tuple([item for each in lists for item in take_elements(each)])
    if not all(each.uniform for each in lists):
        return items
    try:
        return list(unify(items))
    except ConversionError:
        return items


def _slice(source: List | Unknown, start: int, end: int) -> Sequence[Value]:
    if isinstance(source, Unknown):
        # Whatever the list holds, a part of it has as many items as were asked for, or is refused.
        if not 0 <= start <= end <= start + MAX_ITEMS:
            raise Undetermined(source)
        return [replace(source, candidates=(), pieces=(), encodes=None)] * (end - start)
    if source.unordered:
        raise ConversionError("cannot slice a set, because its elements do not have indices")
    items = take_elements(source)
    if start < 0:
        raise ConversionError("start index must not be less than zero")
    if end > len(items):
        raise ConversionError("end index must not be greater than the length of the list")
    if start > end:
        raise ConversionError("start index must not be greater than end index")
    return list(items[start:end]) if source.uniform else items[start:end]


def _flatten(listed: tuple[Value, ...]) -> tuple[Value, ...]:
    flat: list[Value] = []
    lists = [iter(listed)]
    for _ in range(MAX_ITEMS):
        item = next(lists[-1], None)
        if item is None:
            lists.pop()
            if not lists:
                return tuple(flat)
        elif isinstance(item, List):
            lists.append(iter(take_items(item)))
        elif isinstance(item, Unknown) and not item.pieces:  # what is no text may be a list
            raise Undetermined(item)
        else:
            flat.append(item)
    raise LimitError(f"The lists have more than {MAX_ITEMS:,} elements, which srm-lint does not compute.")


def _compact(site: Site, listed: tuple[Value, ...]) -> Value:
    doubtful = {position for position, item in enumerate(listed) if isinstance(item, Unknown) and not never_empty(item)}
    kept = [
        (item, position in doubtful)
        for position, item in enumerate(listed)
        if isinstance(item, Unknown) or (not is_null(item) and take_text(item) != "")
    ]
    return _perhaps(kept, site)


def _distinct(site: Site, listed: tuple[Value, ...]) -> Value:
    kept: list[tuple[Value, bool]] = []
    open_: list[Value] = []
    keys = set()
    for item in listed:
        try:
            key = key_of(item)
        except Undetermined:
            kept.append((item, any(equal(item, other) is not False for other, _ in kept)))
            open_.append(item)
            continue
        if key not in keys:
            keys.add(key)
            kept.append((item, any(equal(item, other) is None for other in open_)))
    return _perhaps(kept, site)


def _perhaps(listed: Sequence[tuple[Value, bool]], site: Site) -> Value:
    """The list of the items, some of which may be missing: one candidate for each way that can turn out."""
    doubtful = [item for item, doubt in listed if doubt]
    if not doubtful:
        return List(span=site.span, items=tuple(item for item, _ in listed), uniform=True)
    ways: list[tuple[Value, ...]] = [()]
    for item, doubt in listed:
        ways = [(*way, item) for way in ways] + (ways if doubt else [])
        if len(ways) > MAX_CANDIDATES:
            ways = []
            break
    unknown = unknown_of(*(item for item, _ in listed))
    return Unknown(
        span=site.span,
        reason=unknown.reason,
        references=references_of(unknowns(item for item, _ in listed)),
        candidates=tuple(List(span=site.span, items=way, uniform=True) for way in ways),
    )


def _matchkeys(values: tuple[Value, ...], keys: tuple[Value, ...], wanted: tuple[Value, ...]) -> list[Value]:
    if len(values) != len(keys):
        raise ConversionError("length of keys and values should be equal")
    unified = unify((*keys, *wanted))
    chosen = {key_of(each) for each in unified[len(keys) :]}
    return [value for value, key in zip(values, unified[: len(keys)], strict=True) if key_of(key) in chosen]


def _reverse(source: List) -> Sequence[Value]:
    turned = take_items(source)[::-1]
    return list(turned) if source.uniform or source.unordered else turned


# Making and ordering


def _range(*limits: int | Decimal) -> list[int | Decimal]:
    start, end, step = (Decimal(limit) for limit in _limits(limits))
    if step == 0:
        raise ConversionError("step must not be zero")
    if (end > start and step < 0) or (end < start and step > 0):
        way = "less than start when step is negative" if step < 0 else "greater than start when step is positive"
        raise ConversionError(f"end must be {way}")
    if abs(end - start) > abs(step) * 1024:
        raise ConversionError("more than 1024 values were generated, which Terraform does not allow")
    values: list[int | Decimal] = []
    value = start
    while (value < end) if step > 0 else (value > end):
        values.append(tidy(value))
        value = Decimal(add(value, step))
    return values


def _limits(limits: Sequence[int | Decimal]) -> tuple[int | Decimal, int | Decimal, int | Decimal]:
    match limits:
        case (end,):
            return 0, end, 1 if end >= 0 else -1
        case (start, end):
            return start, end, 1 if end >= start else -1
        case (start, end, step):
            return start, end, step
    raise ConversionError("must have one, two, or three arguments")


def _sort(listed: tuple[Value, ...]) -> list[Value]:
    all_known(listed)
    if any(is_null(item) for item in listed):
        raise ConversionError("given list element is null; a null string cannot be sorted")
    return sorted(listed, key=take_text)


def _list(*values: Value) -> list[Value]:
    return list(unify(values))


TABLE: Table = {
    "chunklist": Function((uniform("list"), whole("size")), _chunklist, carries=True),
    "coalesce": Function((), _coalesce, rest=anything("vals", open=True), least=1, sited=True, carries=True),
    "coalescelist": Function((), _coalescelist, rest=anything("vals", open=True), carries=True),
    "compact": Function((strings("list"),), _compact, sited=True, carries=True),
    "concat": Function((), _concat, rest=whole_list("seqs"), least=1, carries=True),
    "distinct": Function((uniform("list"),), _distinct, sited=True, carries=True),
    "element": Function((whole_list("list"), whole("index", open=True)), _element, sited=True, carries=True),
    "flatten": Function((items("list"),), _flatten, carries=True),
    "list": Function((), _list, rest=anything("vals", open=True), carries=True),
    "matchkeys": Function((uniform("values"), uniform("keys"), uniform("searchset")), _matchkeys, carries=True),
    "one": Function((anything("list"),), _one, carries=True),
    "range": Function((), _range, rest=number("params"), least=1),
    "reverse": Function((whole_list("list"),), _reverse, carries=True),
    "slice": Function((whole_list("list", open=True), whole("start_index"), whole("end_index")), _slice, carries=True),
    "sort": Function((strings("list"),), _sort, carries=True),
}
