"""A JSON value in, the expression that it is out. See
https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from srm_lint.model.source import Problem
from srm_lint.model.value import Scalar
from srm_lint.read.terraform.expressions import Expression, Literal, Member, Misunderstood, ObjectOf, Tuple
from srm_lint.read.terraform.grammar import number_of
from srm_lint.read.terraform.json_strings import literal, template
from srm_lint.read.terraform.json_tree import Array, Node, Record, Text, Word
from srm_lint.read.terraform.syntax import Document

Read = Callable[[Document, Text], Expression]
"""How strings are read: as templates, as references, or literally."""

_WORDS = {"true": True, "false": False, "null": None}


def expression_of(document: Document, node: Node, read: Read) -> Expression:
    """The expression that `node` is, its strings read by `read`. What is wrong with it is a problem of `document`."""
    match node:
        case Text():
            return read(document, node)
        case Word():
            return _word(document, node)
        case Array():
            return Tuple(node.span, tuple([expression_of(document, item, read) for item in node.items]))
        case Record():
            return ObjectOf(node.span, tuple(_members(document, node, read)))


def _word(document: Document, node: Word) -> Expression:
    if node.word in _WORDS:
        return Literal(node.span, Scalar(span=node.span, data=_WORDS[node.word]))
    number = number_of(node.word)
    if number is None:
        message = "this number has more digits than srm-lint works with"
        document.problems.append(Problem("limit", message, node.span))
        return Misunderstood(node.span, message)
    return Literal(node.span, Scalar(span=node.span, data=number))


def _members(document: Document, node: Record, read: Read) -> Iterator[Member]:
    """The members in order. Names are templates where strings are; of one that is written twice, the first counts."""
    known: dict[str, Text] = {}
    for key, value in node.members:
        if key.text in known:
            message = f'"{key.text}" was already set on line {known[key.text].span.line}'
            document.problems.append(Problem("syntax", message, key.span))
            continue
        known[key.text] = key
        name = template(document, key) if read is template else literal(document, key)
        if value is None:
            yield Member(name, Misunderstood(key.span, "its value could not be read"))
        else:
            yield Member(name, expression_of(document, value, read))
