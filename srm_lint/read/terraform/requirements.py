"""A session in, what its modules say about the versions of providers out.

Only this module knows `required_providers` and the lock file. See
https://developer.hashicorp.com/terraform/language/providers/requirements and …/files/dependency-lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from srm_lint.model.resource import Requirement
from srm_lint.model.source import Unreadable
from srm_lint.model.value import Object, Scalar, Value
from srm_lint.read.terraform.bodies import body_of
from srm_lint.read.terraform.session import Session
from srm_lint.read.terraform.surroundings import Surroundings
from srm_lint.read.terraform.syntax import Block, parse
from srm_lint.read.terraform.world import Scope

LOCK = ".terraform.lock.hcl"
_REGISTRY = "hashicorp/"
"""The namespace of a provider that has no source."""


def requirements(session: Session) -> Iterator[Requirement]:
    """What each module that was read requires, root first, with the version that the root's lock file has of it."""
    locked = _locked(session)
    for module in session.modules.values():
        for settings in module.settings:
            for block in settings.blocks:
                if block.keyword == "required_providers":
                    yield from _required(block, locked, session)


def _required(block: Block, locked: dict[str, str], session: Session) -> Iterator[Requirement]:
    for name, value in _plain(block, session).members.items():
        said = value if isinstance(value, Object) else Object(span=value.span, members={"version": value})
        source = _text(said, "source")
        yield Requirement(
            name=name,
            source=source,
            versions=_text(said, "version"),
            locked=locked.get((source or _REGISTRY + name).lower(), ""),
            span=block.attributes[name].name_span,
        )


def _locked(session: Session) -> dict[str, str]:
    """The version of each provider, by its source address without the host."""
    path = session.root / LOCK
    if not _exists(path):
        return {}
    try:
        source = session.library.tree.read(path)
    except Unreadable as error:
        session.report(error.problem)
        return {}
    session.sources[source.path] = source
    document = parse(source)
    for problem in document.problems:
        session.report(problem)
    return {
        block.labels[0].partition("/")[2].lower(): _text(_plain(block, session), "version")
        for block in document.blocks
        if block.keyword == "provider" and len(block.labels) == 1
    }


def _exists(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _plain(block: Block, session: Session) -> Object:
    surroundings = Surroundings(session)
    return body_of(block, Scope(surroundings, {}), surroundings.settle)


def _text(value: Value, name: str) -> str:
    found = value.members.get(name) if isinstance(value, Object) else None
    return found.data if isinstance(found, Scalar) and isinstance(found.data, str) else ""
