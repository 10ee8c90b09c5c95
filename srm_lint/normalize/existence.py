"""Two resources in; whether one is there whenever the other is, out. A body in; whether it is one that counts, out."""

from __future__ import annotations

from collections.abc import Mapping

from srm_lint.model.resource import Resource
from srm_lint.model.value import Object, Scalar, Unknown


def is_there_with(resource: Resource, other: Resource | None) -> bool:
    """Whether `resource` is surely there where `other` is: it always is, or both depend on the same in the same way."""
    mine = resource.exists
    if not isinstance(mine, Unknown):
        return True
    theirs = other.exists if other is not None else None
    if other is None or not isinstance(theirs, Unknown):
        return False
    if (mine.reason, mine.references) != (theirs.reason, theirs.references):
        return False
    # The same words mean the same within one module; of a call, all that it makes is there or not.
    return mine.span == theirs.span or _module_of(resource) == _module_of(other)


def _module_of(resource: Resource) -> str:
    """`module.a.` of `module.a.aws_x.y`. One of which the number is unknown has no key that could hold dots."""
    return resource.address.rpartition(".")[0].removesuffix(resource.type)


def holds(body: Object, when: Mapping[str, object]) -> bool | None:
    """Whether the arguments have those values; None if that is unknown."""
    answer: bool | None = True
    for name, wanted in when.items():
        value = body.get(name)
        if isinstance(value, Unknown):
            answer = None
        elif not (isinstance(value, Scalar) and value.data == wanted):
            return False
    return answer
