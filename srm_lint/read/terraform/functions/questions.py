"""Questions about lists and other collections: how many, how much, which, whether.

https://developer.hashicorp.com/terraform/language/functions/length and its neighbours under "Collection Functions".
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from srm_lint.model.value import MAX_CANDIDATES, List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform.arithmetic import add
from srm_lint.read.terraform.conversion import (
    ConversionError,
    Undetermined,
    equal,
    is_null,
    references_of,
    tidy,
)
from srm_lint.read.terraform.functions.doubt import all_known, unknown_of, unknowns
from srm_lint.read.terraform.functions.graphemes import graphemes
from srm_lint.read.terraform.functions.parameters import anything, elements, sequence, take_bool, take_number
from srm_lint.read.terraform.functions.signature import Function, Site, Table


def _index(listed: tuple[Value, ...], wanted: Value) -> int:
    for position, item in enumerate(listed):
        same = equal(item, wanted)
        if same is None:
            raise Undetermined(unknown_of(item, wanted))
        if same:
            return position
    raise ConversionError("item not found" if listed else "cannot search an empty list")


def _length(site: Site, value: Value) -> int | Value:
    match value:
        case Object(members=held):
            return len(held)
        case List(items=listed, unordered=True) if unknowns(listed) and len(listed) > 1:
            return _count(listed, site)
        case List(items=listed):
            return len(listed)
        case Scalar(data=str() as data):
            return len(graphemes(data))
    if is_null(value):
        raise ConversionError("argument must not be null")
    raise ConversionError("argument must be a string, a collection type, or a structural type")


def _count(listed: Sequence[Value], site: Site) -> Value:
    """How many elements a set has, some of which may be the same."""
    unknown = unknowns(listed)
    fewest = max(1, len(listed) - len(unknown))
    possible = range(fewest, len(listed) + 1) if len(listed) - fewest < MAX_CANDIDATES else ()
    return Unknown(
        span=site.span,
        reason=unknown[0].reason,
        references=references_of(unknown),
        candidates=tuple(Scalar(span=site.span, data=count) for count in possible),
    )


def _contains(listed: tuple[Value, ...], wanted: Value) -> bool:
    open_item: Value | None = None
    for item in listed:
        same = equal(item, wanted)
        if same:
            return True
        if same is None:
            open_item = item
    if open_item is not None:
        raise Undetermined(unknown_of(open_item, wanted))
    return False


def _alltrue(listed: tuple[Value, ...]) -> bool:
    """False as soon as one is: an unknown one then changes nothing."""
    if any(not isinstance(item, Unknown) and (is_null(item) or not take_bool(item)) for item in listed):
        return False
    all_known(listed)
    return True


def _anytrue(listed: tuple[Value, ...]) -> bool:
    if any(not isinstance(item, Unknown) and not is_null(item) and take_bool(item) for item in listed):
        return True
    all_known(listed)
    return False


def _sum(listed: tuple[Value, ...]) -> int | Decimal:
    if not listed:
        raise ConversionError("cannot sum an empty list")
    all_known(listed)
    if any(is_null(item) for item in listed):
        raise ConversionError("argument must be list, set, or tuple of number values")
    total: int | Decimal = 0
    for item in listed:
        total = add(total, take_number(item))
    return tidy(total)


TABLE: Table = {
    "alltrue": Function((elements("list"),), _alltrue),
    "anytrue": Function((elements("list"),), _anytrue),
    "contains": Function((elements("list"), anything("value", open=True)), _contains),
    "index": Function((sequence("list"), anything("value", open=True)), _index),
    "length": Function((anything("value"),), _length, sited=True, carries=True),
    "sum": Function((elements("list"),), _sum),
}
