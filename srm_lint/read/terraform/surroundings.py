"""A session in, what expressions need of it out: files, templates, and a place for their errors.

Only this module knows that an error in an expression becomes a problem and an unknown value.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from srm_lint.model.source import Source, Span, Unreadable
from srm_lint.model.value import Unknown, Value
from srm_lint.read.terraform.constants import Constants
from srm_lint.read.terraform.evaluation import evaluate
from srm_lint.read.terraform.expressions import Expression, Literal, Name, Step
from srm_lint.read.terraform.fragments import parse_template
from srm_lint.read.terraform.functions import FunctionError, LimitError, MissingFileError, UnreadableFileError
from srm_lint.read.terraform.modules import normal
from srm_lint.read.terraform.operators import Invalid
from srm_lint.read.terraform.session import Session
from srm_lint.read.terraform.syntax import Attribute
from srm_lint.read.terraform.world import Scope

T = TypeVar("T")

MAX_DEPTH = 10
"""How deep templates may render others, which only OpenTofu lets them."""
MAX_LISTED = 10_000
"""How many files `fileset` looks at."""


class Surroundings:
    """Where expressions are evaluated that may name nothing: defaults, variable files, templates."""

    def __init__(self, session: Session, depth: int = 0) -> None:
        self.session = session
        self.depth = depth
        self.constants = Constants(session.names_of)

    def resolve(self, name: Name, steps: Sequence[Step], span: Span) -> tuple[Value, int]:
        """The value that a reference starts with, and how many of `steps` that took. Raises `Invalid`."""
        del steps
        raise Invalid(f'Variables not allowed: "{name.name}" may not be used here.', span)

    @property
    def doubts(self) -> int:
        """How often something was used of which it is not known whether it exists."""
        return self.session.doubts

    @doubts.setter
    def doubts(self, count: int) -> None:
        self.session.doubts = count

    def spend(self, count: int, span: Span) -> None:
        """Counts work. Raises `Invalid` where there has been too much."""
        self.session.spend(count, span)

    def read_file(self, path: str) -> Source:
        """The file at `path`, seen from the root module, where Terraform runs. Raises `FunctionError`."""
        source = self._opened(path, self.session.library.tree.read)
        self.session.sources.setdefault(source.path, source)
        return source

    def read_bytes(self, path: str) -> bytes:
        """What the file at `path` holds, whether it is text or not. Raises `FunctionError`."""
        return self._opened(path, self.session.library.tree.bytes)

    def _opened(self, path: str, read: Callable[[Path], T]) -> T:
        target = normal(self.session.root / path)
        try:
            if target in self.session.library.tree and not target.exists():
                raise MissingFileError(f'No file exists at "{path}".')
            return read(target)
        except Unreadable as error:
            raise UnreadableFileError(f'"{path}" {error.problem.message}') from None
        except (OSError, RuntimeError, ValueError):
            raise UnreadableFileError(f'"{path}" cannot be read') from None

    def list_files(self, folder: str) -> Sequence[str]:
        """The files below `folder`, relative to it; links to folders are not followed. Raises `FunctionError`."""
        start = normal(self.session.root / folder)
        if start not in self.session.library.tree:
            raise UnreadableFileError(f'"{folder}" lies outside the scanned tree, so it is not listed')
        found: list[str] = []
        for here, _, names in os.walk(start):
            if len(found) + len(names) > MAX_LISTED:
                raise LimitError(f'"{folder}" holds over {MAX_LISTED:,} files, so they are not listed')
            paths = (os.path.join(here, name) for name in names)
            found.extend(os.path.relpath(path, start).replace(os.sep, "/") for path in paths if os.path.isfile(path))
        return sorted(found)

    def render_template(self, template: Source, variables: Mapping[str, Value], at: Span | None = None) -> Value:
        """What the template gives with these variables, and no others; `at` is where it stands, unless it is a file.
        Raises `FunctionError`.
        """
        if self.depth >= MAX_DEPTH:
            raise LimitError(f"Templates that render others more than {MAX_DEPTH} deep are not rendered by srm-lint.")
        name = template.path if at is None else "the text"
        expression = parse_template(template, at)
        if expression is None:
            raise FunctionError(f'"{name}" is not a valid template')
        try:
            return evaluate(expression, Scope(Surroundings(self.session, self.depth + 1), variables))
        except Invalid as error:
            refusal = LimitError if error.kind == "limit" else FunctionError
            raise refusal(f'"{name}": {error.message}') from None

    # Settling: an error becomes a problem and an unknown value

    def settle(self, attribute: Attribute, scope: Scope) -> Value:
        """The value of an attribute; where it cannot be evaluated, a problem is reported and it is unknown."""
        return self.settled(attribute.expression, scope)

    def settled(self, expression: Expression, scope: Scope) -> Value:
        """As `settle`, for an expression."""
        if isinstance(expression, Literal):
            return expression.value
        return self.constants.value((expression,), scope, lambda: self._settled_anew(expression, scope))

    def _settled_anew(self, expression: Expression, scope: Scope) -> Value:
        try:
            return evaluate(expression, scope)
        except Invalid as error:
            if (scope.certain and not error.null) or error.kind == "limit":
                self.session.problem(error.kind, error.message, error.span)
            return Unknown(span=expression.span, reason=f"it cannot be evaluated: {error.message.rstrip('.')}")
        except RecursionError:
            self.session.problem(
                "limit", "this refers through too many others, so it is not evaluated", expression.span
            )
            return Unknown(span=expression.span, reason="it refers through too many others")
