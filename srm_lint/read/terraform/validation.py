"""The `validation` blocks of a variable in; whether its value is taken, and which values it can have at all, out.

See https://developer.hashicorp.com/terraform/language/values/variables#custom-validation-rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from srm_lint.model.value import MAX_CANDIDATES, Scalar, Value
from srm_lint.read.terraform.expressions import Attribute, Binary, Call, Expression, Literal, Name, Traversal, Tuple
from srm_lint.read.terraform.surroundings import Surroundings
from srm_lint.read.terraform.syntax import Block
from srm_lint.read.terraform.world import Scope


def conditions(variable: Block) -> Iterator[tuple[Expression, Block]]:
    """The condition of each rule, with the rule."""
    for rule in variable.blocks:
        condition = rule.attributes.get("condition")
        if rule.keyword == "validation" and condition is not None:
            yield condition.expression, rule


def refusal(variable: Block, surroundings: Surroundings, scope: Scope) -> str | None:
    """Why the value that the variable has in `scope` is not taken; None where it is, or where that is not known."""
    for condition, rule in conditions(variable):
        holds = surroundings.settled(condition, scope)
        if isinstance(holds, Scalar) and holds.data is False:
            message = rule.attributes.get("error_message")
            told = None if message is None else surroundings.settled(message.expression, scope)
            if isinstance(told, Scalar) and isinstance(told.data, str) and not told.sensitive:
                return told.data
            return "one of its validation rules does not hold."
    return None


def choices(variable: Block) -> tuple[Value, ...]:
    """All values that the rules let a variable have, where they list them; none where they do not."""
    for condition, _ in conditions(variable):
        found = _listed(condition, variable.labels[0])
        if found and len(found) <= MAX_CANDIDATES:
            return tuple([literal.value for literal in found])
    return ()


def _listed(condition: Expression, name: str) -> list[Literal] | None:
    """The literals one of which the variable is wherever `condition` holds; None where that is not plain to see."""
    match condition:
        case Call(name="contains", arguments=(Tuple(items=items), subject)) if _is_variable(subject, name):
            literals = [item for item in items if isinstance(item, Literal)]
            return literals if len(literals) == len(items) else None
        case Binary(operator="==", left=one, right=other):
            pair = (one, other) if isinstance(other, Literal) else (other, one)
            return [pair[1]] if isinstance(pair[1], Literal) and _is_variable(pair[0], name) else None
        case Binary(operator="||", left=left, right=right):
            sides = (_listed(left, name), _listed(right, name))
            return [literal for side in sides for literal in side or ()] if all(sides) else None
        case Binary(operator="&&", left=left, right=right):
            return _listed(left, name) or _listed(right, name)
    return None


def _is_variable(expression: Expression, name: str) -> bool:
    match expression:
        case Traversal(root=Name(name="var"), steps=(Attribute(name=step),)):
            return step == name
    return False
