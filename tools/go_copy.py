"""A tree of Terraform files in, a copy of it out that means the same, but that tfparse reads as Terraform does.

Only this module knows which of tfparse's ways can be kept from it by writing the same thing otherwise. No line is added
or taken away, so that places stay what they are.
"""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from srm_lint.model.source import Source, Span, Tree, Unreadable
from srm_lint.read.terraform.bodies import META
from srm_lint.read.terraform.expressions import Attribute as Step
from srm_lint.read.terraform.expressions import Call, Conditional, Index, Literal, Name, Template, Traversal, Tuple
from srm_lint.read.terraform.modules import is_local
from srm_lint.read.terraform.parsing import parse
from srm_lint.read.terraform.syntax import Attribute, Block, Document

NOBODY_KNOWS = "srm_lint_nobody_knows"
"""The name of a resource that every module of the copy has: its id is made up, and so is different in every run."""
_STAND_IN = f"random_uuid.{NOBODY_KNOWS}.id"

_JUDGED = ("resource", "data", "output", "locals")
_EVALUATED = (*_JUDGED, "module")
_GUARDS = ("try", "can")
_HEREDOC = re.compile(r"<<-?\w")


class Edit(NamedTuple):
    """`text` in the place of so many characters from a position on."""

    line: int
    column: int
    length: int
    text: str


