"""A session in, what its modules say about the versions of providers out.

Only this module knows `required_providers` and the lock file. See
https://developer.hashicorp.com/terraform/language/providers/requirements and …/files/dependency-lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from srm_lint.model.resource import Requirement
from srm_lint.model.source import Unreadable
from srm_lint.read.terraform.expressions import Expression, Literal, ObjectOf
from srm_lint.read.terraform.parsing import parse
from srm_lint.read.terraform.session import Session
from srm_lint.read.terraform.syntax import Block

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
                    yield from _required(block, locked)


def _required(block: Block, locked: dict[str, str]) -> Iterator[Requirement]:
    for name, attribute in block.attributes.items():
        said = attribute.expression
        source = _member(said, "source")
        yield Requirement(
            name=name,
            source=source,
            versions=_text(said) or _member(said, "version"),
            locked=locked.get((source or _REGISTRY + name).lower(), ""),
            span=attribute.name_span,
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
        block.labels[0].partition("/")[2].lower(): _text(block.attributes["version"].expression)
        for block in document.blocks
        if block.keyword == "provider" and len(block.labels) == 1 and "version" in block.attributes
    }


def _exists(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _member(expression: Expression, name: str) -> str:
    """The text that an object is written with under this name; what else stands in it may be no value at all."""
    members = expression.members if isinstance(expression, ObjectOf) else ()
    return next((_text(each.value) for each in members if _text(each.key) == name), "")


def _text(expression: Expression) -> str:
    data = expression.value.data if isinstance(expression, Literal) else None
    return data if isinstance(data, str) else ""
