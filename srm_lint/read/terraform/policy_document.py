"""The blocks of `data "aws_iam_policy_document"` in, its `json` out: text whose `encodes` is the IAM policy with the
spans of the HCL.

Only this module knows that data source, the one whose result is a matter of writing and not of asking AWS.
See https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from srm_lint.model.source import Span
from srm_lint.model.value import Absent, List, Object, Scalar, Unknown, Value, either
from srm_lint.read.terraform import functions
from srm_lint.read.terraform.conversion import is_null
from srm_lint.read.terraform.functions.documents import Writer, write_json
from srm_lint.read.terraform.operators import unknown_of

VERSION = "2012-10-17"
_LISTS = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}
_PRINCIPALS = {"principals": "Principal", "not_principals": "NotPrincipal"}

Written = Callable[[str], Value | None]


def document(span: Span, written: Written, environment: functions.Environment, *, minified: bool) -> Value:
    """The `json` of a policy document at `span`, or its `minified` form, whose arguments and blocks `written` tells
    (None or `Absent`: not set).
    """
    own = _own(span, written)
    merged = _Policy(span)
    for name in ("source_json", "source_policy_documents"):
        for source in _documents(written(name), environment):
            merged.merge(source)
    merged.merge(own)
    for name in ("override_json", "override_policy_documents"):
        for source in _documents(written(name), environment):
            merged.merge(source)
    structure = merged.structure()
    writer = Writer(functions.Site("aws_iam_policy_document", span, environment))
    try:
        write_json(structure, writer, line="" if minified else "\n", order=_ordered)
    except functions.FunctionError as error:
        return Unknown(span=span, reason=error.message, encodes=structure)
    return writer.finish(structure)


_ORDER = (
    *("Version", "Id", "Statement"),
    *("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"),
)
"""How the provider's structures are laid out, `IAMPolicyDoc` and `IAMPolicyStatement` in policy_model.go."""


def _ordered(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))


class _Policy:
    """A policy that others are merged into: a statement replaces the one with its sid."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self.version: Value = Scalar(span=span, data=VERSION)
        self.id: Value | None = None
        self.statements: list[Value] = []

    def merge(self, other: Object | Unknown) -> None:
        """Takes over another policy's statements, version and id."""
        if isinstance(other, Unknown):
            self.statements.append(other)
            return
        version, id_ = other.members.get("Version"), other.members.get("Id")
        if version is not None:
            self.version = version
        if id_ is not None:
            self.id = id_
        for statement in _statements(other):
            sid = _sid(statement)
            place = next((at for at, known in enumerate(self.statements) if sid and _sid(known) == sid), None)
            if place is None:
                self.statements.append(statement)
            else:
                self.statements[place] = statement

    def structure(self) -> Object:
        """The merged policy."""
        members: dict[str, Value] = {"Version": self.version}
        if self.id is not None:
            members["Id"] = self.id
        members["Statement"] = List(span=self.span, items=tuple(self.statements))
        return Object(span=self.span, members=members)


def _statements(policy: Object) -> Sequence[Value]:
    statements = policy.members.get("Statement")
    if statements is None:
        return ()
    if isinstance(statements, List):
        return [item.inside(statements).inside(policy) for item in statements.items]
    return (statements.inside(policy),)


def _sid(statement: Value) -> str:
    sid = statement.members.get("Sid") if isinstance(statement, Object) else None
    return sid.data if isinstance(sid, Scalar) and isinstance(sid.data, str) else ""