def copied(root: Path, target: Path) -> None:
    """Makes the copy of the tree at `root` at `target`."""
    shutil.copytree(root, target, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    tree = Tree(target)
    modules: dict[Path, list[tuple[Path, Source]]] = defaultdict(list)
    for path in sorted(target.rglob("*.tf")):
        try:
            modules[path.parent].append((path, tree.read(path)))
        except Unreadable:
            continue
    for folder, files in modules.items():
        documents = [(path, source, parse(source)) for path, source in files]
        copy = _Copy([document for _, _, document in documents])
        for path, source, document in documents:
            text = _without(_with(source.text, copy.edits(document)), filter(_is_elsewhere, document.blocks))
            path.write_text(text, "utf-8", newline="")
        (folder / f"{NOBODY_KNOWS}.tf").write_text(f'resource "random_uuid" "{NOBODY_KNOWS}" {{}}\n', "utf-8")


def _with(text: str, edits: Iterable[Edit]) -> str:
    lines = text.split("\n")
    # From the last to the first, so that columns stay true; of two at one place, the outer one comes first.
    for _, edit in sorted(enumerate(edits), key=lambda each: (each[1][:2], each[0]), reverse=True):
        line = lines[edit.line - 1]
        lines[edit.line - 1] = line[: edit.column - 1] + edit.text + line[edit.column - 1 + edit.length :]
    return "\n".join(lines)


def _without(text: str, blocks: Iterable[Block]) -> str:
    lines = text.split("\n")
    for block in blocks:
        for number in range(block.span.line, block.span.end_line + 1):
            lines[number - 1] = ""
    return "\n".join(lines)


def _is_elsewhere(block: Block) -> bool:
    """Whether a block calls a module that would have to be downloaded. To tfparse such a module is an object of the
    arguments of its call; it is unknown where there is no such call.
    """
    source = block.attributes.get("source") if block.keyword == "module" else None
    path = source.expression if source is not None else None
    return isinstance(path, Literal) and not is_local(str(path.value.data))


class _Copy:
    """One module, and what is written otherwise in it."""

    def __init__(self, documents: list[Document]) -> None:
        blocks = [block for document in documents for block in document.blocks]
        self._blocks = {(block.keyword, *block.labels): block for block in blocks}
        self._defaults = dict(each for document in documents for each in _defaults(document))

    def edits(self, document: Document) -> Iterator[Edit]:
        """All of one file."""
        for block in document.blocks:
            if block.keyword in _EVALUATED and not _is_elsewhere(block):
                yield from self._block(block, judged=block.keyword in _JUDGED)

    def _block(self, block: Block, *, judged: bool) -> Iterator[Edit]:
        for name, attribute in block.attributes.items():
            if judged and name not in META:
                yield from _in_parentheses(attribute)
            yield from self._expression(attribute.expression, guarded=not judged)
        for nested in block.blocks:
            if nested.keyword not in META:
                yield from self._block(nested, judged=judged)

    def _expression(self, node: object, *, guarded: bool) -> Iterator[Edit]:
        """What is written otherwise in an expression, which is `guarded` where another value takes the place of an
        error.
        """
        if isinstance(node, tuple):
            for each in node:
                yield from self._expression(each, guarded=guarded)
        elif isinstance(node, Struct) and not isinstance(node, Span | Literal):
            if isinstance(node, Traversal) and isinstance(node.root, Name):
                if guarded and self._nobody_knows(node) and node.span.line == node.span.end_line:
                    length = node.span.end_column - node.span.column
                    yield Edit(node.span.line, node.span.column, length, _STAND_IN)
                    return
                yield from self._never_null(node.root, node.steps[0] if node.steps else None)
            # An unknown part of a list or an object does not make the whole of it an error.
            inside = guarded and isinstance(node, Conditional | Template)
            inside = inside or (isinstance(node, Call) and node.name in _GUARDS)
            for name in node.__struct_fields__:
                yield from self._expression(getattr(node, name), guarded=inside)

    def _never_null(self, root: Name, step: object) -> Iterator[Edit]:
        """Where a module call passes null for a variable with `nullable = false`, the default takes its place; tfparse
        leaves it null. https://developer.hashicorp.com/terraform/language/values/variables#disallowing-null-input-values
        """
        if root.name == "var" and isinstance(step, Step) and step.name in self._defaults:
            before = f"(var.{step.name} == null ? {self._defaults[step.name]} : "
            yield Edit(root.span.line, root.span.column, 0, before)
            yield Edit(step.span.end_line, step.span.end_column, 0, ")")

    def _nobody_knows(self, reference: Traversal) -> bool:
        """Whether a reference is to what only the provider knows, or a module that is not there. To tfparse that is an
        error, so that `try` gives what it has in store for errors, and a module that it is passed to takes the default
        of its variable; to Terraform it is an unknown value.
        """
        names = [step.name for step in reference.steps if isinstance(step, Step)]
        root = reference.root.name if isinstance(reference.root, Name) else ""
        if not all(isinstance(step, Step | Index) for step in reference.steps):
            return False
        if root == "module":
            call = self._blocks.get((root, *names[:1]))
            return call is not None and _is_elsewhere(call)
        key = ("data", *names[:2]) if root == "data" else ("resource", root, *names[:1])
        block = self._blocks.get(key)
        rest = names[len(key) - 1 :] if root == "data" else names[1:]
        return block is not None and bool(rest) and rest[0] != "id" and rest[0] not in block.attributes


def _defaults(document: Document) -> Iterator[tuple[str, str]]:
    """The variables that cannot be null, with the source text of a default that is a plain value or `[]`."""
    for block in document.blocks:
        nullable, default = block.attributes.get("nullable"), block.attributes.get("default")
        if block.keyword != "variable" or nullable is None or default is None or not block.labels:
            continue
        allowed, value = nullable.expression, default.expression
        plain = value == Tuple(value.span, ()) or (isinstance(value, Literal) and value.value.data is not None)
        if (
            plain
            and value.span.line == value.span.end_line
            and isinstance(allowed, Literal)
            and allowed.value.data is False
        ):
            line = document.source.lines()[value.span.line - 1]
            yield block.labels[0], line[value.span.column - 1 : value.span.end_column - 1]


def _in_parentheses(attribute: Attribute) -> Iterator[Edit]:
    """Where an argument is a bare call, text or reference that it cannot evaluate, tfparse writes something else in its
    place: a call with invented arguments, the source text, an object that describes the reference. It does not do so
    for an expression in parentheses.
    """
    expression = attribute.expression
    # A heredoc ends with its line, so that nothing may stand behind it.
    if isinstance(expression, Call | Template | Traversal | Name) and not _HEREDOC.search(attribute.text()):
        span = expression.span
        yield Edit(span.line, span.column, 0, "(")
        yield Edit(span.end_line, span.end_column, 0, ")")
