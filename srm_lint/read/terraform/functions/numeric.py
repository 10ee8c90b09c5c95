"""Functions on numbers.

https://developer.hashicorp.com/terraform/language/functions/abs and its neighbours under "Numeric Functions".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from srm_lint.model.value import Scalar, Value
from srm_lint.read.terraform.conversion import MAX_DIGITS, ConversionError, friendly, tidy, type_of
from srm_lint.read.terraform.functions import floats
from srm_lint.read.terraform.functions.parameters import anything, number, whole
from srm_lint.read.terraform.functions.signature import Function, LimitError, Table

Number = int | Decimal


def _ceil(number: Number) -> Number:
    return number if isinstance(number, int) else tidy(number.to_integral_value(ROUND_CEILING))


def _floor(number: Number) -> Number:
    return number if isinstance(number, int) else tidy(number.to_integral_value(ROUND_FLOOR))


def _abs(number: Number) -> Number:
    return abs(number) if isinstance(number, int) else number.copy_abs()


def _log(number: Number, base: Number) -> Number:
    return _in_floats(lambda: floats.quotient(floats.log(float(number)), floats.log(float(base))))


def _pow(number: Number, power: Number) -> Number:
    return _in_floats(lambda: floats.power(float(number), float(power)))


def _in_floats(compute: Callable[[], float]) -> Number:
    """The result of a function that Terraform, too, computes in 64 bits."""
    try:
        result = compute()
    except OverflowError:
        result = math.inf
    if math.isnan(result):
        raise ConversionError("result is not a number")
    if math.isinf(result):
        raise LimitError("The result is infinite or too large a number for srm-lint.")
    return tidy(Decimal(int(result)) if result.is_integer() else Decimal(repr(result)))


def _max(*numbers: Number) -> Number:
    return max(numbers)


def _min(*numbers: Number) -> Number:
    return min(numbers)


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _parseint(written: Value, base: int) -> int:
    if not isinstance(written, Scalar) or not isinstance(written.data, str):
        raise ConversionError(f"first argument must be a string, not {friendly(type_of(written))}")
    string = written.data
    if not 2 <= base <= 62:
        raise ConversionError("base must be a whole number between 2 and 62 inclusive")
    if len(string) > MAX_DIGITS:
        raise LimitError(f"A number of more than {MAX_DIGITS:,} digits is not read by srm-lint.")
    digits = string[1:] if string[:1] in ("+", "-") else string
    value = 0
    for letter in digits if base > 36 else digits.lower():
        digit = _DIGITS.find(letter)
        if not 0 <= digit < base:
            digits = ""
            break
        value = value * base + digit
    if not digits:
        raise ConversionError(f'cannot parse "{string}" as a base {base} integer')
    return -value if string.startswith("-") else value


def _signum(number: int) -> int:
    # A fraction is refused, as Terraform does: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/number.go
    return (number > 0) - (number < 0)


TABLE: Table = {
    "abs": Function((number("num"),), _abs),
    "ceil": Function((number("num"),), _ceil),
    "floor": Function((number("num"),), _floor),
    "log": Function((number("num"), number("base")), _log),
    "max": Function((), _max, rest=number("numbers"), least=1),
    "min": Function((), _min, rest=number("numbers"), least=1),
    "parseint": Function((anything("number"), whole("base")), _parseint),
    "pow": Function((number("num"), number("power")), _pow),
    "signum": Function((whole("num"),), _signum),
}
