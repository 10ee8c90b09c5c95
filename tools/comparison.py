"""Two readings of a module in, what both know and where they differ out.

Only this module knows which differences are tfparse's known faults, and which are only of representation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from go_reading import PLACE, Plain

from srm_lint.model.source import Span
from srm_lint.model.value import Absent, List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform.bodies import META
from srm_lint.read.terraform.later import Later
from srm_lint.read.terraform.members import BlockMembers, OutputMembers, ResourceMembers

if TYPE_CHECKING:
    from own_reading import Said

# What tfparse is known to get wrong, whatever it is given. Such values are not compared, but counted and told.
BLOCKS = "leaves the nested blocks out of a resource that is referred to"
ARGUMENTS = "adds the arguments of a module's call to its outputs"
NOTHING = "takes an empty for_each for an empty list, not an empty object"
LARGE = "cuts off whole numbers at 64 bits"
LATE = "does not expand a for_each that is worked out late"

_PRESETS = ("${", "current-region", "arn:aws:s3:::")
_MISSING = "(no such member)"


class Difference(NamedTuple):
    """An attribute that both know otherwise, or that only tfparse knows; `ours` is the value, or why there is none."""

    address: str
    path: str
    place: str
    ours: object
    theirs: object


class Comparison:
    """How the two readings of one root module, or of many, compare.

    `ours`, `theirs` and `both` count attributes that are known; a value of many parts counts once for each part that
    has none. `made_up` counts those of tfparse of which it cannot know what it says; `unread` are the addresses that
    only tfparse has.
    """

    def __init__(self) -> None:
        self.ours = self.theirs = self.both = self.made_up = 0
        self.faults: Counter[str] = Counter()
        self.disagreements: list[Difference] = []
        self.gaps: list[Difference] = []
        self.unread: list[str] = []
        self._late: set[str] = set()
        self._address = ""

    @property
    def agreement(self) -> float:
        """The percentage of the attributes that both know on which they agree."""
        return 100 * (1 - len(self.disagreements) / self.both) if self.both else 100.0

    def add(self, ours: dict[str, Said], theirs: dict[str, Plain]) -> None:
        """Takes in one root module."""
        counted = {address.rpartition("[")[0] for address in ours}
        self._late = {address for address in theirs if address in counted and address not in ours}
        # Of a count that it does not know, tfparse makes one instance; to us one stands for all, and has no number.
        only = {address.replace("[0]", ""): address for address in theirs}
        claimed: set[str] = set()
        for address, said in ours.items():
            other = only.get(address.replace("[0]", ""), address) if said.one else address
            claimed.add(other)
            self._address = address
            self._start(said.value, theirs.get(other))
        for address in sorted(theirs.keys() - claimed):
            if address in self._late:
                self.faults[LATE] += 1
            else:
                self.theirs += known_to_go(theirs[address])
                self.unread.append(address)

    def _start(self, ours: Value, theirs: Plain) -> None:
        if isinstance(ours, Object) and isinstance(theirs, dict) and PLACE in theirs:
            self._block(ours, theirs, "", without=META)
        else:
            self._value(ours, theirs, "")

    def _value(self, ours: Value, theirs: Plain, path: str) -> None:
        if theirs is None:
            # tfparse says null of what it does not know, so that of what is null it is not known either.
            self.ours += known(ours)
        elif fault := self._fault(ours, theirs):
            self.ours += known(ours)
            self.faults[fault] += 1
        elif isinstance(ours, Unknown):
            self._gap(ours, theirs, path)
        elif isinstance(ours, List) and _is_block(theirs):
            # A block that stands alone is an object to tfparse, and a list of one to us.
            self._blocks(ours, [theirs], path)
        elif isinstance(ours, List) and isinstance(theirs, list):
            compare = self._blocks if any(map(_is_block, theirs)) else self._list
            compare(ours, theirs, path)
        elif isinstance(ours, Object) and isinstance(theirs, dict):
            self._object(ours, theirs, path)
        else:
            self._one(ours, theirs, path)

    def _fault(self, ours: Value, theirs: Plain) -> str:
        if _is_of_blocks(ours):
            return BLOCKS
        if isinstance(ours, Scalar) and isinstance(ours.data, int) and abs(ours.data) >= 2**63:
            return LARGE
        if not isinstance(ours, Object):
            return ""
        if not ours.members and theirs == []:
            return NOTHING
        bodies = [each.members for each in ours.members.values() if isinstance(each, Object)]
        late = any(
            isinstance(each, ResourceMembers) and each.address.rpartition("[")[0] in self._late for each in bodies
        )
        return LATE if late else ""

    def _gap(self, ours: Unknown, theirs: Plain, path: str) -> None:
        count = known_to_go(theirs)
        if _made_up(ours, theirs):
            self.made_up += count
        elif count:
            self.theirs += count
            self.gaps.append(Difference(self._address, path, _place(ours.span), ours.reason, _shown(theirs)))

    def _one(self, ours: Value, theirs: Plain, path: str) -> None:
        self.ours += 1
        self.theirs += 1
        self.both += 1
        mine = plain(ours)
        if mine != theirs or isinstance(mine, bool) is not isinstance(theirs, bool):
            self.disagreements.append(Difference(self._address, path, _place(ours.span), mine, _shown(theirs)))

    def _object(self, ours: Object, theirs: dict[str, Plain], path: str) -> None:
        if not ours.members and not theirs:
            self._one(ours, theirs, path)
        others = [name for name in theirs if name not in ours.members]
        if others and isinstance(ours.members, OutputMembers):
            self.faults[ARGUMENTS] += len(others)
            others = []
        for name in [*ours.members, *others]:
            below = f"{path}.{name}" if path else name
            if name in theirs:
                self._value(ours.get(name), theirs[name], below)
            elif _is_of_blocks(ours.members[name]):
                self.ours += known(ours.members[name])
                self.faults[BLOCKS] += 1
            elif known(ours.members[name]):  # what is null may be left out
                self._one(ours.members[name], _MISSING, below)

    def _list(self, ours: List, theirs: Sequence[Plain], path: str) -> None:
        if len(ours.items) != len(theirs) or not theirs:
            self._one(ours, list(theirs), path)
            return
        for at, (item, other) in enumerate(zip(ours.items, theirs, strict=True)):
            self._value(item, other, f"{path}[{at}]")

    def _block(self, ours: Object, theirs: dict[str, Plain], path: str, without: frozenset[str] = frozenset()) -> None:
        for name in [*ours.members, *(name for name in theirs if name not in ours.members)]:
            # Every block has an invented identifier, which takes the place of one that is written.
            if name not in (PLACE, "id") and name not in without:
                self._value(ours.get(name), theirs.get(name), f"{path}.{name}" if path else name)

    def _blocks(self, ours: List, theirs: Sequence[Plain], path: str) -> None:
        others = list(theirs)
        for at, item in enumerate(ours.items):
            other = next((each for each in others if _stands_at(each, item)), None)
            if isinstance(other, dict) and isinstance(item, Object):
                others.remove(other)
                self._block(item, other, f"{path}[{at}]")
            else:
                # tfparse loses the last of the blocks that dynamic blocks make, where another block follows them.
                self.ours += known(item)
        unknown = next((item for item in ours.items if isinstance(item, Unknown)), None)
        for each in others:
            if unknown is None:
                self._one(ours, each, path)
            else:
                self._gap(unknown, each, path)


def known(value: Value) -> int:
    """How many attributes of a value are known."""
    match value:
        case Scalar(data=data):
            return int(data is not None)
        case Object(members=members):
            return sum(map(known, members.values())) if members else 1
        case List(items=items):
            return sum(map(known, items)) if items else 1
    return 0


def known_to_go(value: Plain) -> int:
    """How many attributes of tfparse's value are known: null is none."""
    if isinstance(value, dict):
        inner = [each for name, each in value.items() if name != PLACE and not (PLACE in value and name in META)]
        return sum(map(known_to_go, inner)) if value else 1
    if isinstance(value, list):
        return sum(map(known_to_go, value)) if value else 1
    return int(value is not None)


