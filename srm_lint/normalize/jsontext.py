"""JSON text inside a value, known or with gaps; the structure it encodes, with spans in the user's file, out.

Only this module knows how a position inside a string maps to a position in the file that holds the string.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from decimal import Decimal
from json.decoder import scanstring  # type: ignore[attr-defined]  # public in the stdlib's source, not in typeshed

from msgspec.structs import replace

from srm_lint.model.source import Source, Span
from srm_lint.model.value import Absent, List, Object, Scalar, Unknown, Value

MAX_DIGITS = 4_000
"""Python refuses to make whole numbers of more digits, since that takes long."""
MAX_DEPTH = 100
"""Policy documents are a handful of levels deep; a text nested deeper is not one."""

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,4})?")
_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}
GAP = "\ue000"
"""A gap (an unknown piece of the text) is one character from Unicode's private use area: no document holds it."""


class NotJson(Exception):
    """The text is not JSON; the message says what was expected."""


def joined(pieces: tuple[str | None, ...]) -> str:
    """The text that `pieces` make, with `GAP` for what is unknown of it."""
    return "".join(GAP if piece is None else piece for piece in pieces)


def pieces_of(text: str) -> tuple[str | None, ...]:
    """The known pieces of a text with gaps, and None for each gap."""
    pieces: list[str | None] = []
    for position, known in enumerate(text.split(GAP)):
        pieces.extend(([None] if position else []) + ([known] if known else []))
    return tuple(pieces)


def read_json(pieces: tuple[str | None, ...], value: Value, sources: Mapping[str, Source]) -> Value:
    """What the JSON text made of `pieces` (None is an unknown gap) encodes; `value` is the value that holds the text.

    Raises `NotJson`.
    """
    return _Reader(joined(pieces), value, sources).read()


def structure(value: Value, names: Mapping[str, str], sources: Mapping[str, Source]) -> Value:
    """What the JSON text `value` encodes; what is no text stays as it is, what is no JSON is an `Unknown` that says so.

    Members are called by `names` (from small letters), since the SDKs that read such text take a name in whatever case.
    A null is what nobody wrote.
    """
    if isinstance(value, Scalar | Unknown) and value.encodes is not None:
        return _spelled(value.encodes.inside(value), names, {})
    if isinstance(value, Unknown) and value.candidates:
        candidates = tuple(structure(candidate, names, sources) for candidate in value.candidates)
        return replace(value, candidates=candidates, pieces=())
    pieces: tuple[str | None, ...] = value.pieces if isinstance(value, Unknown) else ()
    if isinstance(value, Scalar) and isinstance(value.data, str):
        pieces = (value.data,)
    if not any(pieces):
        return value
    try:
        return _spelled(read_json(pieces, value, sources), names, {})
    except NotJson as error:
        reason = f"the text is not JSON: {error}"
        return Unknown(span=value.span, trace=value.trace, sensitive=value.sensitive, reason=reason)


def _spelled(value: Value, names: Mapping[str, str], made: dict[int, Value]) -> Value:
    """`value` with its members called by `names` and without nulls; each value is made once, however often shared."""
    if id(value) in made:
        return made[id(value)]
    result = value
    if isinstance(value, Object):
        members = {
            names.get(name.lower(), name): _spelled(member, names, made)
            for name, member in value.members.items()
            if not _is_null(member)
        }
        keys = {names.get(name.lower(), name): span for name, span in value.keys.items()}
        result = replace(value, members=members, keys=keys)
    elif isinstance(value, List):
        result = replace(value, items=tuple(_spelled(item, names, made) for item in value.items))
    elif isinstance(value, Unknown) and value.candidates:
        candidates = (
            Absent(span=one.span) if _is_null(one) else _spelled(one, names, made) for one in value.candidates
        )
        result = replace(value, candidates=tuple(candidates))
    made[id(value)] = result
    return result


def _is_null(value: Value) -> bool:
    return isinstance(value, Scalar) and value.data is None


