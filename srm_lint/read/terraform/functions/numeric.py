"""Functions on numbers.

https://developer.hashicorp.com/terraform/language/functions/abs and its neighbours under "Numeric Functions".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from srm_lint.read.terraform.conversion import MAX_DIGITS, ConversionError, tidy
from srm_lint.read.terraform.functions.signature import Function, LimitError, Table, number, text, whole

Number = int | Decimal


def _ceil(number: Number) -> Number:
    return number if isinstance(number, int) else tidy(number.to_integral_value(ROUND_CEILING))


def _floor(number: Number) -> Number:
    return number if isinstance(number, int) else tidy(number.to_integral_value(ROUND_FLOOR))


def _log(number: Number, base: Number) -> Number:
    return _in_floats(lambda: math.log(number) / math.log(base))


def _pow(number: Number, power: Number) -> Number:
    return _in_floats(lambda: math.pow(number, power))


def _in_floats(compute: Callable[[], float]) -> Number:
    """The result of a function that Terraform, too, computes in 64 bits."""
    try:
        result = compute()
    except OverflowError:
        raise LimitError("The result is too large a number for srm-lint.") from None
    except (ValueError, ZeroDivisionError):
        raise ConversionError("the result is not a finite number") from None
    return tidy(Decimal(int(result)) if result.is_integer() else Decimal(repr(result)))


def _max(*numbers: Number) -> Number:
    return max(numbers)


def _min(*numbers: Number) -> Number:
    return min(numbers)


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _parseint(string: str, base: int) -> int:
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


def _signum(number: Number) -> int:
    return (number > 0) - (number < 0)


TABLE: Table = {
    "abs": Function((number("num"),), abs),
    "ceil": Function((number("num"),), _ceil),
    "floor": Function((number("num"),), _floor),
    "log": Function((number("num"), number("base")), _log),
    "max": Function((), _max, rest=number("numbers"), least=1),
    "min": Function((), _min, rest=number("numbers"), least=1),
    "parseint": Function((text("number"), whole("base")), _parseint),
    "pow": Function((number("num"), number("power")), _pow),
    "signum": Function((number("num"),), _signum),
}
