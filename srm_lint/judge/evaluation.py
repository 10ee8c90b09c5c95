"""Kleene's logic over conditions: a condition and an entity in; a truth value and the evidence for it out.

Evidence is collected on the way: the values that decided, or those that were left open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from msgspec import Struct

from srm_lint.judge.wording import alternatives, sentence
from srm_lint.model.condition import All, Any, Condition, Each, Not, Path, Quantified, Test, Truth
from srm_lint.model.finding import Evidence
from srm_lint.model.source import Span
from srm_lint.model.value import Absent, Link, List, Object, Unknown, Value
from srm_lint.paths import Reached, Resolve, follow
from srm_lint.policy.predicates import decided


class Answer(Struct, frozen=True):
    """What a condition came to, and the values that this rests on."""

    truth: Truth
    evidence: tuple[Evidence, ...]


class Subject(Struct, frozen=True):
    """What a condition is asked about: a value, the path that led to it, its name for people, the links walked so
    far.
    """

    value: Value
    path: str = "$"
    name: str = "it"
    hops: tuple[Span, ...] = ()


def evaluate(condition: Condition, subject: Subject, resolve: Resolve) -> Answer:
    """The answer to `condition` asked about `subject`; `resolve` follows links."""
    match condition:
        case All(parts=parts):
            return _joined(min, (evaluate(part, subject, resolve) for part in parts))
        case Any(parts=parts):
            return _joined(max, (evaluate(part, subject, resolve) for part in parts))
        case Not(part=part):
            answer = evaluate(part, subject, resolve)
            return Answer(answer.truth.mirrored(), answer.evidence)
        case Quantified():
            return _quantified(condition, subject, resolve)
        case Test():
            return _tested(condition, subject, resolve)


def _joined(join: Callable[[Iterable[Truth]], Truth], answers: Iterable[Answer]) -> Answer:
    """The joined truth; the evidence is that of the answers which gave it."""
    listed = list(answers)
    truth = join(answer.truth for answer in listed)
    return Answer(truth, tuple(one for answer in listed if answer.truth is truth for one in answer.evidence))


def _reached(path: Path, subject: Subject, resolve: Resolve) -> Subject:
    at, name = Reached(subject.value, subject.hops), subject.name
    for step in path.steps:
        # What is absent is called by where the absence begins: not the attribute, but the part that would hold it.
        if isinstance(step, str) and not isinstance(at.value, Absent):
            name = step
        at = follow(at, step, resolve)
    return Subject(at.value, subject.path + path.text[1:], name, at.hops)


def _tested(test: Test, subject: Subject, resolve: Resolve) -> Answer:
    reached = _reached(test.path, subject, resolve)
    value = _followed(reached.value, resolve)
    truth = decided(value, lambda one: test.verb.ask(one, test.wanted))
    shown = _left_open(value) if truth is Truth.UNKNOWN else _decisive(value, test, truth)
    says = sentence(test.verb, reached.name, shown, test.wanted, truth)
    return Answer(truth, (Evidence(reached.path, test.verb.name, test.wanted, shown, reached.hops, says),))


def _decisive(value: Value, test: Test, truth: Truth) -> Value:
    """What of `value` decided, where the verb can tell."""
    if test.verb.at is None or not test.verb.is_so(truth, test.wanted):
        return value
    return test.verb.at(value, test.wanted) or value


def _followed(value: Value, resolve: Resolve) -> Value:
    """A verb asked of a link is asked of the entity that it leads to."""
    target = resolve(value) if isinstance(value, Link) else None
    return value if target is None else target


def _left_open(value: Value) -> Value:
    """The first unknown inside `value`: what has to be known before it can be decided."""
    if isinstance(value, Unknown):
        return value
    inner: Iterable[Value] = ()
    if isinstance(value, Object):
        inner = value.members.values()
    elif isinstance(value, List):
        inner = value.items
    found = (_left_open(one) for one in inner)
    return next((one for one in found if isinstance(one, Unknown)), value)


_JOINS: Mapping[Each, Callable[[Iterable[Truth]], Truth]] = {Each.EVERY: min, Each.SOME: max}
_OF_NOTHING: Mapping[Each, Truth] = {Each.EVERY: Truth.TRUE, Each.SOME: Truth.FALSE}


def _quantified(quantified: Quantified, subject: Subject, resolve: Resolve) -> Answer:
    """`every` or `some` over the items of a list; of an unknown list, over the items of each list that it may be."""
    reached = _reached(quantified.path, subject, resolve)

    def over(value: Value) -> Answer:
        if isinstance(value, Unknown):
            return _open(quantified, reached, value)
        listed = Subject(value, reached.path, reached.name, reached.hops)
        answers = list(_answers(quantified, listed, resolve))
        if not answers:
            many = reached.name.endswith("s") and not reached.name.endswith("ss")
            says = f"no {reached.name} are set" if many else f"{reached.name} is not set"
            return Answer(_OF_NOTHING[quantified.each], (_evidence(quantified, reached, value, says),))
        joined = _joined(_JOINS[quantified.each], answers)
        if quantified.each is Each.SOME and joined.truth is Truth.FALSE:
            return _none(quantified, listed, answers, resolve) or joined
        return joined

    return _over_candidates(quantified, reached, over)


_NAMES = (("name",), ("option",), ("key",), ("type",))
"""Members that say which item of a list is meant, where the others say what it is like."""


def _none(quantified: Quantified, listed: Subject, answers: list[Answer], resolve: Resolve) -> Answer | None:
    """That no item of a list is as wanted, as the `answers` say, told of the items that are meant: of `{name, value}`
    those of that name, or that there is none. None where the condition does not begin with what says which are meant.
    """
    whole = quantified.condition
    first = whole.parts[0] if isinstance(whole, All) else None
    if not isinstance(first, Test) or first.verb.name not in ("equals", "in") or first.path.steps[:1] not in _NAMES:
        return None
    meant = _answers(Quantified(Each.SOME, quantified.path, first), listed, resolve)
    asked = zip(meant, answers, strict=True)
    told = [one for is_meant, answer in asked if is_meant.truth is not Truth.FALSE for one in answer.evidence]
    if told:
        return Answer(Truth.FALSE, tuple(told))
    says = f"no {listed.name} with {first.path.steps[0]} {alternatives(first.wanted)}"
    return Answer(Truth.FALSE, (_evidence(quantified, listed, listed.value, says),))


def _answers(quantified: Quantified, listed: Subject, resolve: Resolve) -> Iterator[Answer]:
    value = listed.value
    items = value.items if isinstance(value, List) else () if isinstance(value, Absent) else (value,)
    for item in items:
        if isinstance(item, Absent):
            continue
        inside = Subject(item.inside(value), f"{listed.path}[*]", listed.name, listed.hops)
        yield _over_candidates(quantified, inside, partial(_of_item, quantified, inside, resolve))


def _of_item(quantified: Quantified, at: Subject, resolve: Resolve, value: Value) -> Answer:
    if isinstance(value, Absent):
        # An item that is not there after all neither breaks `every` nor makes `some`.
        return Answer(_OF_NOTHING[quantified.each], ())
    if isinstance(value, List):
        # One unknown of a list may stand for several items.
        answers = (_of_item(quantified, at, resolve, item.inside(value)) for item in value.items)
        return _joined(_JOINS[quantified.each], answers)
    return evaluate(quantified.condition, Subject(value, at.path, at.name, at.hops), resolve)


def _over_candidates(quantified: Quantified, at: Subject, ask: Callable[[Value], Answer]) -> Answer:
    """The answer about a value; about an unknown one, what all its candidates agree on, else unknown."""
    value = at.value
    if not isinstance(value, Unknown) or not value.candidates:
        return ask(value)
    answers = [ask(candidate) for candidate in value.candidates]
    if len({answer.truth for answer in answers}) == 1 and answers[0].truth is not Truth.UNKNOWN:
        return Answer(answers[0].truth, tuple(one for answer in answers for one in answer.evidence))
    return _open(quantified, at, value)


def _open(quantified: Quantified, at: Subject, value: Unknown) -> Answer:
    says = f"{at.name} is unknown: {value.reason}"
    return Answer(Truth.UNKNOWN, (_evidence(quantified, at, value, says),))


def _evidence(quantified: Quantified, at: Subject, value: Value, says: str) -> Evidence:
    return Evidence(at.path, quantified.each.value, None, value, at.hops, says)
