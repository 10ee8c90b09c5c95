"""The arguments of an intrinsic function in, its `Value` out: one function here for each of CloudFormation's.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence as Several

from msgspec.structs import replace

from srm_lint.model.source import Span
from srm_lint.model.value import Absent, List, Object, Origin, Scalar, Unknown, Value, either
from srm_lint.read.cloudformation.conditions import holds
from srm_lint.read.cloudformation.expressions import Evaluator, Function, head, references
from srm_lint.read.cloudformation.networks import cidr
from srm_lint.read.cloudformation.scalars import as_text, resolve
from srm_lint.read.cloudformation.scope import NO_VALUE, PSEUDO
from srm_lint.read.cloudformation.syntax import Mapping, Node, Sequence, Text

_VARIABLE = re.compile(r"\$\{(!?)([^{}]*)\}")
_NAME = re.compile(r"[A-Za-z0-9_.:]+")


def refer(evaluator: Evaluator, name: str, span: Span) -> Value:
    """What `Ref` gives for `name`."""
    scope = evaluator.scope
    if name == NO_VALUE:
        return Absent(span=span)
    if name in PSEUDO:
        return Unknown(span=span, reason=f"{name}: {PSEUDO[name]}", references=(name,))
    if name in scope.parameters.members:
        return scope.parameter(name, span)
    if name in scope.resources.members:
        reason = f"the identifier of resource {name} is known only after deployment"
        return Unknown(span=span, reason=reason, references=(name,))
    return _undefined(evaluator, name, span)


def get_attribute(evaluator: Evaluator, name: str, attribute: str, span: Span) -> Value:
    """What `Fn::GetAtt` gives for an attribute of the resource called `name`."""
    if name not in evaluator.scope.resources.members:
        return _undefined(evaluator, name, span)
    reason = f"the {attribute} of resource {name} is known only after deployment"
    return Unknown(span=span, reason=reason, references=(name,))


def _undefined(evaluator: Evaluator, name: str, span: Span) -> Unknown:
    because = evaluator.scope.open_because
    if because:
        return Unknown(span=span, reason=f"{name} is not in this text ({because})", references=(name,))
    if name.startswith("AWS::"):
        return evaluator.wrong(f"{name} is no pseudo parameter; AWS::Region is one", span)
    return evaluator.wrong(f"no parameter or resource is called {name}; define it or correct the name", span)


def _ref(evaluator: Evaluator, node: Node, span: Span) -> Value:
    if isinstance(node, Text):
        return refer(evaluator, node.text, span)
    name = evaluator.value(node)
    if isinstance(name, Scalar) and isinstance(name.data, str):  # AWS::LanguageExtensions
        return refer(evaluator, name.data, span)
    return _need(evaluator, "Ref takes the name of a parameter or resource", span, name)


def _get_att(evaluator: Evaluator, node: Node, span: Span) -> Value:
    if isinstance(node, Text):
        name, dot, attribute = node.text.partition(".")
        if dot and name and attribute:
            return get_attribute(evaluator, name, attribute, span)
    elif isinstance(node, Sequence) and len(node.items) >= 2 and isinstance(node.items[0], Text):
        attributes = [evaluator.value(item) for item in node.items[1:]]
        named = ".".join(as_text(part.data) if isinstance(part, Scalar) else "…" for part in attributes)
        return get_attribute(evaluator, node.items[0].text, named, span)
    return evaluator.wrong("Fn::GetAtt takes the name of a resource and of its attribute", span)


def _need(evaluator: Evaluator, message: str, span: Span, *given: Value) -> Unknown:
    """An Unknown for a wrong argument; what is merely unknown or left out is not wrong."""
    unknown = [value for value in given if isinstance(value, Unknown)]
    if unknown:
        return Unknown(span=span, reason=unknown[0].reason, references=references(unknown))
    return evaluator.wrong(message, span)


def _pieces(parts: Several[Value | str]) -> list[str | None]:
    found: list[str | None] = []
    for part in parts:
        if isinstance(part, str):
            found.append(part)
        elif isinstance(part, Scalar):
            found.append(as_text(part.data))
        elif isinstance(part, Unknown) and part.pieces:
            found.extend(part.pieces)
        else:
            found.append(None)
    return found


def _sub(evaluator: Evaluator, node: Node, span: Span) -> Value:
    names: Mapping | None = None
    if isinstance(node, Sequence) and len(node.items) == 2 and isinstance(node.items[1], Mapping):
        node, names = node.items
    if not isinstance(node, Text) or node.tag is not None:
        return evaluator.wrong("Fn::Sub takes text, or a list of text and a mapping of its variables", span)
    parts: list[Value | str] = []
    end = 0
    for found in _VARIABLE.finditer(node.text):
        parts.append(node.text[end : found.start()])
        end = found.end()
        name = found[2].strip()
        if found[1]:
            parts.append("${" + found[2] + "}")
        elif not name:
            parts.append(found[0])
        else:
            parts.append(_variable(evaluator, name, names, span))
    parts.append(node.text[end:])
    written = [part for part in parts if part != ""]
    values = [part for part in written if isinstance(part, Value)]
    if len(values) == len(written) == 1 and isinstance(values[0], Scalar | Unknown):
        return _as_string(values[0])
    fixed = [part if isinstance(part, Value) else Scalar(span=span, data=part) for part in written]
    return _concatenated(evaluator, fixed, span)


def _variable(evaluator: Evaluator, name: str, names: Mapping | None, span: Span) -> Value:
    if names is not None and (node := names.members.get(name)) is not None:
        return evaluator.value(node, names.keys[name])
    if not _NAME.fullmatch(name):
        shown = name if len(name) <= 40 else name[:37] + "..."
        return evaluator.wrong(f"${{{shown}}} names nothing; write ${{!{shown}}} where the text itself is meant", span)
    if "." in name:
        return get_attribute(evaluator, *name.split(".", 1), span)
    return refer(evaluator, name, span)


def _as_string(value: Value) -> Value:
    if isinstance(value, Unknown) and value.candidates:
        return replace(value, candidates=tuple(_as_string(candidate) for candidate in value.candidates))
    if isinstance(value, Scalar) and not isinstance(value.data, str):
        return replace(value, data=as_text(value.data))
    return value


def _concatenated(evaluator: Evaluator, parts: Several[Value], span: Span) -> Value:
    """One text of `parts`: known, one of the texts that its parts' candidates make, or pieces with gaps."""
    wrong = next((part for part in parts if isinstance(part, List | Object | Absent)), None)
    if wrong is not None and not isinstance(wrong, List):
        return evaluator.wrong("only text can be put together here, and this part is none", span)
    choices = [part for part in parts if isinstance(part, Unknown)]
    if choices and all(choice.candidates for choice in choices):
        made = evaluator.lift(parts, lambda known: _concatenated(evaluator, known, span), span)
        if isinstance(made, Unknown) and made.candidates:
            return made
    if wrong is not None:
        reason = "a list stands where text belongs"
        parts = [Unknown(span=part.span, reason=reason) if isinstance(part, List) else part for part in parts]
    return evaluator.text(_pieces(parts), span, parts)


