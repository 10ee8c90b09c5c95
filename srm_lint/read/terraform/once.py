"""A name and the work behind it in, its value out: worked out when it is first asked for, once.

Only this module knows how a circle of names is found, and how a chain of thousands of names (each local made of the one
before) is followed without piling all of them onto Python's stack.
"""

from __future__ import annotations

from collections.abc import Callable

from srm_lint.model.source import Span
from srm_lint.model.value import Unknown, Value
from srm_lint.read.terraform.session import Session

MAX_CHAIN = 40
"""So many names are followed from one to the next; what lies behind them is then worked out first, from the ground."""

Key = tuple[str, ...]


class _Deeper(Exception):
    """What has to be worked out before anything above it can be: it unwinds the stack down to the ground."""

    def __init__(self, once: Once, key: Key, span: Span, work: Callable[[], Value]) -> None:
        super().__init__()
        self.once = once
        self.key = key
        self.span = span
        self.work = work


class Once:
    """The names of one module. `busy` holds those that are being worked out, in order; `prefix` is its address."""

    def __init__(self, session: Session, prefix: str) -> None:
        self._session = session
        self._prefix = prefix
        self._known: dict[Key, Value] = {}
        self.busy: dict[Key, None] = {}

    def value(self, key: Key, span: Span, work: Callable[[], Value]) -> Value:
        """The value of the name `key`, declared at `span`: what `work` gives, which may be asked again where the chain
        behind it is long.
        """
        known = self._known.get(key)
        if known is not None:
            return known
        if key in self.busy:
            return self._circle(key, span)
        if not self._session.depth:
            return _from_the_ground(_Deeper(self, key, span, work))
        if self._session.depth >= MAX_CHAIN:
            raise _Deeper(self, key, span, work)
        return self.worked_out(key, work)

    def worked_out(self, key: Key, work: Callable[[], Value]) -> Value:
        """The value, now."""
        self.busy[key] = None
        self._session.depth += 1
        try:
            value = work()
        finally:
            self._session.depth -= 1
            del self.busy[key]
        self._known[key] = value
        return value

    def give_up(self, key: Key, span: Span) -> None:
        """Settles a name that waits for itself."""
        self._known[key] = self._circle(key, span)

    def _circle(self, key: Key, span: Span) -> Value:
        names = [".".join(each) for each in self.busy]
        name = ".".join(key)
        cycle = " → ".join([*names[names.index(name) :], name]) if name in names else f"{name} → … → {name}"
        self._session.problem("syntax", f"{self._prefix}{name} refers to itself: {cycle}", span)
        return Unknown(span=span, reason=f"{name} refers to itself")


def _from_the_ground(first: _Deeper) -> Value:
    waiting = {(id(first.once), first.key): first}
    while True:
        last = next(reversed(waiting))
        task = waiting[last]
        try:
            value = task.once.worked_out(task.key, task.work)
        except _Deeper as deeper:
            wanted = (id(deeper.once), deeper.key)
            if wanted in waiting:
                deeper.once.give_up(deeper.key, deeper.span)
            else:
                waiting[wanted] = deeper
            continue
        del waiting[last]
        if not waiting:
            return value
