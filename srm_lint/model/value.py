"""What an attribute is worth: the `Value` that readers make, normalisation reshapes and policies judge.

A value carries where its deciding literal stands (`span`), the way from there to where it is used (`trace`), and
whether it is known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from enum import Enum
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from srm_lint.model.source import Span

MAX_CANDIDATES = 32
"""An unknown with more possibilities than this is simply unknown: enumerating them would cost more than it decides."""

MAX_SIZE = 100_000
"""An argument that holds more values than this is not looked into: nobody writes one, and walks must end."""

Plain = str | bool | int | Decimal | None


class _Sentinel(Enum):
    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return self.name


UNKNOWN = _Sentinel.UNKNOWN
"""What stands for an unknown value in plain data."""

Data = str | bool | int | float | Decimal | None | list["Data"] | dict[str, "Data"] | Literal[_Sentinel.UNKNOWN]
"""Plain Python data, as `Value.to_python` gives it."""


class Origin(Enum):
    """How a value came to be where it is."""

    WRITTEN = "written"
    """Written at the attribute itself."""
    PASSED = "passed"
    """Written elsewhere in the user's files, and passed here through a variable, local, parameter or module."""
    DEFAULT = "default"
    """Written by nobody: the provider's documented default, from the map of kinds."""


class Value(Struct, frozen=True, kw_only=True):
    """The common part: `span` is where the deciding literal stands; `trace` holds the hops from there to here, in
    order.

    `sensitive` values are never printed, and the text at their span is never quoted.
    """

    span: Span
    origin: Origin = Origin.WRITTEN
    trace: tuple[Span, ...] = ()
    sensitive: bool = False

    def passed(self, *hops: Span) -> Value:
        """This value, reached from its literal through `hops` (in order)."""
        return replace(self, trace=self.trace + hops, origin=Origin.PASSED)

    def inside(self, container: Value) -> Value:
        """This value as a part of `container`: it came the way that its container came."""
        if not container.trace and not container.sensitive:
            return self
        passed = self.passed(*container.trace) if container.trace else self
        return replace(passed, sensitive=True) if container.sensitive and not passed.sensitive else passed

    def to_python(self) -> Data:
        """This value as plain Python data, for programs: lists (also for sets, in their order), dicts and scalars.

        A number is an int where it is whole, a float where that is the very number, else a `Decimal`. What is unknown
        is `UNKNOWN`, also within lists and dicts; what nobody wrote is None. Sensitive values are given in full.
        """
        match self:
            case Scalar(data=Decimal() as number):
                near = float(number)
                return near if Decimal(repr(near)) == number else number
            case Scalar(data=data):
                return data
            case Object(members=members):
                return {name: member.to_python() for name, member in members.items()}
            case List(items=items):
                return [item.to_python() for item in items]
            case Unknown():
                return UNKNOWN
            case Link(address=address):
                return address
        return None


class Scalar(Value, frozen=True, kw_only=True):
    """A known string, boolean or number; `data` None is the null of an expression (readers turn a null argument into
    `Absent`).

    `encodes` is the structure that this text was encoded from (`jsonencode`, a policy document), with spans of its own.
    """

    data: Plain
    encodes: Value | None = None


class Object(Value, frozen=True, kw_only=True):
    """Known member names with their values, in order; `keys` tells where a name is written, where that is known.

    `uniform` marks a Terraform map, whose elements all have one type, beside an object, whose attributes need not.
    """

    members: Mapping[str, Value]
    keys: Mapping[str, Span] = {}
    uniform: bool = False

    def get(self, name: str) -> Value:
        """The member called `name`, or an `Absent` that points at this object."""
        member = self.members.get(name)
        return Absent(span=self.span, origin=self.origin, trace=self.trace) if member is None else member.inside(self)


class Statement(Object, frozen=True, kw_only=True):
    """A statement of a policy document, and the `denials` of that document: they win over what a statement allows."""

    denials: tuple[Object, ...] = ()