class _Reader:
    """A recursive descent over one text."""

    def __init__(self, text: str, value: Value, sources: Mapping[str, Source]) -> None:
        self.text = text
        self.value = value
        self.at = 0
        self.place = Places(text, value.span, sources.get(value.span.source))

    def read(self) -> Value:
        result = self._value(0)
        self._skip()
        if self.at != len(self.text):
            raise self._expected("the end")
        return result

    def _skip(self) -> str:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.text[self.at : self.at + 1]

    def _expected(self, what: str) -> NotJson:
        line = self.text.count("\n", 0, self.at) + 1
        return NotJson(f"{what} was expected in line {line} of it")

    def _value(self, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise NotJson(f"it is nested more than {MAX_DEPTH} deep")
        start = self._skip()
        if start == "{":
            return self._object(depth)
        if start == "[":
            return self._list(depth)
        if start == '"':
            return self._string()
        if start == GAP:
            begin = self.at
            self.at += 1
            return self._unknown(begin, ())
        return self._word()

    def _object(self, depth: int) -> Value:
        begin = self.at
        self.at += 1
        members: dict[str, Value] = {}
        keys: dict[str, Span] = {}
        while self._skip() != "}":
            if members:
                self._take(",")
            if self._skip() == GAP:
                raise NotJson("a member of an object is unknown")
            key = self._string()
            # A name with gaps is told with them: it is no name that anyone asks for.
            name = _name(key)
            self._take(":")
            keys[name] = key.span
            members[name] = self._value(depth + 1)
        self.at += 1
        return Object(span=self.place.span(begin, self.at), trace=self.value.trace, members=members, keys=keys)

    def _list(self, depth: int) -> Value:
        begin = self.at
        self.at += 1
        items: list[Value] = []
        while self._skip() != "]":
            if items:
                self._take(",")
            items.append(self._value(depth + 1))
        self.at += 1
        return List(span=self.place.span(begin, self.at), trace=self.value.trace, items=tuple(items))

    def _take(self, mark: str) -> None:
        if self._skip() != mark:
            raise self._expected(f'"{mark}"')
        self.at += 1

    def _string(self) -> Value:
        if self._skip() != '"':
            raise self._expected("a string")
        begin = self.at
        try:
            text, self.at = scanstring(self.text, begin + 1, False)  # noqa: FBT003 - the stdlib's signature
        except ValueError:
            raise self._expected("the end of a string") from None
        if GAP in text:
            return self._unknown(begin, pieces_of(text))
        return Scalar(span=self.place.span(begin, self.at), origin=self.value.origin, trace=self.value.trace, data=text)

    def _word(self) -> Value:
        begin = self.at
        for word, data in _WORDS.items():
            if self.text.startswith(word, begin):
                self.at += len(word)
                return Scalar(span=self.place.span(begin, self.at), trace=self.value.trace, data=data)
        number = _NUMBER.match(self.text, begin)
        if number is None:
            raise self._expected("a value")
        self.at = number.end()
        written = number.group()
        whole = written.lstrip("-").isdigit() and len(written) <= MAX_DIGITS
        data_ = int(written) if whole else Decimal(written)
        return Scalar(span=self.place.span(begin, self.at), trace=self.value.trace, data=data_)

    def _unknown(self, begin: int, pieces: tuple[str | None, ...]) -> Value:
        value = self.value
        reason = value.reason if isinstance(value, Unknown) else "a part of it is unknown"
        references = value.references if isinstance(value, Unknown) else ()
        span = self.place.span(begin, self.at)
        return Unknown(span=span, trace=value.trace, reason=reason, references=references, pieces=pieces)


def _name(key: Value) -> str:
    if isinstance(key, Unknown):
        return "".join("…" if piece is None else piece for piece in key.pieces)
    return str(key.data) if isinstance(key, Scalar) else ""


class Places:
    """Where positions of the text stand in the file: exact where the text's lines are lines of the file."""

    def __init__(self, text: str, span: Span, source: Source | None) -> None:
        self.text = text
        self.whole = span
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.rows = [row.rstrip("\r") for row in text.split("\n")]
        # A heredoc or block scalar begins on the line after its marker, and its text is as many lines as it spans.
        several = span.end_line - span.line >= len(self.starts) - 1 > 0
        self.lines = source.lines() if several and source else []
        # Only a whole file stands where its file begins.
        self.first = span.line if (span.line, span.column) == (1, 1) else span.line + 1

    def span(self, begin: int, end: int) -> Span:
        """Where the characters from `begin` to `end` of the text stand."""
        if not self.lines:
            return self.whole
        start, stop = self._position(begin), self._position(end)
        if start is None or stop is None:
            return self.whole
        return Span(self.whole.source, *start, *stop)

    def _position(self, offset: int) -> tuple[int, int] | None:
        row = bisect_right(self.starts, offset) - 1
        line = self.first + row
        if line > len(self.lines):
            return None
        written = self.lines[line - 1]
        column = offset - self.starts[row]
        rest = self.rows[row]
        # `<<-` and YAML's block scalars take indentation away; what is left stands at the end of the file's line.
        known = rest.split(GAP)[0]
        if not written.lstrip().startswith(known.lstrip()):
            return None
        shift = len(written) - len(written.lstrip()) - (len(rest) - len(rest.lstrip()))
        # Behind a gap the text and the file's line differ in length: stay at the gap.
        return line, min(column, len(known)) + max(shift, 0) + 1
