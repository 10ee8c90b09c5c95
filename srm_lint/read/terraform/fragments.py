"""Text that is no file of its own in, the expression or template that it is out: a value from the command line, a
template file, a string of a JSON file.

Only this module knows what has to stand around such a text for the parser of files to take it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from srm_lint.model.source import Problem, Source, Span
from srm_lint.read.terraform.expressions import Expression, Misunderstood
from srm_lint.read.terraform.grammar import NOT_UNDERSTOOD
from srm_lint.read.terraform.parsing import first_error, top_of, tree_of
from srm_lint.read.terraform.positions import Text
from srm_lint.read.terraform.syntax import Document

if TYPE_CHECKING:
    from tree_sitter import Node

_MARKER = "_SRM_LINT_END_OF_TEMPLATE_"
AROUND_EXPRESSION = ("_ = ", "\n")
"""What stands before and after an expression, so that it is set to `_`."""
AROUND_TEMPLATE = (f"_ = <<{_MARKER}\n", f"\n{_MARKER}\n")
"""The same for a template. The line end before the marker is no part of it (`Text.padding`)."""


def parse_expression(text: str, span: Span) -> Expression | None:
    """The expression that `text` is (a value from the command line), or None where it is none; all its spans are
    `span`.
    """
    return _only_value(Source(span.source, f"_ = {text}\n"), fixed=span)


def parse_standalone(text: str, path: str) -> Expression | Problem:
    """The expression that `text` is, alone and as a whole, over as many lines as it likes; or what is wrong with it.

    Bare expressions are read as if they stood in parentheses, as Terraform's console does.
    """
    from srm_lint.read.terraform.recovery import mended, second_opinion

    wrapped = Source(path, f"_ = (\n{text}\n)\n")
    document = Document(wrapped)
    content = document.content
    content.parsed = mended(content.data)
    root = tree_of(content.parsed)
    whole = Span(path, 1, 1, text.count("\n") + 1, len(text) - text.rfind("\n"))
    if root.has_error:
        problem = second_opinion(wrapped, content, first_error(content, root))
        if problem is None:
            return Problem("unsupported", NOT_UNDERSTOOD, whole)
        return _unwrapped(problem, text, whole)
    content.shift = 0
    attributes, blocks = document.contents(top_of(root), 0)
    if list(attributes) != ["_"] or blocks or not _is_wrapped(root):
        return Problem("syntax", "this is more than one expression", whole)
    expression = attributes["_"].expression
    if document.problems:
        problem = document.problems[0]
        return problem if problem.span.line > 0 else Problem(problem.kind, problem.message, whole)
    return expression


def _unwrapped(problem: Problem, text: str, whole: Span) -> Problem:
    """What is wrong with the wrapped `text`, told without our parentheses."""
    line, column = max(problem.span.line - 1, 1), problem.span.column
    message = problem.message
    if (line, column) >= (whole.end_line, whole.end_column):  # our closing parenthesis
        line, column = whole.end_line, whole.end_column
        message = message.replace('")" was not expected here', "the expression ends here")
    elif not text.rstrip().endswith(")"):
        message = message.replace(' )" was not expected here', '" was not expected here')
    return Problem(problem.kind, message, Span(whole.source, line, column, line, column))


def _is_wrapped(root: Node) -> bool:
    """Whether the first attribute is one expression in parentheses, and nothing beside them."""
    attribute = top_of(root)[0]
    parts = [child.type for child in attribute.children[-1].children if child.type != "comment"]
    return parts == ["(", "expression", ")"]


def parse_embedded(content: Text) -> Expression | Problem:
    """The expression that is set to `_` in a text whose places are not those of a file; or where it is none."""
    from srm_lint.read.terraform.recovery import mended

    document = Document(Source(content.path, ""), content)
    content.parsed = mended(content.data)
    root = tree_of(content.parsed)
    attributes, blocks = ({}, ()) if root.has_error else document.contents(top_of(root), 0)
    if list(attributes) != ["_"] or blocks:
        return Problem("syntax", NOT_UNDERSTOOD, first_error(content, root))
    expression = attributes["_"].expression
    return document.problems[0] if document.problems else expression


def parse_template(template: Source, at: Span | None = None) -> Expression | None:
    """The template that a whole file is, or a text that stands `at`; None where it is not a valid one."""
    before, after = AROUND_TEMPLATE
    return _only_value(Source(template.path, f"{before}{template.text}{after}"), fixed=at, shift=0, padding=1)


def _only_value(source: Source, *, fixed: Span | None = None, shift: int = 1, padding: int = 0) -> Expression | None:
    content = Text(source, fixed=fixed)
    content.shift, content.padding = shift, padding
    found = parse_embedded(content)
    if isinstance(found, Problem):
        return Misunderstood(found.span, found.message) if found.kind == "limit" else None
    return found
