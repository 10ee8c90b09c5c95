"""The text of one expression in, its value out: for people who ask what something is worth, and for programs.

Only this module evaluates what stands in no file. https://developer.hashicorp.com/terraform/cli/commands/console does
likewise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from srm_lint.model.source import Problem, Source, Span, Tree
from srm_lint.model.value import MAX_SIZE, UNKNOWN, Data, List, Object, Scalar, Unknown, Value, larger_than
from srm_lint.read.terraform import evaluation, functions
from srm_lint.read.terraform.conversion import make_set
from srm_lint.read.terraform.expressions import Attribute as Step_
from srm_lint.read.terraform.expressions import Expression, Name, Step
from srm_lint.read.terraform.fragments import parse_standalone
from srm_lint.read.terraform.inputs import Inputs
from srm_lint.read.terraform.modules import Library, Module, normal
from srm_lint.read.terraform.operators import Invalid
from srm_lint.read.terraform.reader import deep_recursion, root_of, undeclared
from srm_lint.read.terraform.scope import Instance
from srm_lint.read.terraform.session import Session

SOURCE = "<expression>"
"""What the spans of the expression itself call their source."""

Given = Data | Value | Sequence["Given"] | Mapping[str, "Given"] | AbstractSet["Given"]
"""What a variable may be given: a value, or plain data, of which `UNKNOWN` and sets may be a part."""


class EvaluationError(Exception):
    """An expression that Terraform refuses too: `message` says why in Terraform's manner, `span` where in it."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


def evaluate(text: str, variables: Mapping[str, Given] | None = None, base_dir: Path | str | None = None) -> Value:
    """What the expression `text` is worth.

    `variables` gives names a meaning: `{"a": 1}` both to `var.a`, declared or not, and to the bare name `a`. In the
    folder `base_dir` files are found (nothing outside of it is ever read), and what its module declares can be referred
    to; without it there is neither. Raises `EvaluationError` for an expression that is invalid.
    """
    folder = normal(Path("." if base_dir is None else base_dir).absolute())
    library = Library(Tree(folder))
    module = library.module(folder) if base_dir is not None else None
    session = Session(folder, library, set())
    console = _Console(module or Module(folder), session)
    console.given = {name: _value_of(data, name) for name, data in (variables or {}).items()}
    console.files = base_dir is not None
    return _evaluated(text, console)


class Worth(Struct, frozen=True):
    """What an expression is worth in a module: its value, its type as `type()` tells it (empty where that is not
    known), and the problems that were met on the way.
    """

    value: Value
    type: str
    problems: tuple[Problem, ...]


def evaluate_in(folder: Path, text: str, tree: Tree, inputs: Inputs) -> Worth:
    """What `text` is worth in the root module in `folder`. Raises `EvaluationError` for what Terraform refuses."""
    folder = normal(folder.absolute())
    library = Library(tree)
    session = Session(folder, library, set(), inputs.workspace)
    module = library.module(folder) or Module(folder)
    root = root_of(module, session, inputs)
    value = _evaluated(text, root)
    for each in (module, *session.modules.values()):
        for problem in each.all_problems():
            session.report(problem)
    for problem in undeclared([module], inputs):
        session.report(problem)
    return Worth(value, _type_text(value, root), tuple(session.problems))


def _type_text(value: Value, root: Instance) -> str:
    try:
        told = functions.call("type", (value,), value.span, root)
    except functions.FunctionError:  # too large to be told
        return ""
    return str(told.data) if isinstance(told, Scalar) else ""


def _evaluated(text: str, root: Instance) -> Value:
    expression = parse_standalone(text, SOURCE)
    if isinstance(expression, Problem):
        raise EvaluationError(expression.message, expression.span)
    with deep_recursion():
        try:
            value = evaluation.evaluate(expression, root.scope)
            if larger_than(value, MAX_SIZE):
                raise EvaluationError(f"this holds more than {MAX_SIZE:,} values", expression.span)
            return _settled(value)
        except Invalid as error:
            raise EvaluationError(error.message, error.span) from None
        except RecursionError:
            raise _too_deep(expression) from None


def _too_deep(expression: Expression) -> EvaluationError:
    return EvaluationError("this refers through too many others, so it is not evaluated", expression.span)


def _settled(value: Value) -> Value:
    """The value with all that resources and modules work out only when they are asked; the expression is no hop."""
    if any(hop.source == SOURCE for hop in value.trace):
        value = replace(value, trace=tuple([hop for hop in value.trace if hop.source != SOURCE]))
    if isinstance(value, Object):
        return replace(value, members={name: _settled(member) for name, member in value.members.items()})
    if isinstance(value, List):
        return replace(value, items=tuple([_settled(item) for item in value.items]))
    return value


class _Console(Instance):
    """A module in which names may be given values from outside."""

    given: Mapping[str, Value]
    files: bool

    def resolve(self, name: Name, steps: Sequence[Step], span: Span) -> tuple[Value, int]:
        """As in a module; what is given comes first."""
        known = self.given.get(name.name)
        if known is not None:
            return known, 0
        first = steps[0].name if steps and isinstance(steps[0], Step_) else ""
        if name.name == "var" and first in self.given:
            return self.given[first], 1
        return super().resolve(name, steps, span)

    def read_file(self, path: str) -> Source:
        """As in a module; without a base folder there are no files."""
        if not self.files:
            raise functions.UnreadableFileError(f'"{path}" is not read: there is no base folder')
        return super().read_file(path)

    def read_bytes(self, path: str) -> bytes:
        """As in a module; without a base folder there are no files."""
        if not self.files:
            raise functions.UnreadableFileError(f'"{path}" is not read: there is no base folder')
        return super().read_bytes(path)

    def list_files(self, folder: str) -> Sequence[str]:
        """As in a module; without a base folder there are no files."""
        if not self.files:
            raise functions.UnreadableFileError(f'"{folder}" is not listed: there is no base folder')
        return super().list_files(folder)


def _value_of(data: Given, name: str) -> Value:
    nowhere = Span(f"<{name}>", 1, 1, 1, 1)
    if isinstance(data, Value):
        return data
    if data is UNKNOWN:
        return Unknown(span=nowhere, reason=f"{name} is not known", references=(f"var.{name}",))
    if isinstance(data, Mapping):
        return Object(span=nowhere, members={str(key): _value_of(each, name) for key, each in data.items()})
    if isinstance(data, float):
        number = Decimal(repr(data))
        return Scalar(span=nowhere, data=int(number) if number == number.to_integral_value() else number)
    if isinstance(data, str | bool | int | Decimal | None):
        return Scalar(span=nowhere, data=data)
    items = tuple([_value_of(each, name) for each in data])
    whole = List(span=nowhere, items=items)
    return make_set(items, whole) if isinstance(data, AbstractSet) else whole
