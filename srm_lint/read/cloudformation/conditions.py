"""A condition of a template in, whether it holds out: a true or false `Scalar`, or an Unknown that says why not.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from srm_lint.model.source import Span
from srm_lint.model.value import List, Scalar, Unknown, Value
from srm_lint.read.cloudformation.expressions import ITEM, Evaluator, function_call, head, references
from srm_lint.read.cloudformation.scalars import as_text
from srm_lint.read.cloudformation.syntax import Mapping, Node, Sequence, Text


def holds(evaluator: Evaluator, name: str, at: Span) -> Value:
    """Whether the condition called `name` holds, as it is asked at `at`."""
    if (assumed := evaluator.assumed.get(name)) is not None:
        return Scalar(span=at, data=assumed)
    if (known := evaluator.verdicts.get(name)) is not None:
        return known
    scope = evaluator.scope
    node = scope.conditions.members.get(name)
    if node is None:
        if scope.because:
            return Unknown(span=at, reason=f"the condition {name} is not in this text ({scope.because})")
        return evaluator.wrong(f"no condition is called {name}; define it under Conditions", at)
    chain = evaluator.deciding
    if name in chain:
        circle = " → ".join((*chain[chain.index(name) :], name))
        return evaluator.wrong(f"the condition {name} depends on itself: {circle}", scope.conditions.keys[name])
    chain.append(name)
    outer, evaluator.assumed = evaluator.assumed, {}
    try:
        verdict = decide(evaluator, node)
    finally:
        evaluator.assumed = outer
        chain.pop()
    evaluator.verdicts[name] = verdict
    return verdict


def decide(evaluator: Evaluator, node: Node) -> Value:
    """Whether the condition written at `node` holds."""
    with evaluator.deeper() as allowed:
        return _decide(evaluator, node) if allowed else evaluator.too_deep(head(node))


def _decide(evaluator: Evaluator, node: Node) -> Value:
    call = function_call(node)
    if call is None and isinstance(node, Mapping) and list(node.members) == ["Condition"]:
        call = "Condition", node.members["Condition"], head(node)
    if call is None:
        return evaluator.wrong("a condition is made of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition", head(node))
    name, argument, span = call
    if name == "Condition":
        if isinstance(argument, Text):
            return holds(evaluator, argument.text, span)
        return evaluator.wrong("Condition takes the name of a condition", span)
    if name not in ("Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not"):
        return evaluator.wrong(f"{name} is no function of conditions", span)
    least, most = {"Fn::Equals": (2, 2), "Fn::Not": (1, 1)}.get(name, (2, 10))
    if not isinstance(argument, Sequence) or not least <= len(argument.items) <= most:
        many = f"{least} to {most} conditions" if most > least else "one condition" if most == 1 else "two values"
        return evaluator.wrong(f"{name} takes a list of {many}", span)
    if name == "Fn::Equals":
        return _equals(evaluator, argument.items, span)
    return _joined(name, [decide(evaluator, item) for item in argument.items], span)


def _joined(name: str, parts: list[Value], span: Span) -> Value:
    known = [part.data for part in parts if isinstance(part, Scalar)]
    if name == "Fn::Not":
        return Scalar(span=span, data=not known[0]) if known else parts[0]
    decisive = name == "Fn::Or"
    if decisive in known:
        return Scalar(span=span, data=decisive)
    unknown = [part for part in parts if isinstance(part, Unknown)]
    if not unknown:
        return Scalar(span=span, data=not decisive)
    return Unknown(span=span, reason=unknown[0].reason, references=references(parts))


def _equals(evaluator: Evaluator, nodes: list[Node], span: Span) -> Value:
    left, right = sides = [evaluator.value(node) for node in nodes]
    if not evaluator.spend(sum(ITEM * len(side.items) for side in sides if isinstance(side, List))):
        return evaluator.wrong("the conditions of this template compare too much by here", span, kind="limit")
    ways = [side.candidates if isinstance(side, Unknown) else (side,) for side in sides]
    texts = [{_compared(value) for value in way} for way in ways]
    if all(texts) and all(None not in some for some in texts):
        if not texts[0] & texts[1]:
            return Scalar(span=span, data=False)
        if len(texts[0]) == len(texts[1]) == 1:
            return Scalar(span=span, data=True)
    unknown = [side for side in (left, right) if isinstance(side, Unknown)]
    reason = unknown[0].reason if unknown else "what it compares is not text"
    return Unknown(span=span, reason=reason, references=references(sides))


def _compared(value: Value) -> str | None:
    if isinstance(value, Scalar):
        return as_text(value.data)
    if isinstance(value, List):
        items = [_compared(item) for item in value.items]
        return "\0".join(["", *(item for item in items if item is not None)]) if None not in items else None
    return None
