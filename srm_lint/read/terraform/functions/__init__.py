"""Terraform's functions: a name and argument `Value`s in, the `Value` of the call out.

Only this module knows which group a function belongs to, and what holds for all of them: the number of arguments,
candidates of unknown arguments, and marks of sensitivity. https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from itertools import product
from math import prod

from msgspec.structs import replace

from srm_lint.model.source import Span
from srm_lint.model.value import MAX_CANDIDATES, List, Object, Scalar, Unknown, Value, either
from srm_lint.read.terraform.conversion import references_of
from srm_lint.read.terraform.functions.doubt import unknown_parts
from srm_lint.read.terraform.functions.signature import (
    Environment,
    FileLister,
    Function,
    FunctionError,
    LimitError,
    MissingFileError,
    Site,
    Table,
    UnknownFunctionError,
    UnreadableFileError,
    run,
)

__all__ = [
    "Environment",
    "FileLister",
    "FunctionError",
    "LimitError",
    "MissingFileError",
    "Site",
    "UnknownFunctionError",
    "UnreadableFileError",
    "call",
    "names",
]

GROUPS = {
    "numeric": "abs ceil floor log max min parseint pow signum",
    "strings": (
        "chomp endswith indent join lower split startswith strcontains strrev substr templatefile templatestring title"
        " trim trimprefix trimspace trimsuffix upper"
    ),
    "formatting": "format formatlist",
    "patterns": "regex regexall replace",
    "lists": (
        "chunklist coalesce coalescelist compact concat distinct element flatten list matchkeys one range reverse slice"
        " sort"
    ),
    "questions": "alltrue anytrue contains index length sum",
    "maps": "keys lookup map merge transpose values zipmap",
    "sets": "setintersection setproduct setsubtract setunion",
    "encoding": (
        "base64decode base64encode base64gunzip base64gzip csvdecode textdecodebase64 textencodebase64 urldecode"
        " urlencode"
    ),
    "documents": "jsondecode jsonencode yamldecode yamlencode",
    "files": (
        "abspath basename dirname file filebase64 filebase64sha256 filebase64sha512 fileexists filemd5 fileset filesha1"
        " filesha256 filesha512 pathexpand"
    ),
    "assumptions": (
        "assumeequal assumelistlength assumelistlengthmax assumelistlengthmin assumemaplength assumemaplengthmax"
        " assumemaplengthmin assumenotnull assumesetlength assumesetlengthmax assumesetlengthmin assumestringprefix"
    ),
    "dates": "formatdate plantimestamp timeadd timecmp timestamp",
    "hashes": "base64sha256 base64sha512 bcrypt md5 rsadecrypt sha1 sha256 sha512 uuid uuidv5",
    "network": "cidrcontains cidrhost cidrnetmask cidrsubnet cidrsubnets",
    "conversions": (
        "ephemeralasnull issensitive nonsensitive sensitive tobool tolist tomap tonumber toset tostring type"
    ),
}
_GROUP_OF = {name: group for group, names in GROUPS.items() for name in names.split()}


def names() -> tuple[str, ...]:
    """The functions that are known, sorted."""
    return tuple(sorted(_GROUP_OF))


@cache
def _function(name: str) -> Function | None:
    group = _GROUP_OF.get(name)
    if group is None:
        return None
    table: Table = import_module(f"{__name__}.{group}").TABLE
    return table[name]


def call(name: str, arguments: Sequence[Value], span: Span, environment: Environment) -> Value:
    """What calling the function `name` at `span` gives; `try`, `can` and `convert` are not called but evaluated,
    by the expressions.

    A function that only Terraform can run gives an `Unknown`, and so does an unknown argument, unless the answer does
    not depend on it. Raises `FunctionError`, where Terraform refuses the call and where it goes beyond a limit.
    """
    if name.startswith("provider::"):
        return _open(arguments, span, f"{name} is a function of a provider, which srm-lint does not run")
    function = _function(name.removeprefix("core::"))
    if function is None:
        raise UnknownFunctionError(f'Call to unknown function: there is no function named "{name}".')
    _check_count(function, name, len(arguments))
    site = Site(name, span, environment)
    try:
        return _marked(function, arguments, _over_candidates(function, arguments, site))
    except RecursionError:
        raise LimitError(f'An argument of "{name}" is nested too deeply for srm-lint.') from None
    except FunctionError as error:
        if _any_sensitive(arguments):  # messages quote what they complain about
            message = f'Call to function "{name}" failed; why is not shown, since an argument is sensitive.'
            raise error.__class__(message, error.argument) from None
        raise


def _open(arguments: Sequence[Value], span: Span, reason: str) -> Unknown:
    references = references_of(unknown_parts(arguments))
    return Unknown(span=span, reason=reason, references=references, sensitive=_any_sensitive(arguments))


def _check_count(function: Function, name: str, count: int) -> None:
    wanted = len(function.parameters)
    fewest = wanted - function.optional + function.least
    if count < fewest:
        missing = function.parameters[count].name if count < wanted else function.rest.name if function.rest else ""
        expected = f"at least {fewest}" if function.rest or function.optional else str(fewest)
        raise FunctionError(
            f'Not enough function arguments: function "{name}" expects {expected} argument(s).'
            f' Missing value for "{missing}".'
        )
    if function.rest is None and count > wanted:
        raise FunctionError(
            f'Too many function arguments: function "{name}" expects only {wanted} argument(s).', wanted
        )


# Candidates: the answer for each of the values that an unknown argument may have


def _over_candidates(function: Function, arguments: Sequence[Value], site: Site) -> Value:
    choices = [_choices(argument) for argument in arguments]
    bounded = [v for v in arguments if isinstance(v, Unknown) and v.candidates]
    if bounded and prod(map(len, choices)) <= MAX_CANDIDATES:
        return _chosen(function, product(*choices), site, bounded)
    result = run(function, arguments, site)
    if not isinstance(result, Unknown) or result.candidates or result.encodes is not None:
        return result
    within = [
        item
        for argument in arguments
        if isinstance(argument, List)
        for item in argument.items
        if isinstance(item, Unknown) and item.candidates
    ]
    if within and prod(len(item.candidates) for item in within) <= MAX_CANDIDATES:
        return _chosen(function, product(*(list(_choices_within(argument)) for argument in arguments)), site, within)
    return result


def _choices(argument: Value) -> Sequence[Value]:
    if isinstance(argument, Unknown) and argument.candidates:
        return [candidate.inside(argument) for candidate in argument.candidates]
    return (argument,)


def _choices_within(argument: Value) -> Iterator[Value]:
    if not isinstance(argument, List):
        yield argument
        return
    for items in product(*map(_choices, argument.items)):
        yield replace(argument, items=items)


def _chosen(function: Function, calls: Iterator[tuple[Value, ...]], site: Site, unknown: Sequence[Unknown]) -> Value:
    """What all the calls can give. A call that Terraform refuses is never deployed: it gives no candidate."""
    results: list[Value] = []
    refused: FunctionError | None = None
    references = references_of(unknown)
    for arguments in calls:
        try:
            results.append(run(function, arguments, site))
        except LimitError as error:
            return site.unknown(error.message, references)
        except FunctionError as error:
            refused = error
    if refused is not None and not results:
        raise refused
    results = list({_mark(result): result for result in results}.values())
    if len(results) == 1 and isinstance(results[0], Scalar) and refused is None:
        return results[0]
    return either(results, span=site.span, reason=unknown[0].reason, references=references)


def _mark(result: Value) -> object:
    """What two results share that are one and the same answer."""
    if isinstance(result, Scalar) and result.encodes is None:
        return result.data.__class__, result.data, result.span, result.trace
    return id(result)


# Sensitivity


def _marked(function: Function, arguments: Sequence[Value], result: Value) -> Value:
    """The result, sensitive where an argument is; parts that are carried over bring their own marks."""
    if result.sensitive or not function.keeps_marks:
        return result
    own = any(argument.sensitive for argument in arguments)
    return replace(result, sensitive=True) if own or (not function.carries and _any_sensitive(arguments)) else result


def _any_sensitive(values: Sequence[Value]) -> bool:
    waiting = [*values]
    seen: set[int] = set()
    while waiting:
        value = waiting.pop()
        if value.sensitive:
            return True
        if isinstance(value, Scalar) or id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, List):
            waiting.extend(value.items)
        elif isinstance(value, Object):
            waiting.extend(value.members.values())
        elif isinstance(value, Unknown):
            waiting.extend(value.candidates)
    return False