def _documents(value: Value | None, environment: functions.Environment) -> list[Object | Unknown]:
    """The policies of an argument that holds JSON text, or a list of it."""
    if value is None or _unset(value):
        return []
    if isinstance(value, List):
        return [found for item in value.items for found in _documents(item.inside(value), environment)]
    if isinstance(value, Scalar | Unknown) and isinstance(value.encodes, Object):
        return [value.encodes]
    if isinstance(value, Unknown):
        return [_any_of(value, environment)]
    if isinstance(value, Scalar) and value.data == "":
        return []
    try:
        decoded = functions.call("jsondecode", [value], value.span, environment)
    except functions.FunctionError as error:
        return [Unknown(span=value.span, trace=value.trace, reason=f"it is not a policy: {error.message}")]
    if isinstance(decoded, Object | Unknown):
        return [decoded]
    return [Unknown(span=value.span, trace=value.trace, reason="it is not a policy document")]


def _any_of(value: Unknown, environment: functions.Environment) -> Unknown:
    """The statement of one of several policies, where each of them has at most one; else an open unknown."""
    plain = replace(value, candidates=(), pieces=(), encodes=None)
    choices: list[Value] = []
    for candidate in value.candidates:
        found = _documents(candidate, environment)
        statements = [statement for policy in found if isinstance(policy, Object) for statement in _statements(policy)]
        if len(statements) > 1 or any(isinstance(policy, Unknown) for policy in found):
            return plain
        choices.append(statements[0] if statements else Absent(span=value.span, trace=value.trace))
    return replace(plain, candidates=tuple(choices))


def _unset(value: Value) -> bool:
    return isinstance(value, Absent) or is_null(value)


# The statements that are written here


def _own(span: Span, written: Written) -> Object:
    members: dict[str, Value] = {}
    for name, key in (("version", "Version"), ("policy_id", "Id")):
        value = written(name)
        if value is not None and not _unset(value):
            members[key] = value
    statements = _blocks(written("statement"))
    items = (
        statements.items if isinstance(statements, List) else (statements,) if isinstance(statements, Unknown) else ()
    )
    members["Statement"] = List(span=span, items=tuple([_each(item, _statement) for item in items]))
    return Object(span=span, members=members)


def _blocks(value: Value | None) -> Value | None:
    """A block that is written as an argument, `statement = {…}`, as Terraform 0.11 took it, as the list of one."""
    return List(span=value.span, trace=value.trace, items=(value,)) if isinstance(value, Object) else value


def _each(value: Value, convert: Callable[[Object], Value]) -> Value:
    """`convert` done to a block, and to each of the blocks that an unknown one can be."""
    if isinstance(value, Object):
        return convert(value)
    if isinstance(value, Unknown):
        return replace(value, candidates=tuple([_each(candidate, convert) for candidate in value.candidates]))
    return value


def _statement(block: Object) -> Object:
    members: dict[str, Value] = {}
    keys: dict[str, Span] = {}

    def take(name: str, key: str, value: Value | None) -> None:
        if value is not None and not _unset(value):
            members[key] = value
            if name in block.keys:
                keys[key] = block.keys[name]

    take("sid", "Sid", block.members.get("sid"))
    effect = block.members.get("effect")
    take("effect", "Effect", Scalar(span=block.span, data="Allow") if effect is None or _unset(effect) else effect)
    for name, key in _LISTS.items():
        take(name, key, _as_set(block.members.get(name)))
    for name, key in _PRINCIPALS.items():
        take(name, key, _principals(_blocks(block.members.get(name))))
    take("condition", "Condition", _conditions(_blocks(block.members.get("condition"))))
    return Object(span=block.span, members=members, keys=keys)


def _principals(blocks: Value | None) -> Value | None:
    """`{"AWS": […]}`; one block of type `*` with the identifier `*` is the text `*`."""
    if not isinstance(blocks, List):
        return blocks
    if not blocks.items:
        return None
    if any(not isinstance(block, Object) for block in blocks.items):
        return _any_block(blocks, _principals)
    found: dict[str, Value] = {}
    for block in blocks.items:
        if not isinstance(block, Object):
            continue
        kind, identifiers = block.members.get("type"), block.members.get("identifiers")
        if not isinstance(kind, Scalar) or identifiers is None:
            return unknown_of([value for value in (kind, identifiers) if value is not None], block.span)
        name = str(kind.data)
        if name == "*" and len(blocks.items) == 1 and _is_star(identifiers):
            return Scalar(span=_first(identifiers).span, trace=_first(identifiers).trace, data="*")
        found[name] = _together(found.get(name), _as_set(identifiers) or identifiers)
    return Object(span=blocks.items[0].span, members=found)


