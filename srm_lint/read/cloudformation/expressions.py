"""A node of the tree in, its `Value` out; knows both notations of functions, and where a value is said to stand.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Sequence as Several
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

from srm_lint.model.source import ProblemKind, Span
from srm_lint.model.value import MAX_CANDIDATES, Absent, List, Object, Origin, Scalar, Unknown, Value
from srm_lint.read.cloudformation.dynamic import dynamic, joined_pieces
from srm_lint.read.cloudformation.scalars import resolve
from srm_lint.read.cloudformation.scenarios import EVERY, Cases, Depending, Scenarios, ways_of
from srm_lint.read.cloudformation.scope import Scope
from srm_lint.read.cloudformation.syntax import LOOP, MAX_DEPTH, Gap, Mapping, Node, Sequence, Text

if TYPE_CHECKING:
    from srm_lint.read.cloudformation.conditions import Verdict

MAX_WORK = 20_000_000
"""Characters that the functions of one template may make in all. An item of a list counts as `ITEM` of them."""
ITEM = 64

Function = Callable[["Evaluator", Node, Span], Value]


class Evaluator:
    """Evaluates the nodes of one template. `possible` are the cases that there can be at this place."""

    def __init__(self, scope: Scope, functions: dict[str, Function]) -> None:
        self.scope = scope
        self.functions = functions
        self.possible: Cases = EVERY
        self.scenarios = Scenarios()
        self.referred: dict[str, Span] = {}
        self.verdicts: dict[str, Verdict] = {}
        self.deciding: list[str] = []
        self.unseen = 0
        self._work = MAX_WORK
        self._depth = 0

    def value(self, node: Node, at: Span | None = None) -> Value:
        """What `node` is worth. `at` is the key that introduces it: where its objects and lists are said to stand."""
        self._depth += 1
        try:
            return self._value(node, at) if self._depth <= MAX_DEPTH else self.too_deep(at or head(node))
        finally:
            self._depth -= 1

    @contextmanager
    def deeper(self) -> Iterator[bool]:
        """One step down, by another way than `value`; gives False where that is too deep."""
        self._depth += 1
        try:
            yield self._depth <= MAX_DEPTH
        finally:
            self._depth -= 1

    @contextmanager
    def assuming(self, cases: Cases) -> Iterator[None]:
        """For a while, there can only be these cases."""
        outer, self.possible = self.possible, cases
        try:
            yield
        finally:
            self.possible = outer

    @contextmanager
    def recording(self) -> Iterator[dict[str, Span]]:
        """The resources that are referred to meanwhile, and where each first is."""
        outer, self.referred = self.referred, {}
        try:
            yield self.referred
        finally:
            self.referred = outer

    def within(self, cases: Cases) -> Cases:
        """Those of `cases` that there can be here."""
        return self.scenarios.narrowed(self.possible, cases)

    def possibly(self, value: Value) -> Value:
        """`value` without the candidates that it cannot be here."""
        if self.possible is EVERY or not isinstance(value, Depending) or not value.candidates:
            return value
        ways = [(one, self.within(cases)) for one, cases in ways_of(value)]
        left = self.scenarios.choose(ways, span=value.span, reason=value.reason, references=value.references)
        if not isinstance(left, Depending):
            return left
        return replace(value, candidates=left.candidates, ways=left.ways)

    def too_deep(self, span: Span) -> Unknown:
        """Stands in for a value that lies deeper than we go."""
        return self.wrong(f"values lead to one another over {MAX_DEPTH} deep here; flatten them", span, kind="limit")

    def _value(self, node: Node, at: Span | None) -> Value:
        if (call := function_call(node)) is not None:
            name, argument, span = call
            return self._call(name, argument, span)
        if isinstance(node, Text):
            return self.literal(node)
        if isinstance(node, Sequence):
            items = [self.value(item) for item in node.items]
            return List(span=at or head(node), items=tuple(item for item in items if not isinstance(item, Absent)))
        if isinstance(node, Gap):
            return Unknown(span=node.span, reason=node.reason)
        if not isinstance(node, Mapping):
            raise TypeError(node)
        for key, span in node.keys.items():
            if key.startswith("Fn::"):
                return self._mixed(key, span, at or head(node))
        members = {key: self.value(child, node.keys[key]) for key, child in node.members.items()}
        return Object(span=at or head(node), members=members, keys=node.keys)

    def _call(self, name: str, argument: Node, span: Span) -> Value:
        function = self.functions.get(name)
        if function is not None:
            return function(self, argument, span)
        if name.startswith(LOOP):
            return self._mixed(name, span, span)
        meant = {known.lower(): known for known in self.functions}.get(name.rstrip(": ").lower())
        hint = f"did you mean {meant}?" if meant else "check its name"
        return self.wrong(f"{name} is no function that may stand here; {hint}", span)

    def _mixed(self, key: str, span: Span, at: Span) -> Unknown:
        """A mapping that has `key`, the name of a function, among its members."""
        if key == "Fn::Transform":
            return Unknown(span=at, reason="Fn::Transform adds members at deployment")
        if key.startswith(LOOP):
            return self.wrong(f"{key} may not stand here", span)
        return self.wrong(f"{key} must be the only key of its mapping", span)

    def literal(self, node: Text) -> Value:
        """A scalar that is written out: text, boolean, number, or `Absent` for null."""
        data = resolve(node.text) if node.plain else node.text
        if data is None:
            return Absent(span=node.span)
        if isinstance(data, str):
            if "{{resolve:" in data:
                return self.text([data], node.span, [])
            if self.scope.foreign and self.scope.foreign.search(data):
                return Unknown(span=node.span, reason="the Serverless Framework fills it in")
        return Scalar(span=node.span, data=data)

    def wrong(self, message: str, span: Span, *, kind: ProblemKind = "syntax") -> Unknown:
        """Report `message` at `span`, and stand in for the value that cannot be."""
        self.scope.report(kind, message, span)
        return Unknown(span=span, reason=message)

    def need(self, message: str, span: Span, given: Value) -> Unknown:
        """Like `wrong` for the argument `given`; but what is merely unknown is not wrong."""
        if isinstance(given, Unknown):
            return Unknown(span=span, reason=given.reason, references=given.references)
        return self.wrong(message, span)

    def spend(self, amount: int) -> bool:
        """Take `amount` from the template's budget, before the work is done; False when it is used up."""
        self._work -= amount
        return self._work >= 0

    def lift(self, parts: Several[Value], compute: Callable[[Several[Value]], Value], span: Span) -> Value:
        """`compute` on known values, or on every combination of candidates that there can be; open where none is."""
        unknown = [part for part in parts if isinstance(part, Unknown)]
        if not unknown:
            return compute(parts)
        combinations: list[tuple[list[Value], Cases]] = [([], self.possible)]
        for part in parts:
            combinations = [
                ([*taken, value], met)
                for taken, cases in combinations
                for value, way in ways_of(part)
                if (met := self.scenarios.narrowed(cases, way))
            ]
            if not 0 < len(combinations) <= MAX_CANDIDATES:
                return open_choice(parts, span)
        made = [(compute(taken), cases) for taken, cases in combinations]
        return self.scenarios.choose(made, span=span, reason=unknown[0].reason, references=references(parts))

    def text(self, pieces: Several[str | None], span: Span, parts: Several[Value]) -> Value:
        """Text made of `pieces`, with None for each gap; `parts` are the values that it was made of."""
        if not self.spend(sum(len(piece) for piece in pieces if piece is not None) + 1):
            return self.wrong("the text that is put together here is too long", span, kind="limit")
        hidden = any(part.sensitive for part in parts)
        origin = Origin.PASSED if any(part.origin is Origin.PASSED for part in parts) else Origin.WRITTEN
        known = references(parts)
        if (resolved := dynamic(pieces, span, known)) is not None:
            return replace(resolved, origin=origin, sensitive=hidden)
        if None not in pieces:
            data = "".join(piece for piece in pieces if piece is not None)
            return Scalar(span=span, data=data, origin=origin, sensitive=hidden)
        reason = next((part.reason for part in parts if isinstance(part, Unknown)), "a part of it is unknown")
        merged = joined_pieces(pieces)
        return Unknown(span=span, origin=origin, sensitive=hidden, reason=reason, references=known, pieces=merged)


