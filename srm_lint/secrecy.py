"""An inventory and the texts that it was read from in; the same out, with nothing in them that must not be printed.

Only this module knows how a secret that nobody marked (in user data, an environment, a line that could not be read)
comes to be treated like one that is marked: its value is sensitive, and its characters are withheld from every quote.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from msgspec.structs import replace

from srm_lint.model.condition import Truth
from srm_lint.model.inventory import Inventory
from srm_lint.model.resource import Resource
from srm_lint.model.source import Problem, Source, Span
from srm_lint.model.value import Absent, Link, List, Object, Partly, Scalar, Unknown, Value, every_value
from srm_lint.policy.secret_texts import assigned, scanned
from srm_lint.policy.wildcards import GAP
from srm_lint.report.snippet import WITHHELD

MAX_DEPTH = 50
"""How deep secrets are looked for; no report shows what lies deeper."""
MIN_TEXT = 4
"""Shorter texts are no secrets, and would be found by chance in the words of a problem."""
_SHOWN = "(sensitive)"
_UNREAD = re.compile(
    r"""(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|private[_-]?key|api[_-]?key|access[_-]?key|default)["']?
    [ \t]*[:=](?!>?[ \t]*(?:!(?:Ref|GetAtt|ImportValue|FindInMap)\b|\{[ ]*["']?(?:Ref|Fn::GetAtt)\b
    |(?:var|local|data|module)\.))""",
    re.IGNORECASE | re.VERBOSE,
)
"""Behind such a name, on a line that has a problem, anything but a reference may be a secret: nobody could read it."""


class Secrecy:
    """What is secret in one run. `conceal` marks it in each inventory, and remembers where it is written."""

    def __init__(self) -> None:
        self._holding: dict[tuple[str, str], bool] = {}
        self._spans: set[Span] = set()
        self._texts: set[str] = set()

    @property
    def places(self) -> Set[Span]:
        """Where secrets are written, as far as inventories have been concealed."""
        return self._spans

    def conceal(self, inventory: Inventory, resources: Iterable[Resource] = ()) -> Inventory:
        """The inventory, with every value that holds a secret marked as sensitive.

        `resources` are those that it was made of: some are parts of its entities, and what they hold is no less secret.
        """
        marker = _Marker(self._holding)
        entities = {
            address: entity if (body := marker.marked_body(entity.body)) is entity.body else replace(entity, body=body)
            for address, entity in inventory.entities.items()
        }
        bodies: list[Value] = [entity.body for entity in entities.values()]
        read = {resource.address: resource for resource in (*resources, *(one.resource for one in entities.values()))}
        bodies += [marker.marked_body(resource.body) for resource in read.values()]
        for value in every_value(bodies):
            if value.sensitive and not isinstance(value, Absent | Link):
                self._spans.add(value.span)
                if isinstance(value, Scalar) and len(str(value.data)) >= MIN_TEXT and not isinstance(value.data, bool):
                    self._texts.add(str(value.data))
        return Inventory(entities)

    def told(self, problem: Problem) -> Problem:
        """The problem, with no secret in its words."""
        message = problem.message
        for text in self._texts:
            if text in message:
                message = message.replace(text, _SHOWN)
        return problem if message == problem.message else replace(problem, message=message)

    def quotable(self, sources: Mapping[str, Source], problems: Iterable[Problem]) -> dict[str, Source]:
        """The sources with `WITHHELD` for each character of a secret, and of what may be one on a problem's line."""
        spans: dict[str, list[Span]] = defaultdict(list)
        for span in self._spans:
            spans[span.source].append(span)
        unread: dict[str, set[int]] = defaultdict(set)
        for problem in problems:
            unread[problem.span.source].add(problem.span.line)
        return {path: _withheld(source, spans.get(path, ()), unread.get(path, ())) for path, source in sources.items()}


def _withheld(source: Source, spans: Sequence[Span], unread: Iterable[int]) -> Source:
    stretches = [stretch for span in spans for stretch in _by_line(span)]
    lines: list[str | list[str]] = [*source.text.split("\n")] if stretches or unread else []
    for number in unread:
        line = lines[number - 1] if number <= len(lines) else ""
        if isinstance(line, str) and (found := _UNREAD.search(line)):
            stretches.append((number, found.end(), len(line)))
    for number, begin, end in stretches:
        if number > len(lines):
            continue
        line = lines[number - 1]
        cells = lines[number - 1] = [*line] if isinstance(line, str) else line
        stop = min(end, len(cells))
        if begin < stop:
            cells[begin:stop] = [WITHHELD] * (stop - begin)
    return replace(source, text="\n".join(map("".join, lines))) if stretches else source


def _by_line(span: Span) -> Iterator[tuple[int, int, int]]:
    """The lines of `span`, each with the offsets at which it begins and ends there."""
    for line in range(span.line, span.end_line + 1):
        begin = span.column - 1 if line == span.line else 0
        yield line, begin, span.end_column - 1 if line == span.end_line else 1 << 30


class _Marker:
    """Marks the values of one inventory, each once however often it is shared."""

    def __init__(self, holding: dict[tuple[str, str], bool]) -> None:
        self._holding = holding
        self._made: dict[tuple[int, str], Value] = {}

    def marked_body(self, body: Object) -> Object:
        """A body with what is secret in it marked."""
        made = self._marked(body, "", 0)
        return made if isinstance(made, Object) else body

    def _marked(self, value: Value, name: str, depth: int) -> Value:
        if value.sensitive or depth > MAX_DEPTH or isinstance(value, Absent | Link):
            return value
        key = id(value), name
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._examined(value, name, depth + 1)
        return made

    def _examined(self, value: Value, name: str, depth: int) -> Value:
        match value:
            case Object(members=members) | Partly(members=members):
                called = _named_value(members)
                made = {key: self._marked(one, called.get(key, key), depth) for key, one in members.items()}
                return value if _same(made.values(), members.values()) else replace(value, members=made)
            case List(items=items):
                listed = tuple(self._marked(item, name, depth) for item in items)
                return value if _same(listed, items) else replace(value, items=listed)
            case Unknown(candidates=candidates, encodes=encodes, pieces=pieces):
                chosen = tuple(self._marked(one, name, depth) for one in candidates)
                inner = None if encodes is None else self._marked(encodes, name, depth)
                hidden = any(pieces) and self._holds(name, "".join(GAP if one is None else one for one in pieces))
                if not hidden and inner is encodes and _same(chosen, candidates):
                    return value
                return replace(value, candidates=chosen, encodes=inner, sensitive=hidden)
            case Scalar(data=str() as data, encodes=encodes):
                inner = None if encodes is None else self._marked(encodes, name, depth)
                hidden = self._holds(name, data)
                return value if not hidden and inner is encodes else replace(value, encodes=inner, sensitive=hidden)
        return value

    def _holds(self, name: str, text: str) -> bool:
        if len(text) < MIN_TEXT:
            return False
        key = name, text
        if (known := self._holding.get(key)) is None:
            known = bool(name) and assigned(name, text) is Truth.TRUE
            # The shortest is "pwd=" and a secret.
            known = self._holding[key] = known or (len(text) >= 2 * MIN_TEXT and scanned(text) is Truth.TRUE)
        return known


def _named_value(members: Mapping[str, Value]) -> dict[str, str]:
    """What a member is called by another: in `{Name: DB_PASSWORD, Value: …}` the value has that name."""
    keys = {key.lower(): key for key in members}
    called = members.get(keys.get("name", ""))
    if "value" in keys and isinstance(called, Scalar) and isinstance(called.data, str):
        return {keys["value"]: called.data}
    return {}


def _same(made: Iterable[Value], given: Iterable[Value]) -> bool:
    return all(one is other for one, other in zip(made, given, strict=True))
