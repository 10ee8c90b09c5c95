"""A condition of a template in, in which cases it holds out.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from srm_lint.model.source import Span
from srm_lint.model.value import List, Scalar, Unknown, Value
from srm_lint.read.cloudformation.expressions import ITEM, Evaluator, function_call, head, references
from srm_lint.read.cloudformation.scalars import as_text
from srm_lint.read.cloudformation.scenarios import (
    EVERY,
    NEVER,
    Cases,
    Depending,
    TooMany,
    but,
    one_of,
    only,
    ways_of,
)
from srm_lint.read.cloudformation.syntax import Mapping, Node, Sequence, Text


class Verdict(NamedTuple):
    """The cases in which a condition holds (`yes`) and in which it does not; `reason` says why both can be."""

    yes: Cases
    no: Cases
    reason: str = ""
    references: tuple[str, ...] = ()


def holds(evaluator: Evaluator, name: str, at: Span) -> Value:
    """Whether the condition called `name`, as it is asked at `at`, holds: true, false, or an Unknown that says why."""
    verdict = verdict_of(evaluator, name, at)
    if not evaluator.within(verdict.no):
        return Scalar(span=at, data=True)
    if not evaluator.within(verdict.yes):
        return Scalar(span=at, data=False)
    return Unknown(span=at, reason=verdict.reason, references=verdict.references)


def verdict_of(evaluator: Evaluator, name: str, at: Span) -> Verdict:
    """When the condition called `name` holds."""
    if (known := evaluator.verdicts.get(name)) is not None:
        return known
    scope = evaluator.scope
    node = scope.conditions.members.get(name)
    chain = evaluator.deciding
    if name in chain:
        circle = " → ".join((*chain[chain.index(name) :], name))
        message = f"the condition {name} depends on itself: {circle}"
        return _free(evaluator, evaluator.wrong(message, scope.conditions.keys[name]))
    if node is not None:
        chain.append(name)
        with evaluator.assuming(EVERY):
            verdict = decide(evaluator, node)
        chain.pop()
    elif scope.because:
        reason = f"the condition {name} is not in this text ({scope.because})"
        verdict = _free(evaluator, Unknown(span=at, reason=reason))
    else:
        verdict = _free(evaluator, evaluator.wrong(f"no condition is called {name}; define it under Conditions", at))
    if node is not None or scope.because:  # what is wrong is told wherever it is asked
        evaluator.verdicts[name] = verdict
    return verdict


def decide(evaluator: Evaluator, node: Node) -> Verdict:
    """When the condition written at `node` holds."""
    with evaluator.deeper() as allowed:
        return _decide(evaluator, node) if allowed else _free(evaluator, evaluator.too_deep(head(node)))


def _free(evaluator: Evaluator, unknown: Unknown) -> Verdict:
    """A condition that we cannot look into holds or does not, whatever else is so: it is an input of its own."""
    evaluator.unseen += 1
    name = f"{evaluator.scope.prefix}?{evaluator.unseen}"
    return Verdict(only(name, "true"), only(name, "false"), unknown.reason, unknown.references)


def _decide(evaluator: Evaluator, node: Node) -> Verdict:
    call = function_call(node)
    if call is None and isinstance(node, Mapping) and list(node.members) == ["Condition"]:
        call = "Condition", node.members["Condition"], head(node)
    if call is None:
        message = "a condition is made of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition"
        return _free(evaluator, evaluator.wrong(message, head(node)))
    name, argument, span = call
    if name == "Condition":
        if isinstance(argument, Text):
            return verdict_of(evaluator, argument.text, span)
        return _free(evaluator, evaluator.wrong("Condition takes the name of a condition", span))
    if name not in ("Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not"):
        return _free(evaluator, evaluator.wrong(f"{name} is no function of conditions", span))
    least, most = {"Fn::Equals": (2, 2), "Fn::Not": (1, 1)}.get(name, (2, 10))
    if not isinstance(argument, Sequence) or not least <= len(argument.items) <= most:
        many = f"{least} to {most} conditions" if most > least else "one condition" if most == 1 else "two values"
        return _free(evaluator, evaluator.wrong(f"{name} takes a list of {many}", span))
    if name == "Fn::Equals":
        return _equals(evaluator, argument.items, span)
    return _joined(evaluator, name, [decide(evaluator, item) for item in argument.items], span)


def _joined(evaluator: Evaluator, name: str, parts: list[Verdict], span: Span) -> Verdict:
    open_parts = [part for part in parts if part.yes and part.no]
    reason = open_parts[0].reason if open_parts else ""
    known = tuple(dict.fromkeys(name for part in open_parts for name in part.references))
    if name == "Fn::Not":
        return Verdict(parts[0].no, parts[0].yes, reason, known)
    try:
        yes = _all(evaluator, (part.yes for part in parts)) if name == "Fn::And" else one_of(part.yes for part in parts)
        no = one_of(part.no for part in parts) if name == "Fn::And" else _all(evaluator, (part.no for part in parts))
    except TooMany:
        return _free(evaluator, Unknown(span=span, reason=reason, references=known))
    return Verdict(yes, no, reason, known)


def _all(evaluator: Evaluator, several: Iterable[Cases]) -> Cases:
    met = EVERY
    for cases in several:
        met = evaluator.scenarios.both(met, cases)
    return met


def _equals(evaluator: Evaluator, nodes: list[Node], span: Span) -> Verdict:
    sides = [evaluator.value(node) for node in nodes]
    unknown = [side for side in sides if isinstance(side, Unknown)]
    reason = unknown[0].reason if unknown else "what it compares is not text"
    open_one = Unknown(span=span, reason=reason, references=references(sides))
    if not evaluator.spend(sum(ITEM * len(side.items) for side in sides if isinstance(side, List))):
        message = "the conditions of this template compare too much by here"
        return _free(evaluator, evaluator.wrong(message, span, kind="limit"))
    try:
        found = _compared(evaluator, sides)
    except TooMany:
        found = None
    if found is None:
        return _free(evaluator, open_one)
    yes, no = found
    return Verdict(yes, no, reason, open_one.references)


def _compared(evaluator: Evaluator, sides: list[Value]) -> tuple[Cases, Cases] | None:
    """The cases in which two values are equal and in which they are not; None where we cannot tell."""
    both = evaluator.scenarios.both
    left, right = ([(_text(value), cases) for value, cases in ways_of(side)] for side in sides)
    names = [side.input if isinstance(side, Depending) and not side.candidates else "" for side in sides]
    if names[0] and names[0] == names[1]:
        return EVERY, NEVER
    if names[0] or names[1]:
        name, known = (names[0], right) if names[0] else (names[1], left)
        if not known:
            return None
        yes = [both(cases, only(name, text)) for text, cases in known if text is not None]
        no = [both(cases, but(name, text)) for text, cases in known if text is not None]
        return (one_of(yes), one_of(no)) if len(yes) == len(known) else None
    if not left or not right or any(text is None for text, _ in (*left, *right)):
        return None
    if not evaluator.spend(ITEM * len(left) * len(right)):
        raise TooMany
    pairs = [(one == other, both(cases, more)) for one, cases in left for other, more in right]
    yes, no = ([cases for equal, cases in pairs if equal is wanted] for wanted in (True, False))
    return one_of(yes), one_of(no)


def _text(value: Value) -> str | None:
    if isinstance(value, Scalar):
        return as_text(value.data)
    if isinstance(value, List):
        items = [_text(item) for item in value.items]
        return "\0".join(["", *(item for item in items if item is not None)]) if None not in items else None
    return None
