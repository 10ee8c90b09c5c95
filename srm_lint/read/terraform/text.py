"""The values of a template's parts in, the text that they make out; only this module knows how gaps become `pieces`."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from srm_lint.model.source import Span
from srm_lint.model.value import MAX_CANDIDATES, Scalar, Unknown, Value
from srm_lint.read.terraform.conversion import ConversionError, friendly, is_null, to_text, type_of
from srm_lint.read.terraform.expressions import Expression
from srm_lint.read.terraform.functions.pieces import joined
from srm_lint.read.terraform.operators import Invalid, over_candidates, unknown_of
from srm_lint.read.terraform.scalars import composed

MAX_TEXT = 8 * 1024 * 1024
"""No template makes a longer text; it is also the largest file that is read."""


def joined_text(values: Sequence[Value], parts: Sequence[Expression], span: Span) -> Value:
    """The text that the values of `parts` make. Raises `Invalid`."""

    def text_of(position: int, value: Value) -> str:
        at = parts[position].span if position < len(parts) else span
        if is_null(value):
            raise Invalid(
                "The expression result is null. Cannot include a null value in a string template.", at, null=True
            )
        if not isinstance(value, Scalar):
            what = friendly(type_of(value))
            raise Invalid(
                f"Cannot include the given value in a string template: string required, but this is {what}.", at
            )
        try:
            return to_text(value)
        except ConversionError as error:
            raise Invalid(f"Cannot include the given value in a string template: {error.message}.", at) from None

    def whole(operands: Sequence[Value]) -> Value:
        texts = [text_of(position, value) for position, value in enumerate(operands)]
        if sum(map(len, texts)) > MAX_TEXT:
            raise Invalid(
                f"this text would have more than {MAX_TEXT:,} characters, so it is not put together", span, "limit"
            )
        return Scalar(span=span, data=composed("".join(texts)), sensitive=any(value.sensitive for value in operands))

    unknown = [value for value in values if isinstance(value, Unknown)]
    if not unknown:
        return whole(values)
    pieces: list[str | None] = []
    for position, value in enumerate(values):
        if isinstance(value, Unknown):
            pieces.extend(value.pieces or (None,))
        else:
            pieces.append(text_of(position, value))
    result = unknown_of(values, span)
    if all(value.candidates for value in unknown) and len(unknown) <= MAX_CANDIDATES:
        chosen = over_candidates(values, span, whole)
        if not isinstance(chosen, Unknown):
            return chosen
        result = chosen
    return replace(result, pieces=joined(pieces))
