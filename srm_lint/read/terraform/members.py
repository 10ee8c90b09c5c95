"""What is behind an address in, its members out: arguments and outputs that are worked out when they are asked for.

Only this module knows what of a resource, data source or module is known before anything is applied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from srm_lint.model.source import Source, Span
from srm_lint.model.value import MAX_SIZE, Absent, List, Object, Scalar, Unknown, Value, larger_than
from srm_lint.read.terraform.bodies import keys_of, names_of
from srm_lint.read.terraform.functions import FunctionError
from srm_lint.read.terraform.later import IDENTITIES, Identity, Later
from srm_lint.read.terraform.providers import all_tags, own_tags, told_by_provider
from srm_lint.read.terraform.syntax import Block
from srm_lint.read.terraform.world import BlockOrMap, Scope

if TYPE_CHECKING:
    from srm_lint.read.terraform.scope import Instance


class ResourceMembers(Mapping[str, Value]):
    """The members of a resource that is referred to: written arguments, and for every other name a value known only
    after apply.
    """

    def __init__(self, instance: Instance, block: Block, scope: Scope, address: str) -> None:
        self._instance = instance
        self._block = block
        self._scope = scope
        self._names = names_of(block, meta=True)
        self.address = address

    def __getitem__(self, name: str) -> Value:
        value = self.written(name) if name in self._names else None
        if value is None or isinstance(value, Absent):
            found = self._from_provider(name)
            return self._later(name) if found is None else found
        if name not in self._block.attributes:
            return self._blocks(name, value)
        if isinstance(value, Unknown) and self.address not in value.references:
            return replace(value, references=(*value.references, self.address))
        return value

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def _blocks(self, name: str, value: Value) -> Value:
        """Nested blocks as they are referred to: they too have attributes that only the provider knows."""
        later = self._later(name)
        if isinstance(value, BlockOrMap):
            return replace(value, members=BlockMembers(value.members, later))
        if not isinstance(value, List):
            return value
        items = [
            replace(item, members=BlockMembers(item.members, later)) if isinstance(item, Object) else item
            for item in value.items
        ]
        return replace(value, items=tuple(items))

    def _from_provider(self, name: str) -> Value | None:
        """What the configuration of the provider says of a member that nobody wrote."""
        if name == "region":
            provider = self._instance.providers.of(self._block)
            return None if provider is None or isinstance(provider.region, Absent) else provider.region
        tags = self._all_tags()
        return tags[1] if tags is not None and tags[0] == name else None

    def _all_tags(self) -> tuple[str, Value] | None:
        type_ = self._block.labels[0]
        own = own_tags(type_)
        if own is None:
            return None
        return all_tags(self._instance.providers.of(self._block), type_, self.written(own), self._instance)

    def written(self, name: str) -> Value:
        """What is written for `name`; `Absent` where it is not set."""
        if name not in self._names:
            return Absent(span=self._block.header)
        return self._instance.written(self._block, name, self._scope, self.address)

    def body(self) -> Object:
        """All that is written, as the body of the resource."""
        members = {name: self._bounded(self.written(name)) for name in self._names}
        provider = self._instance.providers.of(self._block)
        if provider is not None and not isinstance(provider.tags, Absent) and (tags := self._all_tags()) is not None:
            members.setdefault(*tags)
        keys = {name: span for name, span in keys_of(self._block).items() if name in members}
        return Object(span=self._block.header, members=members, keys=keys)

    def _bounded(self, value: Value) -> Value:
        if isinstance(value, Scalar) and value.encodes is None:
            return value
        bounded = self._instance.session.bounded
        if id(value) in bounded:
            return value
        if not larger_than(value, MAX_SIZE):
            bounded[id(value)] = value
            return value
        message = f"this holds more than {MAX_SIZE:,} values, so it is not looked into"
        self._instance.session.problem("limit", message, value.span)
        return Unknown(span=value.span, trace=value.trace, reason=f"it holds more than {MAX_SIZE:,} values")

    def _later(self, name: str) -> Value:
        reason = f"{self.address}.{name} is known only after apply"
        kind = Identity if name in IDENTITIES else Later
        return kind(span=self._block.header, reason=reason, references=(self.address,))


class BlockMembers(Mapping[str, Value]):
    """The members of a nested block that is referred to; what is not written is as unknown as `later`."""

    def __init__(self, members: Mapping[str, Value], later: Value) -> None:
        self._members = members
        self._later = later

    def __getitem__(self, name: str) -> Value:
        value = self._members.get(name)
        if isinstance(value, BlockOrMap):
            return replace(value, members=BlockMembers(value.members, self._later))
        return self._later if value is None or isinstance(value, Absent) else value

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)


class DataMembers(ResourceMembers):
    """The members of a data source: what it reads is known only to the provider, except its own arguments, which it
    gives back, and the policy document and the template file, which it only writes out.
    """

    def __getitem__(self, name: str) -> Value:
        if not self._names:
            told = told_by_provider(self._block.labels[0], name, self._instance.providers.of(self._block))
            if told is not None:
                return told
        if self._block.labels[0] == "aws_iam_policy_document" and name in ("json", "minified_json"):
            return self._instance.document(self._block, self.written, self.address, name)
        if self._block.labels[0] == "template_file" and name == "rendered":
            return self._rendered()
        if self._block.labels[0] == "aws_iam_policy" and name == "arn" and "arn" not in self._names:
            return self._policy_arn()
        value = super().__getitem__(name)
        # Blocks (`filter`) are questions, of which the provider may tell more or less than was asked.
        return value if name in self._block.attributes else self._later(name)

    def _policy_arn(self) -> Value:
        """Of a managed policy that is looked up by its name, the name is what its ARN ends in."""
        later, called = self._later("arn"), self.written("name")
        if not isinstance(later, Unknown) or not isinstance(called, Scalar) or not isinstance(called.data, str):
            return later
        return replace(later, pieces=(None, f"/{called.data}"))

    def _rendered(self) -> Value:
        """See https://registry.terraform.io/providers/hashicorp/template/latest/docs/data-sources/file."""
        template, given = self.written("template"), self.written("vars")
        if isinstance(given, List) and len(given.items) == 1:
            given = given.items[0]
        if not isinstance(template, Scalar) or not isinstance(template.data, str) or isinstance(given, Unknown):
            return self._later("rendered")
        variables = {name: given.get(name) for name in given.members} if isinstance(given, Object) else {}
        # What `file` has read stands in its file, from its beginning on.
        of_file = (template.span.line, template.span.column) == (1, 1)
        source = Source(template.span.source, template.data)
        try:
            value = self._instance.render_template(source, variables, None if of_file else template.span)
        except FunctionError as error:
            return Unknown(span=template.span, trace=template.trace, reason=error.message, references=(self.address,))
        return value.inside(template)

    def _later(self, name: str) -> Value:
        reason = f"{self.address} is read only at plan time"
        kind = Identity if name in IDENTITIES else Later
        return kind(span=self._block.header, reason=reason, references=(self.address,))


class OutputMembers(Mapping[str, Value]):
    """The outputs of a called module."""

    def __init__(self, child: Instance, span: Span) -> None:
        self._child = child
        self._span = span

    def __getitem__(self, name: str) -> Value:
        value = self._child.output(name)
        if value is not None:
            return value
        if self._child.module.broken:
            return Unknown(span=self._span, reason="it may be declared in what could not be read")
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._child.module.outputs)

    def __len__(self) -> int:
        return len(self._child.module.outputs)