def _join(evaluator: Evaluator, node: Node, span: Span) -> Value:
    if not isinstance(node, Sequence) or len(node.items) != 2 or not isinstance(node.items[0], Text):
        return evaluator.wrong("Fn::Join takes a list of a delimiter, which is text, and a list of texts", span)
    delimiter = node.items[0].text
    values = evaluator.value(node.items[1])

    def joined(parts: Several[Value]) -> Value:
        (items,) = parts
        if not isinstance(items, List):
            return evaluator.wrong("Fn::Join takes a list of texts after its delimiter", span)
        between: list[Value] = []
        for item in items.items:
            if between:
                between.append(Scalar(span=span, data=delimiter))
            between.append(item)
        if any(isinstance(item, List) for item in items.items):
            return evaluator.wrong("Fn::Join joins texts, but one of these is a list", span)
        return _concatenated(evaluator, [_through(item, items) for item in between], span)

    return evaluator.lift([values], joined, span)


def _through(item: Value, container: Value) -> Value:
    return item.inside(container)


def _select(evaluator: Evaluator, node: Node, span: Span) -> Value:
    if not isinstance(node, Sequence) or len(node.items) != 2:
        return evaluator.wrong("Fn::Select takes a list of an index and a list", span)
    position, items = evaluator.value(node.items[0]), evaluator.value(node.items[1])

    def selected(parts: Several[Value]) -> Value:
        index, values = parts
        number = resolve(as_text(index.data)) if isinstance(index, Scalar) else None
        if isinstance(number, bool) or not isinstance(number, int):
            return evaluator.wrong("the index of Fn::Select must be a whole number", span)
        if not isinstance(values, List):
            return evaluator.wrong("Fn::Select selects from a list, and this is none", span)
        if not 0 <= number < len(values.items):
            return evaluator.wrong(f"Fn::Select asks for item {number} of a list of {len(values.items)}; the first is 0", span)
        return values.items[number].inside(values)

    return evaluator.lift([position, items], selected, span)


