"""The condition language: YAML in, a compiled `Condition` out, with every verb, path and argument checked.

Only this module knows how conditions are written (docs/architecture.md, "The language of policies").
"""

from __future__ import annotations

from srm_lint.config import RequiredTags
from srm_lint.marked import Marked, did_you_mean
from srm_lint.model.condition import All, Any, Condition, Each, Not, Path, Quantified, Test, Verb
from srm_lint.paths import PathError, parse
from srm_lint.policy.predicates import verbs
from srm_lint.policy.tags import REQUIRED, demanded
from srm_lint.schema.kinds import Kind, Members, Part
from srm_lint.schema.loader import Schema

_JOINERS: dict[str, type[All | Any]] = {"all": All, "any": Any}
_QUANTIFIERS = tuple(each.value for each in Each)


class Compiler:
    """Compiles the conditions of one policy. `kind` None is a native kind, whose members the map does not know.

    `required` are the tags that a policy means which demands those of the configuration. What lies behind links is
    looked up in the map only where `beyond` says so.
    """

    def __init__(
        self, schema: Schema, kind: Kind | None, required: RequiredTags | None = None, *, beyond: bool = True
    ) -> None:
        self._schema = schema
        self._kind = kind
        self._required = required
        self._beyond = beyond

    def compile(self, written: Marked) -> Condition:
        """The condition `written` about the entity. Raises `MarkedError`."""
        return self._condition(written, _Scope(self._kind.members if self._kind else None))

    def _condition(self, written: Marked, scope: _Scope) -> Condition:
        members = written.mapping()
        for word, joiner in _JOINERS.items():
            if word in members:
                written.mapping((word,))
                parts = members[word].sequence()
                if not parts:
                    raise members[word].error(f'"{word}" of nothing decides nothing')
                return joiner(tuple(self._condition(part, scope) for part in parts))
        if "not" in members:
            written.mapping(("not",))
            return Not(self._condition(members["not"], scope))
        return self._question(written, members, scope)

    def _question(self, written: Marked, members: dict[str, Marked], scope: _Scope) -> Condition:
        subjects = [word for word in ("path", *_QUANTIFIERS) if word in members]
        if len(subjects) != 1:
            known = ("path", *_QUANTIFIERS, *_JOINERS, "not")
            strange = next((word for word in members if word not in (*known, "satisfies", *verbs())), None)
            hint = did_you_mean(strange, known) if strange else ""
            raise written.error(f"expected one of all, any, not, path, every, some{hint}")
        subject = subjects[0]
        paths = self._parsed(members[subject])
        if subject == "path" and len(paths) > 1:
            raise members[subject].error('a path with [*] leads to many values: say "every" or "some", not "path"')
        if subject != "path" and len(paths) == 1:
            raise members[subject].error(f'"{subject}" needs a path with [*]')
        inner = self._reach(paths, scope, members[subject])
        condition = self._asked(written, members, subject, paths[-1], inner)
        for path in reversed(paths[:-1]):
            condition = Quantified(Each(subject), path, condition)
        return condition

    def _parsed(self, written: Marked) -> tuple[Path, ...]:
        try:
            return parse(written.text())
        except PathError as error:
            raise written.error(str(error)) from None

    def _asked(self, written: Marked, members: dict[str, Marked], subject: str, path: Path, scope: _Scope) -> Condition:
        asked = [word for word in members if word != subject]
        if len(asked) != 1:
            raise written.error(f'"{subject}" takes exactly one verb beside it, here are {len(asked)}')
        word = asked[0]
        if word == "satisfies":
            if subject == "path":
                raise members[word].error('"satisfies" goes with "every" or "some"')
            if path.steps:
                raise members[subject].error(
                    'with "satisfies" the path ends in [*]: say the rest of it inside, after $'
                )
            return self._condition(members[word], scope)
        if word == "carries" and members[word].plain() == REQUIRED:
            if self._required is None:
                raise members[word].error(f'"{REQUIRED}" stands for a setting, and the policy has none of that name')
            return demanded(path, self._required)
        if word not in verbs():
            raise written.error(f'the verb "{word}" is not known{did_you_mean(word, verbs())}')
        return Test(path, self._verb(word, members[word]), members[word].plain())

    @staticmethod
    def _verb(name: str, argument: Marked) -> Verb:
        verb = verbs()[name]
        wrong = verb.refuses(argument.plain())
        if wrong:
            raise argument.error(f'"{name}" {wrong}')
        return verb

    def _reach(self, paths: tuple[Path, ...], scope: _Scope, written: Marked) -> _Scope:
        """What stands at the end of the paths. Raises `MarkedError` for a member that the map does not have."""
        for position, path in enumerate(paths):
            for step in path.steps:
                scope = self._step(scope, step, written)
            if position < len(paths) - 1:
                scope = self._item(scope, written)
        return scope

    def _item(self, scope: _Scope, written: Marked) -> _Scope:
        if scope.single:
            raise written.error(f'"{scope.name}" is not a list, so [*] has nothing to go over')
        return _Scope(scope.members, scope.name)

    def _step(self, scope: _Scope, step: str | int, written: Marked) -> _Scope:
        if scope.members is None or isinstance(step, int):
            return _Scope(scope.members, scope.name)
        members = scope.members
        if step in members.attributes:
            return _Scope(None, step)
        if step in members.parts:
            part: Part = members.parts[step]
            return _Scope(part.members, step, single=not part.many)
        if step in members.links:
            link = members.links[step]
            target = self._schema.kind(link.to) if self._beyond else None
            return _Scope(target.members if target else None, step, single=not link.many)
        where = f"{scope.name} has" if scope.name else f"{self._kind.name if self._kind else 'it'} has"
        raise written.error(f'{where} no "{step}"{did_you_mean(step, members.names())}')


class _Scope:
    """What a path has reached: the members that it may go on with, or None where anything goes (a native body, a
    document).
    """

    __slots__ = ("members", "name", "single")

    def __init__(self, members: Members | None, name: str = "", *, single: bool = False) -> None:
        self.members = members
        self.name = name
        self.single = single
