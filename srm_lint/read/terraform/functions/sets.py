"""Functions on sets.

https://developer.hashicorp.com/terraform/language/functions/setproduct and its neighbours under "Collection Functions".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

from srm_lint.model.value import List, Value
from srm_lint.read.terraform.conversion import ConversionError, key_of, make_set, unify
from srm_lint.read.terraform.functions.parameters import anything, elements, take_elements, take_items
from srm_lint.read.terraform.functions.signature import MAX_ITEMS, Function, LimitError, Site, Table


def _empty(site: Site) -> Value:
    return List(span=site.span, items=(), unordered=True)


def _of_one_type(sets: Sequence[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
    """The sets with all their elements converted to the one type that set functions work on."""
    together = iter(unify([item for each in sets for item in each]))
    return [tuple(next(together) for _ in each) for each in sets]


def _setunion(site: Site, *sets: tuple[Value, ...]) -> Value:
    return make_set([item for each in _of_one_type(sets) for item in each], _empty(site))


def _setintersection(site: Site, *sets: tuple[Value, ...]) -> Value:
    first, *others = _of_one_type(sets)
    if any(not each for each in sets):
        return _empty(site)
    shared = [{key_of(item) for item in other} for other in others]
    return make_set([item for item in first if all(key_of(item) in keys for keys in shared)], _empty(site))


def _setsubtract(site: Site, minuend: tuple[Value, ...], subtrahend: tuple[Value, ...]) -> Value:
    first, second = _of_one_type((minuend, subtrahend))
    if not second:
        return make_set(first, _empty(site))
    gone = {key_of(item) for item in second}
    return make_set([item for item in first if key_of(item) not in gone], _empty(site))


def _setproduct(site: Site, *collections: Value) -> Value:
    """A list of tuples; a set of them as soon as one of the collections is a set."""
    if len(collections) < 2:
        raise ConversionError("at least two arguments are required")
    as_set = any(isinstance(each, List) and each.unordered for each in collections)
    held = [unify(take_elements(each) if as_set else take_items(each)) for each in collections]
    count = prod(map(len, held))
    if count > MAX_ITEMS:
        raise LimitError(f"The product has {count:,} elements, more than the {MAX_ITEMS:,} that srm-lint computes.")
    rows = [List(span=site.span, items=row) for row in product(*held)]
    return make_set(rows, _empty(site)) if as_set else List(span=site.span, items=tuple(rows), uniform=True)


TABLE: Table = {
    "setintersection": Function(
        (elements("first_set"),), _setintersection, rest=elements("other_sets"), sited=True, carries=True
    ),
    "setproduct": Function((), _setproduct, rest=anything("sets"), least=1, sited=True, carries=True),
    "setsubtract": Function((elements("a"), elements("b")), _setsubtract, sited=True, carries=True),
    "setunion": Function((elements("first_set"),), _setunion, rest=elements("other_sets"), sited=True, carries=True),
}
