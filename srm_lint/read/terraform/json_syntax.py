"""The text of a `.tf.json` file in, the same `Document` out that HCL makes: blocks, attributes, problems, every place.

JSON writes blocks and arguments alike, so `json_forms` says which is which. Inside of what a provider defines, only the
provider's schema could say it, and there is none here. An object stands there for a block that is written once *or* for
an argument that is a map, and so do the objects in it. It becomes a block that `may_be_map`; its value is not a list of
one object but that object, in which what is null is not set and `//` is a comment, and of which `[0]` is the object
itself. Both ways of asking for it then find the same: `tags.Name`, and `versioning_configuration[0].status`. A list of
objects is several blocks or a list, which are one value. An object whose names are computed is an argument.

See https://developer.hashicorp.com/terraform/language/syntax/json#nested-block-mapping.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from srm_lint.model.source import Problem, Source, Span
from srm_lint.read.terraform.json_forms import CONTENT, DYNAMIC, TOP, Form
from srm_lint.read.terraform.json_strings import literal, template
from srm_lint.read.terraform.json_tree import Array, Node, Record, Text, Tree, Word
from srm_lint.read.terraform.json_values import Read, expression_of
from srm_lint.read.terraform.syntax import Attribute, Block, Document

COMMENT = "//"
"""The name in a body that stands before a comment."""
_FILE = Form(blocks=TOP)


class JsonDocument(Document):
    """One JSON file that was read."""

    def cut(self, span: Span) -> str:
        """The text at `span` as for HCL, quotes written as they are meant."""
        return super().cut(span).replace('\\"', '"')


def parse_json(source: Source) -> Document:
    """The document that a file of configuration holds. What is wrong with it is in its problems; the rest is there."""
    document, root = _read(source)
    body = _Body(document, _FILE)
    if root is not None:
        for record in _records(document, root, "an object that holds the blocks of this file"):
            body.read(record)
    document.blocks = tuple(body.blocks)
    return document


def parse_json_values(source: Source) -> Document:
    """The document that a `.tfvars.json` file holds: attributes, whose strings are literal."""
    document, root = _read(source)
    if isinstance(root, Record):
        body = _Body(document, Form(others=literal))
        body.read(root)
        document.attributes = body.attributes
    elif root is not None:
        _wrong(document, root, "an object that sets variables")
    return document


def _read(source: Source) -> tuple[Document, Node | None]:
    document = JsonDocument(source)
    tree = Tree(source)
    if tree.problem is not None:
        document.problems.append(tree.problem)
    return document, tree.root


def _wrong(document: Document, node: Node, wanted: str) -> None:
    document.problems.append(Problem("syntax", f"{wanted} is expected here", node.span))


def _is_null(node: Node) -> bool:
    return isinstance(node, Word) and node.word == "null"


def _records(document: Document, node: Node, wanted: str) -> Iterator[Record]:
    """The objects whose members count together: `node`, or all in the list that it is."""
    for each in node.items if isinstance(node, Array) else (node,):
        if isinstance(each, Record):
            yield each
        elif not _is_null(each):
            _wrong(document, each, wanted)


class _Body:
    """The contents of a block, put together of one or more objects."""

    def __init__(self, document: Document, form: Form) -> None:
        self.document = document
        self.form = form
        self.attributes: dict[str, Attribute] = {}
        self.blocks: list[Block] = []

    def read(self, record: Record) -> None:
        """Takes in the members of an object."""
        for key, value in record.members:
            name = key.text
            form = self.form.blocks.get(name)
            if name == COMMENT:
                continue
            if value is None:
                self._set(key, None, template)
            elif form is not None or self.form is _FILE:
                self._labelled(name, form or CONTENT, key, value, ())
            elif name in self.form.arguments or self.form.others is not None:
                self._set(key, value, self.form.arguments.get(name) or self.form.others or template)
            elif name == "dynamic" and isinstance(value, Record | Array):
                self._labelled(name, DYNAMIC, key, value, ())
            else:
                self._either(key, value)

    def _set(self, key: Text, value: Node | None, read: Read) -> None:
        name = key.text
        if name in self.attributes:
            message = f'the argument "{name}" was already set on line {self.attributes[name].name_span.line}'
            self.document.problems.append(Problem("syntax", message, key.span))
            return
        expression = None if value is None else expression_of(self.document, value, read)
        self.attributes[name] = Attribute(self.document, None, name, key.span, expression)

    def _labelled(self, keyword: str, form: Form, key: Text, value: Node, labels: tuple[str, ...]) -> None:
        """The blocks in `value`, below as many levels of names as there are labels to come."""
        if len(labels) < form.labels:
            wanted = f"an object whose names are the labels of {keyword} blocks"
            for record in _records(self.document, value, wanted):
                for label, inner in record.members:
                    if inner is not None:
                        self._labelled(keyword, form, label, inner, (*labels, label.text))
        elif isinstance(value, Array):
            for position, item in enumerate(value.items):
                self._one(keyword, form, None if position else key, item, labels)
        else:
            self._one(keyword, form, key, value, labels)

    def _one(self, keyword: str, form: Form, key: Text | None, value: Node, labels: tuple[str, ...]) -> None:
        if not _is_null(value):
            records = list(_records(self.document, value, f"an object with the contents of a {keyword} block"))
            if records:
                self.blocks.append(_block(self.document, keyword, labels, form, key, records))

    def _either(self, key: Text, value: Node) -> None:
        """What may be a block or an argument."""
        records = _bodies(value)
        if not records:
            self._set(key, value, template)
        elif key.text in self.attributes:
            message = f'"{key.text}" was already set on line {self.attributes[key.text].name_span.line}'
            self.document.problems.append(Problem("syntax", message, key.span))
        else:
            for position, record in enumerate(records):
                block = _block(self.document, key.text, (), CONTENT, None if position else key, [record])
                block.may_be_map = record is value
                self.blocks.append(block)


def _bodies(value: Node) -> list[Record]:
    """The objects that may each be the body of a block; none where `value` is surely an argument."""
    nodes = value.items if isinstance(value, Array) else [value]
    records = [node for node in nodes if isinstance(node, Record) and _may_be_body(node)]
    return records if len(records) == len(nodes) else []


def _may_be_body(record: Record) -> bool:
    return not any("${" in key.text or "%{" in key.text for key, _ in record.members)


def _block(
    document: Document, keyword: str, labels: tuple[str, ...], form: Form, key: Text | None, records: Sequence[Record]
) -> Block:
    """The block with the contents of `records`; its header begins at the `key`, if it is the first behind it."""
    first, last = records[0].span, records[-1].span
    start = first if key is None else key.span
    header = Span(first.source, start.line, start.column, first.line, first.column + 1)
    span = Span(first.source, start.line, start.column, last.end_line, last.end_column)
    body = _Body(document, form)
    for record in records:
        body.read(record)
    block = Block(document, header, span, keyword, labels)
    block.hold(body.attributes, tuple(body.blocks))
    block.damaged = not all(record.closed for record in records)
    return block
