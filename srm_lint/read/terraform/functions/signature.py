"""What a function is: parameters, and a Python function that gets plain arguments and gives a plain result.

In: the `Value`s of a call and one entry of a table. Out: converted arguments. Only this module knows how arguments are
converted, when null or an unknown argument is refused, and how a plain result becomes a `Value` again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Protocol, runtime_checkable

from msgspec import Struct

from srm_lint.model.source import ProblemKind, Source, Span
from srm_lint.model.value import List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform.conversion import (
    ANY,
    STRING,
    ConversionError,
    Type,
    Undetermined,
    convert_items,
    is_null,
    references_of,
    to_bool,
    to_number,
    to_text,
    unordered_unknown,
)
from srm_lint.read.terraform.functions.doubt import unknown_parts
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


class Parameter(Struct, frozen=True):
    """One parameter: its name in messages, and how its argument is taken.

    `take` raises `ConversionError`, or `Undetermined` where a part that it needs is unknown. `open`: an `Unknown` is
    handed on as it is, instead of making the result unknown.
    """

    name: str
    take: Callable[[Value], object]
    open: bool = False


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


# The kinds of parameters


def anything(name: str, *, open: bool = False) -> Parameter:  # noqa: A002 - the field's name
    """A parameter of any type: the function gets the `Value` itself (null as a `Scalar`)."""
    return Parameter(name, _as_it_is, open)


def _as_it_is(value: Value) -> Value:
    return value


def text(name: str, *, open: bool = False) -> Parameter:  # noqa: A002 - the field's name
    """A string: the function gets a `str`."""
    return Parameter(name, take_text, open)


def take_text(value: Value) -> str:
    """The text of a scalar."""
    if isinstance(value, Scalar):
        return to_text(value)
    raise ConversionError("string required")


def number(name: str) -> Parameter:
    """A number: `int | Decimal`."""
    return Parameter(name, take_number)


def take_number(value: Value) -> int | Decimal:
    """The number of a scalar."""
    if isinstance(value, Scalar):
        return to_number(value)
    raise ConversionError("number required")


def whole(name: str, *, open: bool = False) -> Parameter:  # noqa: A002 - the field's name
    """A whole number of 64 bits: `int`."""
    return Parameter(name, _take_whole, open)


def _take_whole(value: Value) -> int:
    data = take_integer(value)
    if not -(2**63) <= data < 2**63:
        raise ConversionError(f"value must be a whole number, between -{2**63} and {2**63 - 1}")
    return data


def integer(name: str) -> Parameter:
    """A whole number of any size: `int`."""
    return Parameter(name, take_integer)


def take_integer(value: Value) -> int:
    """The whole number of a scalar."""
    data = take_number(value)
    if not isinstance(data, int):
        raise ConversionError("a whole number is required")
    return data


def take_bool(value: Value) -> bool:
    """The bool of a scalar."""
    if isinstance(value, Scalar):
        return to_bool(value)
    raise ConversionError("bool required")


def items(name: str) -> Parameter:
    """A list or tuple, or a set read as a list: the tuple of its items, each of which may be unknown or null."""
    return Parameter(name, take_items)


def take_items(value: Value) -> tuple[Value, ...]:
    """The items in order. Raises `Undetermined` for a set in which an unknown item may stand anywhere."""
    if isinstance(value, List) and (unknown := unordered_unknown(value)):
        raise Undetermined(unknown)
    return take_elements(value)


def sequence(name: str) -> Parameter:
    """A list or tuple, but no set: the tuple of its items."""
    return Parameter(name, _take_sequence)


def _take_sequence(value: Value) -> tuple[Value, ...]:
    if isinstance(value, List) and value.unordered:
        raise ConversionError("must be a list or tuple, not a set")
    return take_elements(value)


def elements(name: str) -> Parameter:
    """A list, tuple or set of which the order does not matter: the tuple of its items."""
    return Parameter(name, take_elements)


def take_elements(value: Value) -> tuple[Value, ...]:
    """The items in any order, each with the way that its list came."""
    if not isinstance(value, List):
        raise ConversionError("list of any single type required")
    if value.trace or value.sensitive:
        return tuple(item.inside(value) for item in value.items)
    return value.items


def whole_list(name: str, *, open: bool = False) -> Parameter:  # noqa: A002 - the field's name
    """A list, tuple or set: the `List` itself, since which of them it is decides what the result is."""
    return Parameter(name, _take_listed, open)


def _take_listed(value: Value) -> List:
    if not isinstance(value, List):
        raise ConversionError("list of any single type required")
    return value


def strings(name: str) -> Parameter:
    """`list(string)`: the tuple of its items, converted to strings, each of which may be unknown or null."""
    return Parameter(name, partial(_take_list, element=STRING))


def uniform(name: str) -> Parameter:
    """`list(any)`: the tuple of its items, converted to their one common type, each of which may be unknown or null."""
    return Parameter(name, partial(_take_list, element=ANY))


def _take_list(value: Value, element: Type) -> tuple[Value, ...]:
    return convert_items(take_items(value), element)


def members(name: str) -> Parameter:
    """A map or object: `dict[str, Value]`, each member with the way that its map came."""
    return Parameter(name, take_members)


def mapping(name: str, *, open: bool = False) -> Parameter:  # noqa: A002 - the field's name
    """A map or object: the `Object` itself, since which of them it is decides what the result is."""
    return Parameter(name, _take_mapping, open)


def _take_mapping(value: Value) -> Object:
    if not isinstance(value, Object):
        raise ConversionError("map of any single type required")
    return value


def take_members(value: Value) -> dict[str, Value]:
    """The members, each with the way that its map came."""
    if not isinstance(value, Object):
        raise ConversionError("map of any single type required")
    if value.trace or value.sensitive:
        return {name: member.inside(value) for name, member in value.members.items()}
    return dict(value.members)


# From values to Python and back


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
    if is_null(value) and parameter.take is not _as_it_is:
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