class List(Value, frozen=True, kw_only=True):
    """Items in order.

    `unordered` marks a Terraform set (its items are then sorted and distinct), `uniform` a Terraform list, whose items
    all have one type; what is neither is a tuple. Which type that is, only the items tell: an empty list does not know.
    """

    items: tuple[Value, ...]
    unordered: bool = False
    uniform: bool = False


class Unknown(Value, frozen=True, kw_only=True):
    """A value that cannot be known from the configuration.

    `reason` says in a phrase which input is missing ("var.cidr has no value"). `references` are the absolute
    addresses it depends on (`module.a.aws_s3_bucket.logs["x"]`, `var.a`; `MyBucket`, `Parameters.A`, or by its type,
    `AWS::EC2::VPC::Id.A`, a parameter that names what is there): links survive.
    `candidates`, if not empty, are all values that it can have. `pieces` are the known parts of an unknown string, with
    None for each gap: `("arn:aws:s3:::", None, "/*")`. `encodes` is as in `Scalar`: JSON text with gaps still has a
    structure. `chosen` says that it is one of several values, which are not all known: what it refers to is then only
    what it may be.
    """

    reason: str
    references: tuple[str, ...] = ()
    candidates: tuple[Value, ...] = ()
    pieces: tuple[str | None, ...] = ()
    encodes: Value | None = None
    chosen: bool = False

    def member(self, candidates: tuple[Value, ...]) -> Unknown:
        """What a step into this leads to: as little is known of it, but that it is one of `candidates`, if any."""
        return Unknown(
            span=self.span,
            origin=self.origin,
            trace=self.trace,
            sensitive=self.sensitive,
            reason=self.reason,
            references=self.references,
            candidates=candidates,
            chosen=self.chosen,
        )


class Partly(Unknown, frozen=True, kw_only=True):
    """A map or object that certainly has these members, and may have any others: what is merged into an unknown one."""

    members: Mapping[str, Value]


class Absent(Value, frozen=True, kw_only=True):
    """Nobody wrote it. The span is where it would have been written."""


class Link(Value, frozen=True, kw_only=True):
    """Another entity of the same inventory, by its address."""

    address: str


def either(candidates: Iterable[Value], *, span: Span, reason: str, references: Iterable[str] = ()) -> Value:
    """The unknown choice between `candidates`: nested choices are flattened, and their references kept.

    A candidate that is itself unknown and open makes the whole choice open, since it can then have any value.
    """
    flat: list[Value] = []
    known = dict.fromkeys(references)
    closed = True
    for candidate in candidates:
        if isinstance(candidate, Unknown):
            known.update(dict.fromkeys(candidate.references))
            if candidate.candidates:
                flat.extend(candidate.candidates)
                continue
            closed = closed and isinstance(candidate.encodes, Value)
        flat.append(candidate)
    if len(flat) > MAX_CANDIDATES:
        closed = False
    candidates = tuple(flat) if closed else ()
    return Unknown(
        span=span, reason=reason, references=tuple(known), candidates=candidates, chosen=not closed and len(flat) > 1
    )


def larger_than(value: Value, size: int) -> bool:
    """Whether `value` holds more than `size` values, each counted as often as it is reached.

    Values share their parts, so a few lines of `[local.a, local.a]` can stand for more than any walk would finish.
    """
    waiting = [value]
    count = 0
    while waiting:
        parts = parts_of(waiting.pop())
        count += 1 + len(parts)
        if count > size:
            return True
        waiting.extend(parts)
    return False


def every_value(roots: Iterable[Value]) -> Iterator[Value]:
    """The `roots` and all that they hold or were encoded from, each once however often it is shared."""
    waiting = list(roots)
    seen: set[int] = set()
    while waiting:
        value = waiting.pop()
        if id(value) not in seen:
            seen.add(id(value))
            yield value
            waiting.extend(parts_of(value))


def parts_of(value: Value) -> Collection[Value]:
    """The values that `value` is directly made of, may be, or was encoded from."""
    match value:
        case Object(members=members) | Partly(members=members):
            return members.values()
        case List(items=items):
            return items
        case Unknown(candidates=candidates, encodes=encodes):
            return (*candidates, encodes) if encodes is not None else candidates
        case Scalar(encodes=Value() as encodes):
            return (encodes,)
    return ()
