"""Resources in, those that can carry tags out: each an entity of its own, of the kind `any.tagged`.

Such an entity is `{type, tags}`: the native type, and an object of all tags that the resource gets, also those that the
configuration of its provider or the stack that nests it gives to everything. Only this module knows which types take
tags, and where they are written. Tags that whoever deploys gives to a whole stack are in no template.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from srm_lint.model.inventory import Entity, Inventory
from srm_lint.model.resource import Configuration, Language, Resource
from srm_lint.model.source import Span
from srm_lint.model.value import Absent, List, Object, Partly, Scalar, Unknown, Value
from srm_lint.normalize.native import at, first_at
from srm_lint.schema import kinds

KIND = "any.tagged"
_TAGS = "tags"
_GROUP = "aws_autoscaling_group"
"""It has a block for each tag, and gets none of its provider."""


def tagged(configuration: Configuration, exceptions: Sequence[str] = ()) -> Inventory:
    """The resources that can carry tags, but for those whose type one of the patterns `exceptions` names."""
    terraform = configuration.language is Language.TERRAFORM
    all_tags = _terraform if terraform else _CloudFormation(configuration.resources).tags
    found: dict[str, Entity] = {}
    for resource in configuration.resources:
        # What SAM makes beside a resource gets tags only through that, which is judged itself.
        if resource.made_by or any(fnmatch.fnmatchcase(resource.type, pattern) for pattern in exceptions):
            continue
        tags = all_tags(resource)
        if tags is not None:
            type_ = Scalar(span=resource.body.span, data=resource.type)
            body = Object(span=resource.body.span, members={"type": type_, "tags": tags})
            found[resource.address] = Entity(KIND, resource, configuration.language, body)
    return Inventory(found)


@cache
def _terraform_types() -> frozenset[str]:
    return frozenset((Path(kinds.__file__).parent / "taggable.txt").read_text("utf-8").split())


def _terraform(resource: Resource) -> Value | None:
    if resource.type == _GROUP:
        return _by_key(first_at(resource.body, (("tag",), (_TAGS,))), "key", "value")
    # A type that is newer than the list takes tags where somebody writes them. A plan tells all tags.
    own = first_at(resource.body, (("tags_all",), (_TAGS,)))
    if resource.type not in _terraform_types() and isinstance(own, Absent):
        return None
    given = resource.provider.tags if resource.provider is not None else None
    return own if given is None else _above(own, given)


class _CloudFormation:
    """The tags of a template's resources. A stack passes its own on to all that it nests.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
    """

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._by_address = {resource.address: resource for resource in resources}

    def tags(self, resource: Resource) -> Value | None:
        from srm_lint.read.cloudformation.aws_schemas import tag_property

        path = tag_property(resource.type)
        if path is None:
            return None
        own = _by_key(at(resource.body, path), "Key", "Value")
        stack = self._by_address.get(resource.address.rpartition("/")[0])
        given = None if stack is None else self.tags(stack)
        return own if given is None else _above(own, given)


def _by_key(written: Value, key: str, value: str) -> Value:
    """A list of `{key, value}` as one object; what is an object already stays so."""
    if isinstance(written, Unknown) and written.candidates:
        return written.member(tuple(_by_key(one, key, value) for one in written.candidates))
    if not isinstance(written, List):
        return written
    members: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    open_: Unknown | None = None
    for item in written.items:
        name = at(item, (key,))
        if isinstance(name, Scalar) and isinstance(name.data, str):
            members[name.data] = at(item, (value,)).inside(written)
            keys[name.data] = name.span
        else:
            open_ = next((one for one in (item, name) if isinstance(one, Unknown)), open_)
    return _made(written, members, keys, open_)


def _above(own: Value, given: Value) -> Value:
    """All tags of a resource that is `given` some, and whose `own` stand above them."""
    if isinstance(given, Absent):
        return own
    if isinstance(own, Absent):
        return given
    open_ = next((one for one in (own, given) if isinstance(one, Unknown)), None)
    certain = {name: value.inside(given) for name, value in _members(given).items()}
    if isinstance(own, Unknown):
        reason = f"the tags of the resource stand above it: {own.reason}"
        certain = {
            # It has some value, and which one the other may decide.
            name: Unknown(span=value.span, reason=reason, references=("provider",))
            for name, value in certain.items()
        }
    certain |= {name: value.inside(own) for name, value in _members(own).items()}
    return _made(own, certain, own.keys if isinstance(own, Object) else {}, open_)


def _members(tags: Value) -> Mapping[str, Value]:
    return tags.members if isinstance(tags, Object | Partly) else {}


def _made(at_: Value, members: Mapping[str, Value], keys: Mapping[str, Span], open_: Unknown | None) -> Value:
    if open_ is None:
        return Object(span=at_.span, trace=at_.trace, members=members, keys=keys)
    return Partly(span=open_.span, trace=open_.trace, reason=open_.reason, references=open_.references, members=members)