def _split(evaluator: Evaluator, node: Node, span: Span) -> Value:
    if not isinstance(node, Sequence) or len(node.items) != 2 or not isinstance(node.items[0], Text):
        return evaluator.wrong("Fn::Split takes a list of a delimiter and a text", span)
    delimiter = node.items[0].text
    if not delimiter:
        return evaluator.wrong("the delimiter of Fn::Split must not be empty", span)
    text = evaluator.value(node.items[1])

    def split(parts: Several[Value]) -> Value:
        (whole,) = parts
        if not isinstance(whole, Scalar):
            return evaluator.wrong("Fn::Split splits text, and this is none", span)
        items = as_text(whole.data).split(delimiter)
        if not evaluator.spend(len(items)):
            return evaluator.wrong("Fn::Split makes too many items here", span, kind="limit")
        made = tuple(replace(whole, data=item, encodes=None) for item in items)
        return List(span=whole.span, origin=whole.origin, trace=whole.trace, sensitive=whole.sensitive, items=made)

    return evaluator.lift([text], split, span)


def _if(evaluator: Evaluator, node: Node, span: Span) -> Value:
    if not isinstance(node, Sequence) or len(node.items) != 3 or not isinstance(node.items[0], Text):
        return evaluator.wrong("Fn::If takes a list of the name of a condition and two values", span)
    name = node.items[0].text
    verdict = holds(evaluator, name, span)
    if isinstance(verdict, Scalar):
        return evaluator.value(node.items[1 if verdict.data else 2])
    branches = []
    for assumed, branch in ((True, node.items[1]), (False, node.items[2])):
        outer, evaluator.assumed = evaluator.assumed, {**evaluator.assumed, name: assumed}
        try:
            branches.append(evaluator.value(branch))
        finally:
            evaluator.assumed = outer
    reason = verdict.reason if isinstance(verdict, Unknown) else "it is open"
    reason = f"it depends on the condition {name} ({reason})"
    return either(branches, span=span, reason=reason, references=references([verdict]))


def _find_in_map(evaluator: Evaluator, node: Node, span: Span) -> Value:
    if not isinstance(node, Sequence) or len(node.items) not in (3, 4):
        return evaluator.wrong("Fn::FindInMap takes a list of a mapping's name and two keys", span)
    name, *keys = (evaluator.value(item) for item in node.items[:3])
    if not isinstance(name, Scalar):
        return _need(evaluator, "Fn::FindInMap takes the name of a mapping first", span, name)
    mapping = evaluator.scope.mappings.members.get(str(name.data))
    if not isinstance(mapping, Mapping):
        if evaluator.scope.open_because:
            return Unknown(span=span, reason=f"the mapping {name.data} is not in this text")
        return evaluator.wrong(f"no mapping is called {name.data}; define it under Mappings", span)
    if "Fn::Transform" in mapping.members:
        return Unknown(span=span, reason=f"Fn::Transform fills the mapping {name.data} at deployment", references=references(keys))
    found: list[Value] = []
    for top in _chosen(keys[0], mapping):
        inner = mapping.members.get(top)
        for second in _chosen(keys[1], inner) if isinstance(inner, Mapping) else ():
            if isinstance(inner, Mapping) and (value := inner.members.get(second)) is not None:
                found.append(evaluator.value(value, inner.keys[second]).passed(span))
    if len(node.items) == 4 and isinstance(node.items[3], Mapping) and not _certain(keys, found):
        default = node.items[3].members.get("DefaultValue")
        if default is not None:
            found.append(evaluator.value(default))
    if not found:
        shown = " and ".join(_key_text(key) for key in keys)
        return _need(evaluator, f"the mapping {name.data} has nothing at the keys {shown}", span)
    if len(found) == 1:
        return found[0]
    unknown = [key for key in keys if isinstance(key, Unknown)]
    reason = unknown[0].reason if unknown else "its keys are unknown"
    return either(found, span=span, reason=reason, references=references(keys))


