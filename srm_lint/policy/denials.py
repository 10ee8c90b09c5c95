"""A statement that allows, with the denials beside it, in; whether they take back what it allows out.

A denial wins over whatever is allowed:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from functools import cache

from srm_lint.model.condition import Truth
from srm_lint.model.value import Absent, List, Object, Statement, Unknown, Value
from srm_lint.policy.predicates import decided, truth
from srm_lint.policy.restrictions import shuts_strangers_out
from srm_lint.policy.wildcards import GAP, NAME, asked_of_text, every, is_everyone, is_star, known_text, some

MAX_DENIALS = 32
"""How many denials each statement is compared with: a policy of AWS's own size limits has fewer."""
MAX_COMPARED = 10_000
"""How often an action or resource of a statement is compared with one of a denial."""


def denied_to_strangers(statement: Object) -> Truth:
    """Whether a denial takes all that `statement` allows from everyone but callers that the author chose."""
    return _by_some(statement, lambda denial: _takes_from_strangers(denial, statement))


def keeps_strangers_from(denial: Object, action: str) -> Truth:
    """Whether a denial takes `action` from everyone but callers that the author chose, on whatever it names."""
    named = some(denial.get("actions"), lambda one: asked_of_text(one, lambda text: covers(text, action)))
    return min(_is_for_strangers(denial), named)


def denied(statement: Object, action: str) -> Truth:
    """Whether a denial takes `action` back: unknown where it does so of some resources, or under some condition."""
    return _by_some(statement, lambda denial: _takes(denial, action))


def _by_some(statement: Object, ask: Callable[[Object], Truth]) -> Truth:
    """Whether `ask` holds of some denial beside the statement; unknown where there are more than are looked at."""
    denials = statement.denials if isinstance(statement, Statement) else ()
    rest = Truth.UNKNOWN if len(denials) > MAX_DENIALS else Truth.FALSE
    return max([rest, *(ask(denial) for denial in denials[:MAX_DENIALS])])


def covers(pattern: str, action: str) -> Truth:
    """Whether an action as it is written, with wildcards and in whatever case, is `action`."""
    if GAP in pattern or pattern == NAME:
        # "s3:${verb}" is not "iam:PassRole"; "iam:${verb}" may be.
        known = pattern.partition(GAP)[0].lower()
        return Truth.UNKNOWN if pattern != NAME and action.lower().startswith(known) else Truth.FALSE
    return truth(_matches(pattern.lower(), action.lower()))


@cache
def _matches(pattern: str, text: str) -> bool:
    if "*" not in pattern and "?" not in pattern:
        return pattern == text
    # IAM knows no [sets], which fnmatch would see.
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))


def _takes(denial: Object, action: str) -> Truth:
    named = some(denial.get("actions"), lambda one: asked_of_text(one, lambda text: covers(text, action)))
    if named is Truth.FALSE and isinstance(denial.get("not_actions"), Absent):
        return Truth.FALSE
    everywhere = some(denial.get("resources"), lambda one: asked_of_text(one, is_star))
    unconditional = some(denial.get("conditions"), lambda _: Truth.TRUE).mirrored()
    return Truth.TRUE if min(named, everywhere, unconditional) is Truth.TRUE else Truth.UNKNOWN


def _is_for_strangers(denial: Object) -> Truth:
    return min(some(denial.get("principals"), is_everyone), shuts_strangers_out(denial.get("conditions")))


def _takes_from_strangers(denial: Object, statement: Object) -> Truth:
    whose = _is_for_strangers(denial)
    if whose is Truth.FALSE:
        return whose
    return min(whose, _within(denial, statement, "actions"), _within(denial, statement, "resources"))


def _within(denial: Object, statement: Object, name: str) -> Truth:
    """Whether all actions, or resources, of the statement are among the denial's."""
    wide, narrow = denial.get(name), statement.get(name)
    if isinstance(wide, Absent):
        # A policy that is about one resource need not name it. All but some are not told apart here.
        both = isinstance(narrow, Absent) and isinstance(denial.get(f"not_{name}"), Absent)
        return Truth.TRUE if both and name == "resources" else Truth.UNKNOWN
    if some(wide, lambda one: asked_of_text(one, is_star)) is Truth.TRUE:
        return Truth.TRUE
    if isinstance(wide, List) and isinstance(narrow, List) and len(wide.items) * len(narrow.items) > MAX_COMPARED:
        return Truth.UNKNOWN
    return every(narrow, lambda value: some(wide, lambda one: _is_within(value, one)))


def _is_within(value: Value, wide: Value) -> Truth:
    def one(candidate: Value) -> Truth:
        text, pattern = known_text(candidate), known_text(wide)
        if text is None or pattern is None:
            return Truth.FALSE
        if any(mark in text + pattern for mark in (GAP, NAME)):
            # The same pieces of the same things are the same.
            whose = [one.references for one in (candidate, wide) if isinstance(one, Unknown)]
            same = len(whose) == 2 and whose[0] == whose[1]
            return Truth.TRUE if same and _matches(pattern, text) else Truth.UNKNOWN
        return truth(_matches(pattern.lower(), text.lower()))

    return decided(value, one)
