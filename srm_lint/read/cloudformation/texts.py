"""Texts in, texts out: Sub, Join, Split, Base64, ToJsonString; what they cannot know becomes pieces with gaps."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence as Several

from msgspec.structs import replace

from srm_lint.model.source import Span
from srm_lint.model.value import Absent, List, Object, Scalar, Unknown, Value
from srm_lint.read.cloudformation.expressions import ITEM, Evaluator, head, references
from srm_lint.read.cloudformation.lists import settled
from srm_lint.read.cloudformation.names import get_attribute, refer
from srm_lint.read.cloudformation.scalars import as_text
from srm_lint.read.cloudformation.syntax import Mapping, Node, Sequence, Text

_VARIABLE = re.compile(r"\$\{(!?)([^{}]*)\}")
_NAME = re.compile(r"[A-Za-z0-9_.:]+")


def sub(evaluator: Evaluator, node: Node, span: Span) -> Value:
    """Text with variables in it."""
    names: Mapping | None = None
    if isinstance(node, Sequence) and len(node.items) == 2 and isinstance(node.items[1], Mapping):
        names = node.items[1]
        node = node.items[0]
        # The text is where the fix goes, not the function's name on a line above.
        span = span if span.line == node.span.line else head(node)
    if not isinstance(node, Text) or node.tag is not None:
        return evaluator.wrong("Fn::Sub takes text, or a list of text and a mapping of its variables", span)
    if not evaluator.spend(len(node.text)):
        return _too_long(evaluator, span)
    parts: list[Value | str] = []
    known: dict[str, Value] = {}
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
            if name not in known:  # once each: variables made of variables would double with every level
                known[name] = _variable(evaluator, name, names, span)
            parts.append(known[name])
    parts.append(node.text[end:])
    written = [part for part in parts if part != ""]
    values = [part for part in written if isinstance(part, Value)]
    if len(values) == len(written) == 1 and isinstance(values[0], Scalar | Unknown):
        return _as_string(values[0])
    fixed = [part if isinstance(part, Value) else Scalar(span=span, data=part) for part in written]
    return _concatenated(evaluator, fixed, span)


def _too_long(evaluator: Evaluator, span: Span) -> Unknown:
    return evaluator.wrong("the texts that this template puts together are too long by here", span, kind="limit")


def _variable(evaluator: Evaluator, name: str, names: Mapping | None, span: Span) -> Value:
    if names is not None and (node := names.members.get(name)) is not None:
        return evaluator.value(node, names.keys[name])
    if not _NAME.fullmatch(name):
        shown = name if len(name) <= 40 else name[:37] + "..."
        return evaluator.wrong(f"${{{shown}}} names nothing; write ${{!{shown}}} where the text itself is meant", span)
    if "." in name:
        owner, _, attribute = name.partition(".")
        return get_attribute(evaluator, owner, attribute, span)
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
        if not isinstance(made, Unknown) or made.candidates:
            return made
    if wrong is not None:
        reason = "a list stands where text belongs"
        parts = [Unknown(span=part.span, reason=reason) if isinstance(part, List) else part for part in parts]
    return evaluator.text(_pieces(parts), span, parts)


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


def join(evaluator: Evaluator, node: Node, span: Span) -> Value:
    """Texts with a delimiter between them."""
    if not isinstance(node, Sequence) or len(node.items) != 2 or not isinstance(node.items[0], Text):
        return evaluator.wrong("Fn::Join takes a list of a delimiter, which is text, and a list of texts", span)
    delimiter = node.items[0].text
    values = settled(evaluator, evaluator.value(node.items[1]), span)

    def joined(parts: Several[Value]) -> Value:
        (items,) = parts
        if not isinstance(items, List):
            return evaluator.wrong("Fn::Join takes a list of texts after its delimiter", span)
        if not evaluator.spend(ITEM * len(items.items)):
            return _too_long(evaluator, span)
        if any(isinstance(item, List) for item in items.items):
            return evaluator.wrong("Fn::Join joins texts, but one of these is a list", span)
        return _glued(evaluator, delimiter, [item.inside(items) for item in items.items], span)

    return evaluator.lift([values], joined, span)


def _glued(evaluator: Evaluator, delimiter: str, items: Several[Value], span: Span) -> Value:
    between: list[Value] = []
    for item in items:
        if between:
            between.append(Scalar(span=span, data=delimiter))
        between.append(item)
    return _concatenated(evaluator, between, span)


def split(evaluator: Evaluator, node: Node, span: Span) -> Value:
    """A text as a list."""
    if not isinstance(node, Sequence) or len(node.items) != 2 or not isinstance(node.items[0], Text):
        return evaluator.wrong("Fn::Split takes a list of a delimiter and a text", span)
    delimiter = node.items[0].text
    if not delimiter:
        return evaluator.wrong("the delimiter of Fn::Split must not be empty", span)
    text = evaluator.value(node.items[1])

    def pieces(parts: Several[Value]) -> Value:
        (whole,) = parts
        if not isinstance(whole, Scalar):
            return evaluator.wrong("Fn::Split splits text, and this is none", span)
        written = as_text(whole.data)
        if not evaluator.spend(len(written) + ITEM * written.count(delimiter)):
            return _too_long(evaluator, span)
        items = written.split(delimiter)
        made = tuple(replace(whole, data=item, encodes=None) for item in items)
        return List(span=whole.span, origin=whole.origin, trace=whole.trace, sensitive=whole.sensitive, items=made)

    return evaluator.lift([text], pieces, span)


def base64_of(evaluator: Evaluator, node: Node, span: Span) -> Value:
    """The encoded text, which keeps what it was made of in `encodes`: secrets in user data are looked for there."""

    def encoded(parts: Several[Value]) -> Value:
        (text,) = parts
        if isinstance(text, Absent):
            return text
        if not isinstance(text, Scalar):
            return evaluator.wrong("Fn::Base64 takes text", span)
        if not evaluator.spend(2 * len(as_text(text.data))):
            return _too_long(evaluator, span)
        data = base64.b64encode(as_text(text.data).encode("utf-8", "replace")).decode("ascii")
        return replace(text, data=data, encodes=text)

    value = evaluator.value(node)
    made = evaluator.lift([value], encoded, span)
    if isinstance(made, Unknown) and not made.candidates and isinstance(value, Unknown):
        return replace(made, encodes=value)
    return made


def to_json_string(evaluator: Evaluator, node: Node, span: Span) -> Value:
    """JSON text with its structure in `encodes`; how CloudFormation spaces it is not documented, so not guessed."""
    value = evaluator.value(node)
    known = references([value])
    reason = "the JSON text is made at deployment"
    return Unknown(span=span, reason=reason, references=known, encodes=value, sensitive=value.sensitive)
