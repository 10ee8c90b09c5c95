"""Numbers of 64 bits in, their logarithms and powers out, as Terraform's own library computes them.

Only this module knows the algorithms: the last bit decides what `ceil(log(8, 2))` is, and another library has others.
"""

from __future__ import annotations

import math

_L = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10


def log(number: float) -> float:
    """The natural logarithm: https://pkg.go.dev/math#Log, after FreeBSD's e_log.c."""
    if number <= 0:
        return -math.inf if number == 0 else math.nan
    if math.isinf(number):
        return number
    fraction, exponent = math.frexp(number)
    if fraction < math.sqrt(2) / 2:
        fraction *= 2
        exponent -= 1
    f = fraction - 1
    s = f / (2 + f)
    s2 = s * s
    s4 = s2 * s2
    t1 = s2 * (_L[0] + s4 * (_L[2] + s4 * (_L[4] + s4 * _L[6])))
    t2 = s4 * (_L[1] + s4 * (_L[3] + s4 * _L[5]))
    half_square = 0.5 * f * f
    return exponent * _LN2_HIGH - ((half_square - (s * (half_square + t1 + t2) + exponent * _LN2_LOW)) - f)


def quotient(left: float, right: float) -> float:
    """`left / right` without an exception: of zero it is infinite, or not a number."""
    if right != 0:
        return left / right
    return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)


def power(base: float, exponent: float) -> float:
    """`base` to the power of `exponent`: https://pkg.go.dev/math#Pow. Raises `OverflowError`."""
    if exponent == 0 or base == 1:
        return 1.0
    if base == 0:
        return math.inf if exponent < 0 else 0.0
    if abs(exponent) == 0.5 and base > 0:
        return math.sqrt(base) if exponent > 0 else 1 / math.sqrt(base)
    fraction, whole = math.modf(abs(exponent))
    if fraction != 0 and base < 0:
        return math.nan
    if whole >= 2**63:
        return 1.0 if base == -1 else 0.0 if (abs(base) < 1) == (exponent > 0) else math.inf
    mantissa, scale = 1.0, 0
    if fraction > 0.5:
        fraction -= 1
        whole += 1
    if fraction:
        mantissa = math.exp(fraction * log(base))
    mantissa, scale = _whole_power(base, int(whole), mantissa)
    if exponent < 0:
        mantissa, scale = 1 / mantissa, -scale
    return math.ldexp(mantissa, scale)


def _whole_power(base: float, exponent: int, mantissa: float) -> tuple[float, int]:
    scale = 0
    factor, shift = math.frexp(base)
    while exponent:
        if abs(shift) > 1 << 12:
            return mantissa, scale + shift
        if exponent & 1:
            mantissa *= factor
            scale += shift
        factor *= factor
        shift <<= 1
        if factor < 0.5:
            factor += factor
            shift -= 1
        exponent >>= 1
    return mantissa, scale
