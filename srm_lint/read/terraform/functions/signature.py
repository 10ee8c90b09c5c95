"""What a function is: parameters, and a Python function that gets plain arguments and gives a plain result.

In: the `Value`s of a call and one entry of a table. Out: the `Value` that the function gives. Only this module knows
when null or an unknown argument is refused, and how a plain result becomes a `Value` again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol, runtime_checkable

from msgspec import Struct

from srm_lint.model.source import ProblemKind, Source, Span
from srm_lint.model.value import List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform.conversion import ConversionError, Undetermined, is_null, references_of
from srm_lint.read.terraform.functions.doubt import unknown_parts
from srm_lint.read.terraform.functions.parameters import Parameter, as_it_is
from srm_lint.read.terraform.scalars import composed

MAX_TEXT = 8 * 1024 * 1024
"""No function makes a longer text: it is also the largest file that is read."""
MAX_ITEMS = 100_000
"""No function makes a longer list."""


class FunctionError(Exception):
    """A call that Terraform refuses too, or that goes beyond a limit.

    `message` is a sentence in Terraform's manner; `argument` is the position of the bad argument, None where it is the
    call as a whole; `kind` is that of the problem that it makes.
    """

    kind: ProblemKind = "syntax"

    def __init__(self, message: str, argument: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.argument = argument


class LimitError(FunctionError):
    """The call would take more time or memory than srm-lint spends on it; Terraform might not refuse it."""

    kind = "limit"


class UnknownFunctionError(FunctionError):
    """There is no such function, as far as srm-lint knows; a newer Terraform may have it."""

    kind = "unsupported"


class UnreadableFileError(FunctionError):
    """What stands at the path may not or cannot be read."""

    kind = "unreadable"


class MissingFileError(UnreadableFileError):
    """Nothing stands at the path, though it is one that may be read."""


class Environment(Protocol):
    """What functions need of the module that they are called in. Paths are as written: relative to the working
    directory of Terraform.
    """

    def read_file(self, path: str) -> Source:
        """The file at `path`, confined to the scanned tree. Raises `FunctionError` (`MissingFileError` where certainly
        no file is).
        """

    def read_bytes(self, path: str) -> bytes:
        """What the file at `path` holds, whether it is text or not; as `read_file` otherwise."""

    def render_template(self, template: Source, variables: Mapping[str, Value], at: Span | None = None) -> Value:
        """What the template gives with these variables; all of it stands `at`, where it is no file. Raises
        `FunctionError`.
        """


@runtime_checkable
class FileLister(Protocol):
    """An environment that can also list files; without it, `fileset` is unknown."""

    def list_files(self, folder: str) -> Sequence[str]:
        """The regular files below `folder`, as paths relative to it with `/`. Raises `FunctionError`."""


class Site(Struct, frozen=True):
    """Where a function is called."""

    name: str
    span: Span
    environment: Environment

    def unknown(self, reason: str, references: tuple[str, ...] = ()) -> Unknown:
        """The unknown result of this call."""
        return Unknown(span=self.span, reason=reason, references=references)


Argument = object
"""What `take` gave: the type is the parameter's affair, so that tables stay one line an entry."""


class Function(Struct, frozen=True):
    """One entry of a table. `rest` takes all further arguments, of which there must be `least`; `sited`: `run` gets the
    `Site` first.

    `carries`: the result holds parts of the arguments, each with its own mark of sensitivity; other results are
    sensitive if any part was, unless `keeps_marks` is off.
    """

    parameters: tuple[Parameter, ...]
    run: Callable[..., object]
    rest: Parameter | None = None
    least: int = 0
    optional: int = 0
    sited: bool = False
    carries: bool = False
    keeps_marks: bool = True


Table = Mapping[str, Function]


def run(function: Function, arguments: Sequence[Value], site: Site) -> Value:
    """What the function gives for these arguments. Raises `FunctionError`."""
    taken: list[Argument] = [site] if function.sited else []
    unknown: list[Unknown] = []
    for position, value in enumerate(arguments):
        parameter = function.parameters[position] if position < len(function.parameters) else function.rest
        if parameter is None:  # the number of arguments was checked
            break
        try:
            taken.append(_taken(parameter, value, position))
        except Undetermined as undetermined:
            unknown.append(undetermined.unknown)
    if not unknown:
        try:
            return given(function.run(*taken), site.span)
        except Undetermined as undetermined:
            unknown.append(undetermined.unknown)
        except ConversionError as error:
            raise FunctionError(f'Call to function "{site.name}" failed: {error.message}.') from None
    return site.unknown(unknown[0].reason, references_of([*unknown, *unknown_parts(arguments)]))


def _taken(parameter: Parameter, value: Value, position: int) -> Argument:
    if isinstance(value, Unknown):
        if parameter.open:
            return value
        raise Undetermined(value)
    if is_null(value) and parameter.take is not as_it_is:
        raise FunctionError(f'Invalid value for "{parameter.name}" parameter: argument must not be null.', position)
    try:
        return parameter.take(value)
    except ConversionError as error:
        raise FunctionError(f'Invalid value for "{parameter.name}" parameter: {error.message}.', position) from None


def given(result: object, span: Span) -> Value:
    """A plain result as a `Value` at `span`; what is a `Value` already stays as it is. A Python list becomes a list, a
    tuple a tuple, and a dictionary an object.
    """
    match result:
        case Value():
            return result
        case str():
            if len(result) > MAX_TEXT:
                raise LimitError(f"the result has more than {MAX_TEXT:,} characters, which srm-lint does not compute")
            return Scalar(span=span, data=composed(result))
        case bool() | int() | Decimal() | None:
            return Scalar(span=span, data=result)
        case dict():
            return Object(span=span, members={name: given(member, span) for name, member in result.items()})
        case list() | tuple():
            if len(result) > MAX_ITEMS:
                raise LimitError(f"the result has more than {MAX_ITEMS:,} elements, which srm-lint does not compute")
            items = tuple([given(item, span) for item in result])
            return List(span=span, items=items, uniform=isinstance(result, list))
    raise TypeError(f"{result.__class__.__name__} is no result of a function")