def _any_block(blocks: List, convert: Callable[[Value | None], Value | None]) -> Value:
    """`convert` done to the blocks with and without those of which it is not known whether they are written."""
    unknown = [block for block in blocks.items if isinstance(block, Unknown)]
    if len(unknown) != 1 or not unknown[0].candidates:
        return unknown_of(blocks.items, blocks.span)
    results: list[Value] = []
    for candidate in unknown[0].candidates:
        items = [candidate if block is unknown[0] else block for block in blocks.items]
        result = convert(replace(blocks, items=tuple([item for item in items if not isinstance(item, Absent)])))
        results.append(Absent(span=blocks.span) if result is None else result)
    return either(results, span=blocks.span, reason=unknown[0].reason, references=unknown[0].references)


def _is_star(identifiers: Value) -> bool:
    if not isinstance(identifiers, List) or len(identifiers.items) != 1:
        return False
    item = identifiers.items[0]
    return isinstance(item, Scalar) and item.data == "*"


def _first(identifiers: Value) -> Value:
    return identifiers.items[0] if isinstance(identifiers, List) and identifiers.items else identifiers


def _as_set(value: Value | None) -> Value | None:
    """A set of texts as the provider writes it: one as that text, several from the last to the first, none not at all.

    `policyDecodeConfigStringList` in
    https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/iam/policy_model.go
    """
    if not isinstance(value, List) or not all(isinstance(item, Scalar) for item in value.items):
        return None if value is None else _alone(value)
    texts = {str(item.data): item for item in value.items if isinstance(item, Scalar)}
    if not texts:
        return None
    return _alone(replace(value, items=tuple([texts[text] for text in sorted(texts, reverse=True)]), unordered=False))


def _alone(value: Value) -> Value:
    """A list of one as that one."""
    if isinstance(value, List) and len(value.items) == 1:
        return value.items[0].inside(value)
    return value


def _together(first: Value | None, second: Value) -> Value:
    """What several blocks say of one thing: each a text or a list of texts."""
    if first is None:
        return second
    if isinstance(first, Unknown) or isinstance(second, Unknown):
        return unknown_of((first, second), second.span)
    items = [*(first.items if isinstance(first, List) else (first,))]
    items += [item.inside(second) for item in second.items] if isinstance(second, List) else [second]
    return List(span=first.span, trace=first.trace, items=tuple(items))


def _conditions(blocks: Value | None) -> Value | None:
    """`{"StringEquals": {"aws:SourceArn": […]}}`."""
    if not isinstance(blocks, List):
        return blocks
    if not blocks.items:
        return None
    if any(not isinstance(block, Object) for block in blocks.items):
        return _any_block(blocks, _conditions)
    found: dict[str, dict[str, Value]] = {}
    spans: dict[str, Span] = {}
    for block in blocks.items:
        if not isinstance(block, Object):
            continue
        test, variable, values = (block.members.get(name) for name in ("test", "variable", "values"))
        if not isinstance(test, Scalar) or not isinstance(variable, Scalar) or values is None:
            return unknown_of([value for value in (test, variable, values) if value is not None], block.span)
        operator = str(test.data)
        spans.setdefault(operator, block.span)
        variables = found.setdefault(operator, {})
        variables[str(variable.data)] = _together(variables.get(str(variable.data)), _alone(values))
    members: dict[str, Value] = {
        operator: Object(span=spans[operator], members=variables) for operator, variables in found.items()
    }
    return Object(span=blocks.items[0].span, members=members)
