"""The expression tree of the Terraform language: what `grammar` makes of syntax and `evaluation` works out; no parser,
no values of names.

See https://developer.hashicorp.com/terraform/language/expressions.
"""

from __future__ import annotations

from msgspec import Struct

from srm_lint.model.source import Span
from srm_lint.model.value import Scalar


class Literal(Struct, frozen=True):
    """A number, boolean, null, or text without gaps."""

    span: Span
    value: Scalar


class Misunderstood(Struct, frozen=True):
    """What could not be turned into an expression; it is worth an Unknown with this reason."""

    span: Span
    reason: str


class Name(Struct, frozen=True):
    """The first word of a reference: `var`, `local`, `each`, a resource type, a variable of a `for`."""

    span: Span
    name: str


class Attribute(Struct, frozen=True):
    """The step `.name`."""

    span: Span
    name: str


class Index(Struct, frozen=True):
    """The step `[key]`, or the older `.0`."""

    span: Span
    key: Expression


class Splat(Struct, frozen=True):
    """The step `[*]` or `.*`; the later steps that it takes along are its own."""

    span: Span
    steps: tuple[Step, ...]


Step = Attribute | Index | Splat


class Traversal(Struct, frozen=True):
    """Steps from a name, or from any other expression."""

    span: Span
    root: Expression
    steps: tuple[Step, ...]


class Template(Struct, frozen=True):
    """Text with gaps: the parts are joined."""

    span: Span
    parts: tuple[Expression, ...]


class TemplateFor(Struct, frozen=True):
    """The directive `%{ for }`."""

    span: Span
    key: str | None
    item: str
    collection: Expression
    body: Template


class Tuple(Struct, frozen=True):
    """`[a, b]`."""

    span: Span
    items: tuple[Expression, ...]


class Member(Struct, frozen=True):
    """`key = value` of an object; a bare word is a literal key."""

    key: Expression
    value: Expression


class ObjectOf(Struct, frozen=True):
    """`{key = value}`."""

    span: Span
    members: tuple[Member, ...]


class For(Struct, frozen=True):
    """`[for …]`, or `{for …}` where there is a `result_key`; `group` is the `...` after the value."""

    span: Span
    key: str | None
    item: str
    collection: Expression
    result_key: Expression | None
    result: Expression
    condition: Expression | None
    group: bool


class Conditional(Struct, frozen=True):
    """`condition ? then : otherwise`, and `%{ if }` (then the branches are templates)."""

    span: Span
    condition: Expression
    then: Expression
    otherwise: Expression


class Binary(Struct, frozen=True):
    """Two operands and what stands between them."""

    span: Span
    operator: str
    left: Expression
    right: Expression


class Unary(Struct, frozen=True):
    """`-` or `!`."""

    span: Span
    operator: str
    operand: Expression


class Call(Struct, frozen=True):
    """A function call; `expand` is the `...` after the last argument."""

    span: Span
    name: str
    arguments: tuple[Expression, ...]
    expand: bool


Expression = (
    Literal
    | Misunderstood
    | Name
    | Traversal
    | Template
    | TemplateFor
    | Tuple
    | ObjectOf
    | For
    | Conditional
    | Binary
    | Unary
    | Call
)
