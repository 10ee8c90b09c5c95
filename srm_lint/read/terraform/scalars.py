"""Terraform's scalars: strings, numbers and bools in, the same as another of these types out.

Only this module knows how numbers are written and read, and how large they may be.
https://developer.hashicorp.com/terraform/language/expressions/types#type-conversion
"""

from __future__ import annotations

import re
from decimal import Context, Decimal
from unicodedata import normalize

from srm_lint.model.value import Absent, Scalar, Value

MAX_DIGITS = 3_000
"""Numbers beyond 10 to this power are not computed with; Python itself prints no more than 4,300 digits."""

NUMBERS = Context(prec=156)
"""Terraform's numbers have a mantissa of 512 bits, which at most 156 decimal digits tell apart."""


class ConversionError(Exception):
    """A value that does not fit a type; the message is a phrase in Terraform's manner ("a number is required")."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def is_null(value: Value) -> bool:
    """Whether `value` is null, or an argument that nobody wrote, which reads as null."""
    return (isinstance(value, Scalar) and value.data is None) or isinstance(value, Absent)


def composed(text: str) -> str:
    """`text` in Unicode's normal form C, which all of Terraform's strings have: https://pkg.go.dev/github.com/zclconf/go-cty/cty#NormalizeString"""
    return text if text.isascii() else normalize("NFC", text)


def to_text(scalar: Scalar) -> str:
    """The text of a string, number or bool. Raises `ConversionError` for null and for numbers beyond `MAX_DIGITS`."""
    data = scalar.data
    if isinstance(data, str):
        return data
    if isinstance(data, bool):
        return "true" if data else "false"
    if data is None:
        raise ConversionError("string required, but it is null")
    return number_text(data)


def number_text(number: int | Decimal) -> str:
    """A number as Terraform prints it: all its digits, no exponent."""
    if isinstance(number, Decimal):
        number = tidy(number)
    if isinstance(number, int):
        if number.bit_length() > MAX_DIGITS * 3.33:
            raise ConversionError(f"a number of more than {MAX_DIGITS:,} digits is not printed")
        return str(number)
    return f"{number:f}"


def tidy(number: int | Decimal) -> int | Decimal:
    """The number as an int where it is whole, without trailing zeros, rounded to what Terraform keeps.

    Raises `ConversionError` for what is not finite and for numbers beyond `MAX_DIGITS`.
    """
    if isinstance(number, int):
        return number
    if not number.is_finite():
        raise ConversionError("a number is required, but the result is not a finite one")
    if abs(number.adjusted()) > MAX_DIGITS:
        raise ConversionError(f"numbers of more than {MAX_DIGITS:,} digits are not computed")
    if number == number.to_integral_value():
        return int(number)
    return number.normalize(NUMBERS)


_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,9})?")


def parse_number(text: str) -> int | Decimal:
    """The number that `text` writes in decimal. Raises `ConversionError` where it is none."""
    if len(text) > MAX_DIGITS or not _NUMBER.fullmatch(text):
        raise ConversionError("a number is required")
    return tidy(Decimal(text))


def to_number(scalar: Scalar) -> int | Decimal:
    """The number that a number or string is. Raises `ConversionError`."""
    data = scalar.data
    if isinstance(data, bool) or data is None:
        raise ConversionError("number required")
    if isinstance(data, str):
        return parse_number(data)
    return data


def to_bool(scalar: Scalar) -> bool:
    """The bool that a bool or string is. Raises `ConversionError`."""
    data = scalar.data
    if isinstance(data, bool):
        return data
    if data in ("true", "1"):
        return True
    if data in ("false", "0"):
        return False
    if isinstance(data, str):
        word = data.lower()
        hint = f'; to convert from string, use lowercase "{word}"' if word in ("true", "false") else ""
        raise ConversionError(f"a bool is required{hint}")
    raise ConversionError("bool required")
