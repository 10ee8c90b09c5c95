"""A node of the tree in, plain data that remembers where it stands out; and back, after a program has rearranged it.

Only this module knows how places survive in strings, numbers, lists and dicts that are copied, merged and moved about.
What has no mark was made by the program: it is said to stand where the program was told to make it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Given
from copy import deepcopy
from decimal import Decimal
from typing import TypeAlias

from srm_lint.model.source import Span
from srm_lint.read.cloudformation.expressions import function_call, head
from srm_lint.read.cloudformation.scalars import as_text, resolve
from srm_lint.read.cloudformation.scope import is_null
from srm_lint.read.cloudformation.syntax import Mapping, Node, Sequence, Text

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"
MAX_VARIABLES = 1_000
"""Variables in one text: programs that replace one after the other copy the text for each."""
_VARIABLE = re.compile(r"\$\{([A-Za-z0-9.:]+)\}")


class TooLarge(Exception):
    """The data has more parts than were allowed."""


class Words(str):
    """Text that stands at `span`. `node` is what it was made from; of a key, `under` is what stood at it.

    `parameter` is set where this is the value of that parameter: wherever it turns up, the parameter was meant.
    """

    span: Span
    node: Node | None = None
    under: Node | None = None
    parameter: str = ""

    def __deepcopy__(self, memo: object) -> Words:
        return self


class Whole(int):
    """A whole number, and what it was made from."""

    node: Node

    def __deepcopy__(self, memo: object) -> Whole:
        return self


class Fraction(float):
    """Another number, and what it was made from."""

    node: Node

    def __deepcopy__(self, memo: object) -> Fraction:
        return self


class Members(dict[str, Plain]):
    """A mapping that stands at `span`, and is pointed at by `head`."""

    span: Span
    head: Span

    def __deepcopy__(self, memo: dict[int, object]) -> Members:
        made = Members((key, deepcopy(value, memo)) for key, value in self.items())
        made.span, made.head = self.span, self.head
        return made


class Items(list[Plain]):
    """A list that stands at `span`."""

    span: Span

    def __deepcopy__(self, memo: dict[int, object]) -> Items:
        made = Items(deepcopy(item, memo) for item in self)
        made.span = self.span
        return made


def words(text: str, span: Span, *, node: Node | None = None, under: Node | None = None, parameter: str = "") -> Words:
    """`text` with its marks."""
    made = Words(text)
    made.span, made.node, made.under, made.parameter = span, node, under, parameter
    return made


def members(pairs: Given[str, Plain], span: Span, at: Span) -> Members:
    """A mapping with its marks."""
    made = Members(pairs)
    made.span, made.head = span, at
    return made


def items(of: list[Plain], span: Span) -> Items:
    """A list with its mark."""
    made = Items(of)
    made.span = span
    return made


class Writer:
    """Makes plain data of nodes: at most `limit` values, and characters in all of them."""

    def __init__(self, limit: int, characters: int) -> None:
        self.left = limit
        self._characters = characters

    def plain(self, node: Node) -> Plain:
        """The data that `node` stands for, functions by their long names, without what is null.

        Raises `TooLarge`.
        """
        self.left -= 1
        if self.left < 0:
            raise TooLarge
        if node.tag is not None and (call := function_call(node)) is not None:
            return self._call(node, node.tag, call[0], call[1])
        if isinstance(node, Text):
            return self._scalar(node)
        if isinstance(node, Sequence):
            return items([self.plain(item) for item in node.items if not is_null(item)], node.span)
        if not isinstance(node, Mapping):
            raise TypeError(node)
        made: dict[str, Plain] = {
            words(key, node.keys[key], under=value): self.plain(value)
            for key, value in node.members.items()
            if not is_null(value)
        }
        return members(made, node.span, head(node))

    def _call(self, node: Node, tag: str, name: str, argument: Node) -> Plain:
        begin = node.span
        key = Span(begin.source, begin.line, begin.column, begin.line, begin.column + len(tag))
        if name == "Fn::GetAtt" and isinstance(argument, Text) and "." in argument.text:
            resource, _, attribute = argument.text.partition(".")
            pair: list[Plain] = [self._scalar(Text(begin, None, part, plain=False)) for part in (resource, attribute)]
            return members({words(name, key, under=argument): items(pair, begin)}, begin, head(node))
        return members({words(name, key, under=argument): self.plain(argument)}, begin, head(node))

    def _scalar(self, node: Text) -> Plain:
        self._characters -= len(node.text)
        if self._characters < 0 or node.text.count("${") > MAX_VARIABLES:
            raise TooLarge
        data = resolve(node.text) if node.plain else node.text
        if isinstance(data, str):
            return words(data, node.span, node=node)
        if isinstance(data, bool) or data is None:
            return data
        number = Fraction(data) if isinstance(data, Decimal) else Whole(data)
        number.node = node
        return number


class Reader:
    """Makes nodes of plain data again: at most `limit` of them. `parameters` were the values of parameters."""

    def __init__(self, limit: int, parameters: Given[str, str]) -> None:
        self._left = limit
        self._parameters = parameters

    def node(self, data: object, at: Span, under: Node | None = None) -> Node:
        """The node for `data`, which stands at `at` where no mark tells better; `under` stood in its place before.

        Raises `TooLarge`.
        """
        self._left -= 1
        if self._left < 0:
            raise TooLarge
        if isinstance(data, dict):
            return self._mapping(data, at, under)
        if isinstance(data, list | tuple):
            before = under.span if isinstance(under, Sequence) else at
            span = data.span if isinstance(data, Items) else before
            return Sequence(span, None, [self.node(item, at) for item in data])
        if isinstance(data, Words):
            if data.parameter:
                return Mapping(at, None, {"Ref": Text(at, None, data.parameter, plain=False)}, {"Ref": at})
            return data.node or Text(data.span, None, str(data), plain=False)
        if isinstance(data, Whole | Fraction):
            return data.node
        return self._unmarked(data, at, under)

    def _mapping(self, data: dict[str, Plain], at: Span, under: Node | None) -> Mapping:
        if isinstance(data, Members):
            span, at = data.span, data.head
        else:
            span = under.span if isinstance(under, Mapping) else at
        made = Mapping(span, None, {}, {})
        for key, value in data.items():
            name = str(key)
            place = key.span if isinstance(key, Words) else at
            made.keys[name] = place
            made.members[name] = self.node(value, place, key.under if isinstance(key, Words) else None)
        return made

    def _unmarked(self, data: object, at: Span, under: Node | None) -> Node:
        """A scalar that has lost its mark, or never had one: it may still be what stood at its key."""
        if under is not None and function_call(under) is not None:
            return under  # the program has put the value of a parameter in its place
        span = under.span if isinstance(under, Text) else at
        if isinstance(data, str):
            if isinstance(under, Text) and data in (under.text, self._filled(under.text)):
                return under
            return Text(span, None, data, plain=False)
        if isinstance(under, Text) and under.plain and resolve(under.text) == data:
            return under
        plain = data if isinstance(data, bool | int) or data is None else Decimal(str(data))
        return Text(span, None, "null" if plain is None else as_text(plain), plain=True)

    def _filled(self, text: str) -> str:
        return _VARIABLE.sub(lambda found: self._parameters.get(found[1], found[0]), text) if "${" in text else text
