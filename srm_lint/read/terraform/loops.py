"""`for` expressions and `%{ for }` directives in, what they make of their collections out.

See https://developer.hashicorp.com/terraform/language/expressions/for.
"""

from __future__ import annotations

from collections.abc import Sequence

from srm_lint.model.source import Span
from srm_lint.model.value import List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform.conversion import is_null, unordered_unknown
from srm_lint.read.terraform.expressions import For, TemplateFor
from srm_lint.read.terraform.operators import Invalid, chosen, over_candidates, truth, unknown_of
from srm_lint.read.terraform.structures import key_text, partly
from srm_lint.read.terraform.text import joined_text
from srm_lint.read.terraform.world import Evaluate, Scope

MAX_UNDECIDED = 3
"""A `for` with more items than this of which it is not known whether they are taken gives an open unknown."""


def template_for(expression: TemplateFor, scope: Scope, evaluate: Evaluate) -> Value:
    """The text that `%{ for }` makes. Raises `Invalid`."""

    def apply(operands: Sequence[Value]) -> Value:
        texts = [
            evaluate(expression.body, scope.within(names)) for names in _iterations(expression, operands[0], scope)
        ]
        return joined_text(texts, (), expression.span)

    return over_candidates((evaluate(expression.collection, scope),), expression.span, apply)


def for_expression(expression: For, scope: Scope, evaluate: Evaluate) -> Value:
    """What `[for …]` or `{for …}` makes. Raises `Invalid`."""
    return scope.world.constants.value((expression,), scope, lambda: _for_anew(expression, scope, evaluate))


def _for_anew(expression: For, scope: Scope, evaluate: Evaluate) -> Value:
    collection = evaluate(expression.collection, scope)
    return over_candidates(
        (collection,), expression.span, lambda operands: _for_over(expression, operands[0], scope, evaluate)
    )


def _for_over(expression: For, collection: Value, scope: Scope, evaluate: Evaluate) -> Value:
    if isinstance(collection, List) and expression.result_key is None and (open_ := unordered_unknown(collection)):
        return unknown_of(collection.items, expression.span, reason=open_.reason)
    certain: list[tuple[Value | None, Value]] = []
    undecided: list[tuple[int, Unknown]] = []
    for names in _iterations(expression, collection, scope):
        inner = scope.within(names)
        taken: Value | None = None
        if expression.condition is not None:
            taken = truth(evaluate(expression.condition, inner), expression.condition.span)
            if isinstance(taken, Scalar) and taken.data is False:
                continue
        try:
            key = evaluate(expression.result_key, inner) if expression.result_key is not None else None
            pair = (key, evaluate(expression.result, inner))
        except Invalid as error:
            if isinstance(taken, Unknown) and error.kind != "limit":
                continue  # Terraform refuses the item, so the condition keeps it out
            raise
        if isinstance(taken, Unknown):
            undecided.append((len(certain), taken))
        certain.append(pair)
    if not undecided:
        return _gathered(expression, certain)
    unknown = [each for _, each in undecided]
    if len(undecided) > MAX_UNDECIDED:
        return unknown_of((*unknown, *(value for _, value in certain)), expression.span, reason=unknown[0].reason)
    positions = [position for position, _ in undecided]
    results = []
    for mask in range(1 << len(positions)):
        dropped = {position for bit, position in enumerate(positions) if mask >> bit & 1}
        taken_ones = [pair for position, pair in enumerate(certain) if position not in dropped]
        results.append(_gathered(expression, taken_ones))
    return chosen(results, expression.span, unknown)


def _gathered(expression: For, pairs: Sequence[tuple[Value | None, Value]]) -> Value:
    span = expression.span
    if expression.result_key is None:
        return List(span=span, items=tuple([value for _, value in pairs]))
    members: dict[str, Value] = {}
    groups: dict[str, list[Value]] = {}
    keys: dict[str, Span] = {}
    open_ = [key for key, _ in pairs if isinstance(key, Unknown)]
    if open_ and expression.group:
        return unknown_of((*open_, *(value for _, value in pairs)), span)
    for key, value in pairs:
        if key is None or isinstance(key, Unknown):
            continue
        name = key_text(key, expression.result_key.span)
        if expression.group:
            groups.setdefault(name, []).append(value)
        elif name in members:
            raise Invalid(
                f'Duplicate object key: two different items produced the key "{name}" in this "for" expression;'
                ' add "..." after the value to group them.',
                expression.result_key.span,
            )
        else:
            members[name] = value
        keys[name] = key.span
    if open_:
        # No two keys may be the same, so those that are known belong to what they stand with.
        return partly((*open_, *(value for _, value in pairs)), members, span)
    for name, values in groups.items():
        members[name] = List(span=span, items=tuple(values))
    ordered = dict(sorted(members.items()))
    return Object(span=span, members=ordered, keys=keys)


def _iterations(expression: For | TemplateFor, collection: Value, scope: Scope) -> list[dict[str, Value]]:
    span = expression.collection.span
    if is_null(collection):
        message = "Iteration over null value: a null value cannot be used as the collection in a 'for' expression."
        raise Invalid(message, span, null=True)
    pairs: list[tuple[Value, Value]] = []
    if isinstance(collection, List):
        if collection.unordered:
            pairs = [(item, item) for item in collection.items]
        else:
            pairs = [(Scalar(span=item.span, data=at), item) for at, item in enumerate(collection.items)]
    elif isinstance(collection, Object):
        keys = collection.keys
        for name in sorted(collection.members):
            item = collection.members[name]
            key_span = keys.get(name)
            pairs.append((Scalar(span=item.span if key_span is None else key_span, data=name), item))
    else:
        raise Invalid("Iteration over non-iterable value: a list, set, map or object is required.", span)
    scope.world.spend(len(pairs), span)
    if expression.key is None:
        return [{expression.item: item.inside(collection)} for _, item in pairs]
    key_name = expression.key
    return [{key_name: key.inside(collection), expression.item: item.inside(collection)} for key, item in pairs]
