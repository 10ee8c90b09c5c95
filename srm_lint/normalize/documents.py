"""Policy documents in any form they are written in; an object with `statements`, spans kept, out.

Only this module knows IAM's JSON grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from srm_lint.model.source import Source, Span
from srm_lint.model.value import Absent, List, Object, Scalar, Statement, Unknown, Value
from srm_lint.normalize.jsontext import NotJson, read_json

_LISTS = {
    "Action": "actions",
    "NotAction": "not_actions",
    "Resource": "resources",
    "NotResource": "not_resources",
}


def document(value: Value, sources: Mapping[str, Source]) -> Value:
    """`value` (JSON text, known or with gaps; what `jsonencode` made; an object) as `{statements: […]}`.

    What cannot be read as a document is an `Unknown` that says why.
    """
    if isinstance(value, Scalar | Unknown) and value.encodes is not None:
        return document(value.encodes.inside(value), sources)
    if isinstance(value, Object):
        return _document(value)
    if isinstance(value, Scalar) and value.data == "":
        return _document(Object(span=value.span, trace=value.trace, members={}))
    if isinstance(value, Scalar) and isinstance(value.data, str):
        return _parsed((value.data,), value, sources)
    if isinstance(value, Unknown):
        if value.candidates:
            return replace(value, candidates=tuple(document(one, sources) for one in value.candidates), pieces=())
        if any(value.pieces):
            return _parsed(value.pieces, value, sources)
        return value
    if isinstance(value, Absent):
        return value
    return Unknown(span=value.span, trace=value.trace, reason="a policy document was expected here")


def _parsed(pieces: tuple[str | None, ...], value: Value, sources: Mapping[str, Source]) -> Value:
    try:
        read = read_json(pieces, value, sources)
    except NotJson as error:
        return Unknown(span=value.span, trace=value.trace, reason=f"the policy document is not JSON: {error}")
    return document(read, sources) if isinstance(read, Object) else Unknown(span=value.span, reason="it is no object")


def _document(body: Object) -> Value:
    statements = _find(body, "Statement")
    if isinstance(statements, Absent) and not isinstance(_find(body, "Effect"), Absent):
        # AWS::Events::EventBusPolicy takes a statement where others take a document.
        statements = body
    if isinstance(statements, Absent):
        # A document without a statement grants nothing.
        return Object(span=body.span, members={"statements": List(span=body.span, items=())})
    return Object(
        span=body.span,
        origin=body.origin,
        trace=body.trace,
        members={"statements": _with_denials(_each(statements, _statement))},
    )


def _each(value: Value, make: Callable[[Value], Value]) -> Value:
    """`value` as a list, one or many, with `make` applied to each item and to each that it may be."""
    if isinstance(value, List):
        return replace(value, items=tuple(_over(item.inside(value), make) for item in value.items), trace=())
    if isinstance(value, Unknown):
        if value.candidates:
            return replace(value, candidates=tuple(_each(one, make) for one in value.candidates))
        if not value.pieces:
            return value
    # What has pieces is a text, whatever its gaps hold: one, not many.
    return List(span=value.span, items=(_over(value, make),))


def _over(value: Value, make: Callable[[Value], Value]) -> Value:
    if isinstance(value, Unknown):
        return replace(value, candidates=tuple(_over(candidate, make) for candidate in value.candidates))
    return value if isinstance(value, Absent) else make(value)


def _find(body: Object, name: str) -> Value:
    """The member `name`, in whatever case: IAM's keywords are written so in the grammar, and hand-written JSON
    strays.
    """
    if name in body.members:
        return body.get(name)
    for member in body.members:
        if member.lower() == name.lower():
            return body.get(member)
    return Absent(span=body.span, trace=body.trace)


def _statement(value: Value) -> Value:
    if not isinstance(value, Object):
        return Unknown(span=value.span, trace=value.trace, reason="a statement was expected here")
    # In the order in which they decide: what is left open is told by its first unknown.
    members: dict[str, Value] = {"effect": _find(value, "Effect")}
    for native, neutral in (("Principal", "principals"), ("NotPrincipal", "not_principals")):
        found = _find(value, native)
        if not isinstance(found, Absent):
            members[neutral] = _principals(found)
    for native, neutral in _LISTS.items():
        found = _find(value, native)
        if not isinstance(found, Absent):
            members[neutral] = _each(found, lambda one: one)
    members["conditions"] = _conditions(_find(value, "Condition"))
    members["sid"] = _find(value, "Sid")
    return Statement(span=_statement_span(value), origin=value.origin, trace=value.trace, members=members)


def _with_denials(statements: Value) -> Value:
    """Statements that know the denials beside them."""
    if isinstance(statements, Unknown):
        return replace(statements, candidates=tuple(map(_with_denials, statements.candidates)))
    if not isinstance(statements, List):
        return statements
    denials = tuple(one for one in statements.items if isinstance(one, Statement) and _denies(one))
    if not denials:
        return statements
    items = (replace(one, denials=denials) if isinstance(one, Statement) else one for one in statements.items)
    return replace(statements, items=tuple(items))


def _denies(statement: Statement) -> bool:
    effect = statement.members["effect"]
    return isinstance(effect, Scalar) and effect.data == "Deny"


def _statement_span(value: Object) -> Span:
    # A statement is a block of its own: point at where it begins, not at all of it.
    span = value.span
    return span if span.line == span.end_line else replace(span, end_line=span.line, end_column=span.column + 1)


def _principals(value: Value) -> Value:
    if isinstance(value, Unknown):
        return replace(value, candidates=tuple(_principals(one) for one in value.candidates))
    if isinstance(value, Scalar):
        # "*" means everyone; the type is not written.
        return List(span=value.span, items=(_principal("*", value.span, value),))
    if not isinstance(value, Object):
        return Unknown(span=value.span, trace=value.trace, reason="a principal was expected here")
    items: list[Value] = []
    for type_, ids in value.members.items():
        span = value.keys.get(type_, ids.span)
        listed = _each(ids.inside(value), lambda one: one)
        if isinstance(listed, List):
            items.extend(_principal(type_, span, item) for item in listed.items)
        else:
            items.append(_principal(type_, span, listed))
    return List(span=value.span, items=tuple(items))


def _principal(type_: str, span: Span, id_: Value) -> Value:
    return Object(span=id_.span, trace=id_.trace, members={"type": Scalar(span=span, data=type_), "id": id_})


def _conditions(value: Value) -> Value:
    if isinstance(value, Absent):
        return List(span=value.span, items=())
    if isinstance(value, Unknown):
        return replace(value, candidates=tuple(_conditions(one) for one in value.candidates))
    if not isinstance(value, Object):
        return Unknown(span=value.span, trace=value.trace, reason="conditions were expected here")
    items: list[Value] = []
    for operator, block in value.members.items():
        if not isinstance(block, Object):
            items.append(_condition(operator, block, block))
            continue
        items.extend(_condition(operator, Scalar(span=block.span, data=key), block.get(key)) for key in block.members)
    return List(span=value.span, items=tuple(items))


def _condition(operator: str, key: Value, values: Value) -> Value:
    members = {"operator": Scalar(span=key.span, data=operator), "key": key, "values": _each(values, lambda one: one)}
    return Object(span=values.span, trace=values.trace, members=members)
