"""Resources in, every text that somebody wrote in them out: each an entity of its own, of the kind `any.text`.

What is written may be a secret in any argument of any resource, also of those that the map does not know and of those
that are parts of others. A text is `{name, value}`: what it is called, and what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from srm_lint.model.inventory import Entity, Inventory
from srm_lint.model.resource import Configuration
from srm_lint.model.source import Span
from srm_lint.model.value import List, Object, Partly, Scalar, Unknown, Value, parts_of

KIND = "any.text"


def texts(configuration: Configuration, at: Set[Span] | None = None) -> Inventory:
    """The texts of all resources; where `at` is not None, only those that stand at one of its places."""
    found: dict[str, Entity] = {}
    for resource in configuration.resources if at is None or at else ():
        for number, body in enumerate(_texts(resource.body, at)):
            found[f"{resource.address}#{number}"] = Entity(KIND, resource, configuration.language, body)
    return Inventory(found)


def _texts(body: Object, at: Set[Span] | None) -> Iterator[Object]:
    waiting: list[tuple[str, Value]] = [("", body)]
    seen: set[tuple[str, int]] = set()
    while waiting:
        name, value = waiting.pop()
        if (name, id(value)) in seen:
            continue
        seen.add((name, id(value)))
        inner = _inner(name, value)
        if inner is not None:
            waiting.extend(reversed([*inner]))
        elif at is None or any(one.span in at for one in (value, *parts_of(value))):
            called = Scalar(span=value.span, data=name)
            yield Object(span=value.span, trace=value.trace, members={"name": called, "value": value})


def _inner(name: str, value: Value) -> Iterable[tuple[str, Value]] | None:
    """What `value`, called `name`, is made of, by name; None for a text, or a choice of texts."""
    match value:
        case Scalar(data=str(), encodes=None):
            return None
        case Scalar(encodes=Value() as encodes) | Unknown(encodes=Value() as encodes):
            return ((name, encodes.inside(value)),)
        case Object(members=members) | Partly(members=members):
            return ((key, member.inside(value)) for key, member in _named(members.items()))
        case List(items=items):
            return ((name, item.inside(value)) for item in items)
        case Unknown(candidates=candidates) if any(isinstance(one, Object | List) for one in candidates):
            return ((name, one.inside(value)) for one in candidates)
        case Unknown(candidates=candidates, pieces=pieces) if candidates or any(pieces):
            return None
    return ()


def _named(members: Iterable[tuple[str, Value]]) -> Iterator[tuple[str, Value]]:
    """The members by name: `{Name: DB_PASSWORD, Value: …}` is one text, and its name is the one that it says."""
    listed = [*members]
    called = next((value for name, value in listed if name.lower() == "name"), None)
    said = called.data if isinstance(called, Scalar) and isinstance(called.data, str) else None
    for name, value in listed:
        yield said if said is not None and name.lower() == "value" else name, value
