"""Two numbers in, their sum, difference, product, quotient or remainder out, with Terraform's precision.

Only this module knows that Terraform computes in binary with a mantissa of 512 bits, so that `3 * (1 / 3)` is 1, and
writes the fewest digits that mean the same number. https://pkg.go.dev/math/big#Float,
https://developer.hashicorp.com/terraform/language/expressions/types#types
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

from srm_lint.read.terraform.scalars import MAX_DIGITS, ConversionError

Number = int | Decimal

BITS = 512
_FEWEST = 153
"""Decimal digits that a mantissa always keeps: with no more of them, a number is written as it was read."""
_WRITERS = [Context(prec=digits, Emax=10**9, Emin=-(10**9)) for digits in range(_FEWEST, 157)]


def add(left: Number, right: Number) -> Number:
    """`left + right`. Raises `ConversionError` where the result is too large, as all of these do."""
    if isinstance(left, int) and isinstance(right, int) and _short(total := left + right):
        return total
    return _rounded(_exact(left) + _exact(right))


def subtract(left: Number, right: Number) -> Number:
    """`left - right`."""
    return add(left, negative(right))


def multiply(left: Number, right: Number) -> Number:
    """`left * right`."""
    if isinstance(left, int) and isinstance(right, int) and _short(product := left * right):
        return product
    return _rounded(_exact(left) * _exact(right))


def divide(left: Number, right: Number) -> Number:
    """`left / right`, where `right` is not 0."""
    if isinstance(left, int) and isinstance(right, int) and left % right == 0 and _short(left):
        return left // right
    return _rounded(_exact(left) / _exact(right))


def remainder(left: Number, right: Number) -> Number:
    """`left % right`, with the sign of `left`; of a division by 0 all is left over."""
    if right == 0:
        return left
    quotient = divide(left, right)
    return subtract(left, multiply(quotient if isinstance(quotient, int) else int(quotient), right))


def negative(number: Number) -> Number:
    """`-number`, with all its digits: Python's own minus keeps but 28 of a `Decimal`."""
    return -number if isinstance(number, int) else number.copy_negate()


def _short(whole: int) -> bool:
    return whole.bit_length() <= BITS


def _exact(number: Number) -> Fraction:
    """What Terraform holds for a number that is written so."""
    return _binary(Fraction(number))


def _binary(exact: Fraction) -> Fraction:
    """The nearest number with a mantissa of 512 bits, the even one of two."""
    size = exact.numerator.bit_length() - exact.denominator.bit_length()
    if abs(size) > MAX_DIGITS * 4:
        raise ConversionError(f"numbers of more than {MAX_DIGITS:,} digits are not computed")
    for shift in (BITS - size, BITS - size - 1):
        scaled = exact * (1 << shift) if shift >= 0 else exact / (1 << -shift)
        mantissa = round(scaled)
        if mantissa.bit_length() <= BITS or mantissa == 1 << BITS:
            break
    return Fraction(mantissa, 1 << shift) if shift >= 0 else Fraction(mantissa * (1 << -shift))


def _rounded(exact: Fraction) -> Number:
    """The number with the fewest digits that Terraform reads as the nearest to `exact`."""
    held = _binary(exact)
    for context in _WRITERS:
        written = context.divide(Decimal(held.numerator), Decimal(held.denominator))
        if _exact(written) == held:
            break
    whole = written == written.to_integral_value()
    return int(written) if whole else written.normalize(_WRITERS[-1])
