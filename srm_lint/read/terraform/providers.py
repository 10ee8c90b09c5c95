"""Which configuration of its provider a resource gets, and what that adds to the resource: its region, and tags.

Only this module knows how provider configurations are passed to modules, and what providers take from them. See
https://developer.hashicorp.com/terraform/language/modules/develop/providers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from srm_lint.model.resource import Provider, Resource
from srm_lint.model.value import Absent, List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform import functions
from srm_lint.read.terraform.bodies import keys_of, names_of, written
from srm_lint.read.terraform.expressions import Attribute, Expression, Literal, Name, ObjectOf, Traversal
from srm_lint.read.terraform.syntax import Block

if TYPE_CHECKING:
    from srm_lint.read.terraform.scope import Instance


class Tags(Struct, frozen=True):
    """Where a provider takes labels for all of its resources from, and what a resource's own and all its labels are
    called.
    """

    defaults: tuple[str, ...]
    own: str
    all: str


TAGS: Mapping[str, Tags] = {
    # https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/resource-tagging
    "aws": Tags(("default_tags", "tags"), "tags", "tags_all"),
    # https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference#default_labels
    "google": Tags(("default_labels",), "labels", "terraform_labels"),
    "google-beta": Tags(("default_labels",), "labels", "terraform_labels"),
}
_WHERE_IT_WORKS = frozenset(("alias", "region", "version", *(tags.defaults[0] for tags in TAGS.values())))
"""Arguments of a provider that say which one it is, where it works and what it adds: not how it signs in."""
_PARTITIONS = (
    # "regionRegex" in https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json
    ("aws", re.compile(r"^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$")),
    ("aws-cn", re.compile(r"^cn-\w+-\d+$")),
    ("aws-us-gov", re.compile(r"^us-gov-\w+-\d+$")),
)


class Providers:
    """The provider configurations as one module sees them: its own, those that its caller passes, and those that it
    inherits.
    """

    def __init__(self, instance: Instance, caller: Providers | None, call: Block | None) -> None:
        self._instance = instance
        self._caller = caller
        self._passed = _passed(call)
        self._known: dict[str, Provider | None] = {}

    def of(self, block: Block) -> Provider | None:
        """The configuration that a resource or data source gets; None where nobody wrote one."""
        attribute = block.attributes.get("provider")
        if attribute is None:
            return self.named(block.labels[0].partition("_")[0])
        named = words(attribute.expression)
        return None if named is None else self.named(named)  # one of several, by `for_each`

    def named(self, name: str) -> Provider | None:
        """The configuration called `aws` or `aws.west` in this module."""
        if name not in self._known:
            self._known[name] = self._found(name)
        return self._known[name]

    def _found(self, name: str) -> Provider | None:
        block = self._instance.module.providers.get(name)
        if block is not None:
            return self._made(name, block)
        if self._caller is None:
            return None
        if name in self._passed:
            return self._caller.named(self._passed[name])
        return self._caller.named(name) if "." not in name else None

    def _made(self, name: str, block: Block) -> Provider:
        self._known[name] = None  # what it says of itself is not known before it is
        known = TAGS.get(block.labels[0]) if block.labels else None
        tags = _at(self._written(block, known.defaults[0]), known.defaults[1:]) if known else Absent(span=block.header)
        return Provider(name, self._written(block, "region"), tags)

    def resources(self) -> Iterator[Resource]:
        """The module's own configurations, as resources of a type `provider.aws`: they make nothing, but how they sign
        in may be written there.
        """
        instance = self._instance
        for name, block in instance.module.providers.items():
            # OpenTofu makes several of one with `for_each`; what each of them says is not known here.
            if not block.labels or "for_each" in block.attributes:
                continue
            found = {
                one: self._written(block, one) for one in names_of(block, meta=False) if one not in _WHERE_IT_WORKS
            }
            members = {one: value for one, value in found.items() if not isinstance(value, Absent)}
            if members:
                body = Object(span=block.header, members=members, keys=keys_of(block))
                exists = Scalar(span=block.header, data=True) if instance.exists is None else instance.exists
                address = f"{instance.prefix}provider.{name}"
                yield Resource(address, f"provider.{block.labels[0]}", body, block.span, exists)

    def _written(self, block: Block, name: str) -> Value:
        value = written(block, name, self._instance.scope, self._instance.settle)
        return Absent(span=block.header) if value is None else value


def all_tags(provider: Provider | None, type_: str, own: Value, instance: Instance) -> tuple[str, Value] | None:
    """What all tags of a resource are called, and what they are: its own stand above those of its provider.

    None for a provider without such tags, and where neither is written.
    """
    known = TAGS.get(type_.partition("_")[0] if provider is None else provider.name.partition(".")[0])
    if known is None:
        return None
    said = [tags for tags in (provider.tags if provider else own, own) if not isinstance(tags, Absent)]
    if not said:
        return None
    if len(said) == 1 or said[0] is said[1]:
        return known.all, said[0]
    try:
        return known.all, functions.call("merge", said, own.span, instance)
    except functions.FunctionError as error:
        return known.all, Unknown(span=own.span, reason=f"it cannot be told: {error.message.rstrip('.')}")


def own_tags(type_: str) -> str | None:
    """What a resource's own tags are called; None where its provider has no tags for all resources."""
    known = TAGS.get(type_.partition("_")[0])
    return None if known is None else known.own


def told_by_provider(type_: str, name: str, provider: Provider | None) -> Value | None:
    """What a data source of AWS tells of the region that its provider works in; None where that is not known."""
    region = provider.region if provider is not None else None
    if not isinstance(region, Scalar) or not isinstance(region.data, str):
        return None
    # https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/region
    if type_ == "aws_region" and name in ("name", "region", "id"):
        return region
    # https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/partition
    if type_ == "aws_partition" and name in ("partition", "id"):
        found = next((partition for partition, regions in _PARTITIONS if regions.match(region.data)), None)
        return None if found is None else Scalar(span=region.span, trace=region.trace, data=found)
    return None


def words(expression: Expression) -> str | None:
    """`aws` or `aws.west`, as a reference or (in Terraform 0.11) as text; None for anything else."""
    match expression:
        case Name(name=name) | Literal(value=Scalar(data=str() as name)):
            return name
        case Traversal(root=Name(name=name), steps=steps) if all(isinstance(step, Attribute) for step in steps):
            return ".".join([name, *(step.name for step in steps if isinstance(step, Attribute))])
    return None


def _passed(call: Block | None) -> Mapping[str, str]:
    """The `providers` argument of a module call: names there to names here."""
    attribute = call.attributes.get("providers") if call is not None else None
    if attribute is None or not isinstance(attribute.expression, ObjectOf):
        return {}
    pairs = [(words(member.key), words(member.value)) for member in attribute.expression.members]
    return {inner: outer for inner, outer in pairs if inner and outer}


def _at(value: Value, path: tuple[str, ...]) -> Value:
    """What is written at `path` in the only block of each type."""
    for name in path:
        if isinstance(value, List) and len(value.items) == 1:
            value = value.items[0]
        value = value.get(name) if isinstance(value, Object) else Absent(span=value.span)
    return value