def plain(value: Value) -> Plain:
    """A value as plain data, to be compared and shown."""
    match value:
        case Scalar(data=Decimal() as data):
            return float(data)
        case Scalar(data=str() | int() | None as data):
            return data
        case Object(members=members):
            return {name: plain(each) for name, each in members.items()}
        case List(items=items):
            return [plain(each) for each in items]
        case Absent():
            return None
    return f"(unknown: {value.reason})" if isinstance(value, Unknown) else repr(value)


def _made_up(ours: Unknown, theirs: Plain) -> bool:
    """Whether tfparse cannot know what it says of a value that we do not know."""
    # A member that only the provider can tell, or a variable that nobody sets: nobody can know these.
    if isinstance(ours, Later):
        return True
    # The source text of a heredoc of which it does not know a part, and what it has in store for the name that
    # data.aws_region gives and for the ARN of a bucket.
    return isinstance(theirs, str) and any(sign in theirs for sign in _PRESETS)


def _is_of_blocks(value: Value) -> bool:
    if isinstance(value, List):
        return any(map(_is_of_blocks, value.items))
    return isinstance(value, Object) and isinstance(value.members, BlockMembers)


def _is_block(value: Plain) -> bool:
    return isinstance(value, dict) and PLACE in value


def _stands_at(block: Plain, item: Value) -> bool:
    place = block.get(PLACE) if isinstance(block, dict) else None
    return isinstance(place, dict) and place["line_start"] == item.span.line


def _shown(value: Plain) -> Plain:
    return {name: each for name, each in value.items() if name != PLACE} if isinstance(value, dict) else value


def _place(span: Span) -> str:
    return f"{span.source}:{span.line}"