def function_call(node: Node) -> tuple[str, Node, Span] | None:
    """The function's full name, its argument, and where a value that it makes is said to stand; None for no call."""
    if node.tag is not None:
        name = node.tag[1:]
        full = name if name in ("Ref", "Condition") or name.startswith("Fn::") else f"Fn::{name}"
        return full, _untagged(node), head(node)
    if isinstance(node, Mapping) and len(node.members) == 1:
        name, argument = next(iter(node.members.items()))
        if name == "Ref" or name.startswith("Fn::"):
            return name, argument, _call_span(node, name)
    return None


def head(node: Node) -> Span:
    """What a person would point at: a node on one line as a whole, else its tag, first key or first character."""
    span = node.span
    if span.line == span.end_line:
        return span
    if node.tag is not None:
        return Span(span.source, span.line, span.column, span.line, span.column + len(node.tag))
    if isinstance(node, Mapping) and node.keys:
        return next(iter(node.keys.values()))
    return span if isinstance(node, Text) else Span(span.source, span.line, span.column, span.line, span.column + 1)


def references(parts: Several[Value]) -> tuple[str, ...]:
    """What the unknown ones among `parts` depend on, each once."""
    return tuple(dict.fromkeys(name for part in parts if isinstance(part, Unknown) for name in part.references))


def open_choice(parts: Several[Value], span: Span) -> Unknown:
    """An Unknown for a value made of `parts`, for the reason of the first that is open."""
    unknown = [part for part in parts if isinstance(part, Unknown)]
    blamed = next((part for part in unknown if not part.candidates), unknown[0])
    hidden = any(part.sensitive for part in parts)
    return Unknown(span=span, reason=blamed.reason, references=references(parts), sensitive=hidden)


def _call_span(node: Mapping, name: str) -> Span:
    key = node.keys[name]
    end = node.members[name].span
    if key.line == end.end_line == end.line:
        return Span(key.source, key.line, key.column, end.end_line, end.end_column)
    return key


def _untagged(node: Node) -> Node:
    if isinstance(node, Text):
        return Text(node.span, None, node.text, plain=node.plain, block=node.block)
    if isinstance(node, Mapping):
        return Mapping(node.span, None, node.members, node.keys)
    return Sequence(node.span, None, node.items) if isinstance(node, Sequence) else node
