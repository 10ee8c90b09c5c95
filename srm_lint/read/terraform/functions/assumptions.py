"""Functions that say what is certain of a value that is not known yet, and check it of one that is.

OpenTofu only: https://opentofu.org/docs/language/functions/assume_family
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from srm_lint.model.value import List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform.conversion import (
    ANY,
    STRING,
    ConversionError,
    ListOf,
    MapOf,
    SetOf,
    Type,
    convert,
    equal,
    is_null,
    type_of,
)
from srm_lint.read.terraform.functions.parameters import anything, text, whole
from srm_lint.read.terraform.functions.pieces import joined
from srm_lint.read.terraform.functions.signature import Function, Site, Table

_BROKEN = "assumption was not upheld"


def _assumeequal(actual: Value, assumed: Value) -> Value:
    if not isinstance(assumed, Unknown) and equal(convert(actual, type_of(assumed)), assumed) is False:
        raise ConversionError(_BROKEN)
    return assumed


def _assumenotnull(value: Value) -> Value:
    if is_null(value):
        raise ConversionError(_BROKEN)
    return value


def _assumestringprefix(site: Site, value: Value, prefix: str) -> Value:
    converted = convert(value, STRING)
    if isinstance(converted, Scalar) and isinstance(converted.data, str) and not converted.data.startswith(prefix):
        raise ConversionError(_BROKEN)
    if isinstance(converted, Unknown) and not converted.pieces and not converted.candidates:
        return Unknown(
            span=site.span,
            reason=converted.reason,
            references=converted.references,
            pieces=joined((prefix, None)),
            sensitive=converted.sensitive,
        )
    return converted


def _assumelength(wanted: Type, value: Value, fewest: int, most: int | None) -> Value:
    converted = convert(value, wanted)
    size = None
    if isinstance(converted, Object):
        size = len(converted.members)
    elif isinstance(converted, List) and not any(isinstance(item, Unknown) for item in converted.items):
        size = len(converted.items)
    if min(fewest, most or 0) < 0 or (size is not None and (size < fewest or (most is not None and size > most))):
        raise ConversionError(_BROKEN)
    return converted


def _between(wanted: Type) -> Function:
    run = partial(_assumelength, wanted)
    return _length(run, "min_length", "max_length")


def _at_least(wanted: Type) -> Function:
    return _length(lambda value, fewest: _assumelength(wanted, value, fewest, None), "min_length")


def _at_most(wanted: Type) -> Function:
    return _length(lambda value, most: _assumelength(wanted, value, 0, most), "max_length")


def _length(run: Callable[..., Value], *bounds: str) -> Function:
    return Function((anything("value", open=True), *map(whole, bounds)), run, carries=True)


_LIST, _MAP, _SET = ListOf(ANY), MapOf(ANY), SetOf(ANY)

TABLE: Table = {
    "assumeequal": Function(
        (anything("actual", open=True), anything("assumed", open=True)), _assumeequal, carries=True, keeps_marks=False
    ),
    "assumelistlength": _between(_LIST),
    "assumelistlengthmax": _at_most(_LIST),
    "assumelistlengthmin": _at_least(_LIST),
    "assumemaplength": _between(_MAP),
    "assumemaplengthmax": _at_most(_MAP),
    "assumemaplengthmin": _at_least(_MAP),
    "assumenotnull": Function((anything("value", open=True),), _assumenotnull, carries=True),
    "assumesetlength": _between(_SET),
    "assumesetlengthmax": _at_most(_SET),
    "assumesetlengthmin": _at_least(_SET),
    "assumestringprefix": Function((anything("value", open=True), text("prefix")), _assumestringprefix, sited=True),
}