def _certain(keys: Several[Value], found: list[Value]) -> bool:
    return bool(found) and all(isinstance(key, Scalar) for key in keys)


def _key_text(key: Value) -> str:
    return as_text(key.data) if isinstance(key, Scalar) else "(unknown)"


def _chosen(key: Value, mapping: Mapping) -> list[str]:
    if isinstance(key, Unknown):
        if not key.candidates:
            return list(mapping.members)
        return [as_text(candidate.data) for candidate in key.candidates if isinstance(candidate, Scalar)]
    return [as_text(key.data)] if isinstance(key, Scalar) else []


def _base64(evaluator: Evaluator, node: Node, span: Span) -> Value:
    """The encoded text, which keeps what it was made of in `encodes`: secrets in user data are looked for there."""

    def encoded(parts: Several[Value]) -> Value:
        (text,) = parts
        if not isinstance(text, Scalar):
            return evaluator.wrong("Fn::Base64 takes text", span)
        data = base64.b64encode(as_text(text.data).encode("utf-8", "replace")).decode("ascii")
        return replace(text, data=data, encodes=text)

    value = evaluator.value(node)
    made = evaluator.lift([value], encoded, span)
    if isinstance(made, Unknown) and not made.candidates and isinstance(value, Unknown):
        return replace(made, encodes=value)
    return made


def _import_value(evaluator: Evaluator, node: Node, span: Span) -> Value:
    name = evaluator.value(node)
    shown = f" as {as_text(name.data)}" if isinstance(name, Scalar) else ""
    return Unknown(span=span, reason=f"another stack exports it{shown}", references=references([name]))


def _cidr(evaluator: Evaluator, node: Node, span: Span) -> Value:
    if not isinstance(node, Sequence) or len(node.items) not in (2, 3):
        return evaluator.wrong("Fn::Cidr takes a list of an address block, a count and a number of bits", span)
    if len(node.items) == 2:
        return Unknown(span=span, reason="Fn::Cidr has no number of bits")
    parts = [evaluator.value(item) for item in node.items]

    def blocks(known: Several[Value]) -> Value:
        texts = [as_text(part.data) if isinstance(part, Scalar) else "" for part in known]
        found = cidr(*texts)
        if isinstance(found, str):
            return evaluator.wrong(found, span)
        return List(span=span, items=tuple(Scalar(span=span, data=block) for block in found))

    return evaluator.lift(parts, blocks, span)


def _get_azs(evaluator: Evaluator, node: Node, span: Span) -> Value:
    region = evaluator.value(node)
    return Unknown(span=span, reason="the availability zones depend on the account and region", references=references([region]))


def _transform(_evaluator: Evaluator, node: Node, span: Span) -> Value:
    name = node.members.get("Name") if isinstance(node, Mapping) else None
    which = f" {name.text}" if isinstance(name, Text) else ""
    return Unknown(span=span, reason=f"the transform{which} makes it at deployment")


def _length(evaluator: Evaluator, node: Node, span: Span) -> Value:
    def counted(parts: Several[Value]) -> Value:
        (items,) = parts
        if not isinstance(items, List):
            return evaluator.wrong("Fn::Length takes a list", span)
        return Scalar(span=span, data=len(items.items), origin=items.origin)

    return evaluator.lift([evaluator.value(node)], counted, span)


def _to_json(evaluator: Evaluator, node: Node, span: Span) -> Value:
    """JSON text with its structure in `encodes`; how CloudFormation spaces the text is not documented, so it is not guessed."""
    value = evaluator.value(node)
    known = references([value])
    return Unknown(
        span=span, reason="the JSON text is made at deployment", references=known, encodes=value, sensitive=value.sensitive
    )


FUNCTIONS: dict[str, Function] = {
    "Ref": _ref,
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _get_azs,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::ImportValue": _import_value,
    "Fn::Join": _join,
    "Fn::Length": _length,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
    "Fn::ToJsonString": _to_json,
    "Fn::Transform": _transform,
}
