"""A planned resource in, its body out as the reader of sources would give it: with places, marks and references.

What is null was not set, and an empty list that nobody wrote is what providers plan for nested blocks of which there
are none: both are absent, so that the map's defaults and `present` mean what they mean for sources. What is known only
after apply is unknown if somebody wrote an expression for it. If nobody did, it is absent too, since nobody decided
it: the map knows what the provider does then. A dynamic block whose number is known only after apply is told by the
sources alone; without them it passes for unwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from srm_lint.model.source import Span
from srm_lint.model.value import Absent, List, Object, Origin, Plain, Scalar, Unknown, Value
from srm_lint.read.terraform.plan.document import Json
from srm_lint.read.terraform.plan.marks import marked, part
from srm_lint.read.terraform.plan.texts import HASHED, is_hash, retold
from srm_lint.read.terraform.plan.written import (
    HIDDEN,
    Hidden,
    chosen,
    expression_at,
    expression_of,
    items_of,
    member_of,
    same,
)
from srm_lint.read.terraform.scalars import ConversionError, parse_number

MAX_DEPTH = 100
"""How deep values nest; providers need ten levels."""


class Surroundings(Struct, frozen=True):
    """What is known around a resource.

    `resolve` gives the addresses that an expression of the plan's configuration depends on, `relinked` a value of the
    sources with its references to what the plan knows. `defaults` are those of the root's variables, `given` the places
    of variables whose values come from whoever made the plan. `secrets` are texts that are sensitive wherever they are.
    """

    resolve: Callable[[Json], tuple[str, ...]]
    relinked: Callable[[Value], Value]
    defaults: Mapping[str, Json] = {}
    given: frozenset[Span] = frozenset()
    secrets: frozenset[str] = frozenset()


class Writing(Struct, frozen=True):
    """What is written for one value: its `expression` in the plan's configuration, its `value` by the sources.

    Without sources, `told` is false: then the expression tells whether anybody wrote it.
    """

    expression: Json
    value: Value | None
    told: bool

    @property
    def may_be_nothing(self) -> bool:
        """Whether it is empty because nobody wrote it, or a dynamic block made none."""
        choices = self.value.candidates if isinstance(self.value, Unknown) else ()
        hidden = isinstance(self.expression, Hidden) and not self.told
        return hidden or not self.by_somebody or any(isinstance(one, Absent) for one in choices)

    @property
    def by_somebody(self) -> bool:
        """Whether somebody wrote it, as far as can be told."""
        if self.told:
            return self.value is not None and not isinstance(self.value, Absent)
        return self.expression is not None

    def member(self, name: str) -> Writing:
        """What is written for a member."""
        return Writing(expression_of(self.expression, name), member_of(self.value, name), self.told)

    def items(self, planned: Sequence[Any]) -> list[Writing]:
        """What is written for each item of a planned list."""
        # Of an unwritten list, the items may come from a dynamic block, which the configuration does not tell.
        expression = HIDDEN if self.expression is None and not self.told else self.expression
        return [
            Writing(expression_at(expression, at, len(planned)), value, self.told)
            for at, value in enumerate(items_of(self.value, planned))
        ]


class Body:
    """Makes the values of one resource, which stand at `place` unless the sources know better."""

    def __init__(self, address: str, place: Span, around: Surroundings) -> None:
        self._address = address
        self._place = place
        self._around = around
        self._depth = 0

    def of(self, values: dict[str, Json], unknown: Json, sensitive: Json, writing: Writing) -> Object:
        """The body of the resource."""
        at = _At(self._place, ()).of(writing.value)
        members = self._members(values, unknown, sensitive, writing, at, "")
        keys = writing.value.keys if isinstance(writing.value, Object) else {}
        return Object(span=at.span, members=members, keys={key: at for key, at in keys.items() if key in members})

    def _members(
        self, data: dict[str, Json], unknown: Json, sensitive: Json, writing: Writing, at: _At, path: str
    ) -> dict[str, Value]:
        names = dict.fromkeys(data)
        if isinstance(unknown, dict):
            names.update(dict.fromkeys(name for name, mark in unknown.items() if marked(mark)))
        members: dict[str, Value] = {}
        for name in names:
            inner = f"{path}.{name}" if path else name
            value = self._value(
                data.get(name), part(unknown, name), part(sensitive, name), writing.member(name), at, inner
            )
            if value is not None:
                members[name] = value
        return members

    def _value(self, data: Json, unknown: Json, sensitive: Json, writing: Writing, at: _At, path: str) -> Value | None:
        """One value; None where nobody wrote it, and the provider sets nothing either."""
        if unknown is True:
            return self._later(writing, path, sensitive=sensitive is True)
        if data is None and isinstance(unknown, dict | list) and marked(unknown):
            data = {} if isinstance(unknown, dict) else [None] * len(unknown)
        written = writing.value
        if data is None or (data == [] and writing.may_be_nothing):
            return Absent(span=written.span, trace=written.trace) if isinstance(written, Absent) else None
        made: Value
        if isinstance(data, dict | list) and self._depth > MAX_DEPTH:
            here = at.of(written)
            return Unknown(span=here.span, trace=here.trace, reason=f"it nests over {MAX_DEPTH} levels deep")
        self._depth += 1
        if isinstance(data, dict):
            here = at.of(written)
            made = Object(
                span=here.span,
                trace=here.trace,
                origin=_origin(writing, written, listed=True),
                members=self._members(data, unknown, sensitive, writing, here, path),
                keys=written.keys if isinstance(written, Object) else {},
            )
        elif isinstance(data, list):
            made = self._list(data, unknown, sensitive, writing, at, path)
        elif path in HASHED and isinstance(data, str) and is_hash(data) and not _spelt(writing, data):
            made = self._hashed(data, writing, at, path)
        elif sensitive is True and isinstance(data, str) and not self._spelt_out(data, writing):
            made = self._secret(writing, at, path)
        else:
            made = _scalar(data, writing, at, self._encoded)
        self._depth -= 1
        hidden = sensitive is True or (isinstance(data, str) and data in self._around.secrets)
        if not hidden:
            return made
        # What nobody wrote stands at the header of its block, which is not what has to be kept out of sight.
        return replace(made, sensitive=True, span=made.span if writing.by_somebody else made.span.start())

    def _list(self, data: list[Json], unknown: Json, sensitive: Json, writing: Writing, at: _At, path: str) -> Value:
        here = at.of(writing.value)
        items: list[Value] = []
        for position, (one, inner) in enumerate(zip(data, writing.items(data), strict=True)):
            value = self._value(
                one, part(unknown, position), part(sensitive, position), inner, here, f"{path}[{position}]"
            )
            if value is not None:
                items.append(value)
            elif one == []:
                items.append(List(span=here.span, trace=here.trace, items=()))
        origin = _origin(writing, writing.value, listed=True)
        return List(span=here.span, trace=here.trace, origin=origin, items=tuple(items))

    def _later(self, writing: Writing, path: str, *, sensitive: bool) -> Value | None:
        """What is known only after apply: as the sources have it, which know more of it than that."""
        if not writing.by_somebody:
            return None
        references = self._references(writing)
        written = writing.value
        made: Value
        if written is None:
            made = Unknown(
                span=self._place, reason=f"{self._address}.{path} is known only after apply", references=references
            )
        else:
            made = self._around.relinked(written)
            if isinstance(made, Unknown):
                # The plan knows the instances, the sources know what locals stand for.
                made = replace(made, references=tuple(dict.fromkeys((*made.references, *references))))
        return replace(made, sensitive=True) if sensitive and not made.sensitive else made

    def _spelt_out(self, text: str, writing: Writing) -> bool:
        """Whether a sensitive text is written in the configuration, rather than given by whoever deploys, or made."""
        if writing.told:
            written = chosen(writing.value, text)
            return isinstance(written, Scalar) and written.span not in self._around.given
        if isinstance(writing.expression, dict) and "constant_value" in writing.expression:
            return True
        return any(self._around.defaults.get(one) == text for one in self._references(writing))

    def _references(self, writing: Writing) -> tuple[str, ...]:
        return () if isinstance(writing.expression, Hidden) else self._around.resolve(writing.expression)

    def _secret(self, writing: Writing, at: _At, path: str) -> Value:
        """A sensitive text that nobody wrote: what it is matters less than where it comes from."""
        references = self._references(writing)
        if isinstance(writing.value, Unknown):
            told = self._around.relinked(writing.value)
            if isinstance(told, Unknown):
                return replace(told, candidates=(), references=tuple(dict.fromkeys((*told.references, *references))))
        here = at.of(writing.value)
        reason = f"nothing tells where {self._address}.{path} comes from"
        return Unknown(span=here.span, trace=here.trace, reason=reason, references=references)

    def _hashed(self, planned: str, writing: Writing, at: _At, path: str) -> Value:
        """A text of which the plan holds a hash: as the configuration has it, if that tells."""
        constant = writing.expression.get("constant_value") if isinstance(writing.expression, dict) else None
        if isinstance(constant, str) and retold(constant, planned):
            return _scalar(constant, writing, at, self._encoded)
        if isinstance(writing.value, Unknown):
            return self._around.relinked(writing.value)
        here = at.of(writing.value)
        reason = f"the plan holds only a hash of {self._address}.{path}"
        return Unknown(span=here.span, trace=here.trace, reason=reason, references=self._references(writing))

    def _encoded(self, text: str, written: Value) -> Value | None:
        """The structure of JSON text whose expression has one, at the places where its parts are written."""
        structure = written.encodes if isinstance(written, Scalar | Unknown) else None
        if structure is None:
            return None
        try:
            data = msgspec.json.Decoder(float_hook=parse_number).decode(text)
        except (msgspec.DecodeError, ConversionError, RecursionError):
            return None  # then the text is all that there is
        return self._value(data, None, None, Writing(None, structure, told=True), _At(written.span, written.trace), "")


class _At(Struct, frozen=True):
    """Where a value stands, and the way from there, unless the sources know better."""

    span: Span
    trace: tuple[Span, ...]

    def of(self, written: Value | None) -> _At:
        """Where what the sources give stands; here, where they give nothing."""
        return self if written is None else _At(written.span, written.trace)


def _scalar(data: Plain, writing: Writing, at: _At, encoded: Callable[[str, Value], Value | None]) -> Scalar:
    written = chosen(writing.value, data)
    if isinstance(written, Scalar):
        if isinstance(written.data, str) and isinstance(data, str) and retold(written.data, data):
            return written
        if written.encodes is None and same(written.data, data):
            return replace(written, data=data)
    here = at.of(written)
    encodes = encoded(data, written) if isinstance(data, str) and written is not None else None
    return Scalar(span=here.span, trace=here.trace, origin=_origin(writing, written), data=data, encodes=encodes)


def _spelt(writing: Writing, planned: str) -> bool:
    """Whether the sources spell out the text that is planned so."""
    written = chosen(writing.value, planned)
    return isinstance(written, Scalar) and isinstance(written.data, str) and retold(written.data, planned)


def _origin(writing: Writing, written: Value | None, *, listed: bool = False) -> Origin:
    if written is not None and not isinstance(written, Absent):
        return written.origin
    # What is made of several may come from a dynamic block, which the configuration of the plan does not tell.
    if writing.by_somebody or (listed and not writing.told):
        return Origin.WRITTEN
    return Origin.DEFAULT
