"""A module with its inputs in, what every name in it means out: variables, locals, resources, data, modules.

Only this module knows how references are resolved. Everything is worked out when it is asked for, and once.
See https://developer.hashicorp.com/terraform/language/expressions/references.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from srm_lint.model.source import Span
from srm_lint.model.value import Absent, Object, Scalar, Unknown, Value
from srm_lint.read.terraform.bodies import written
from srm_lint.read.terraform.calls import Calls, arguments
from srm_lint.read.terraform.expressions import Attribute as Step_
from srm_lint.read.terraform.expressions import Name, Step
from srm_lint.read.terraform.instances import Place, Places, places_of
from srm_lint.read.terraform.later import Later
from srm_lint.read.terraform.members import DataMembers, OutputMembers, ResourceMembers
from srm_lint.read.terraform.modules import Module
from srm_lint.read.terraform.once import Once
from srm_lint.read.terraform.operators import Invalid
from srm_lint.read.terraform.providers import Providers
from srm_lint.read.terraform.session import Session
from srm_lint.read.terraform.surroundings import Surroundings
from srm_lint.read.terraform.syntax import Attribute, Block
from srm_lint.read.terraform.variables import Variables
from srm_lint.read.terraform.world import Scope

_ROOTLESS = {"each": "for_each", "count": "count"}


class Instance(Surroundings):
    """One module as called from one place: what its names mean there. It is the `World` that its expressions are
    evaluated in.
    """

    def __init__(  # noqa: PLR0913 - who called it, from where, and with what
        self,
        module: Module,
        session: Session,
        *,
        prefix: str = "",
        inputs: Mapping[str, Callable[[], Value]] | None = None,
        parents: tuple[Path, ...] = (),
        names: str = "",
        exists: Value | None = None,
        providers: tuple[Providers, Block] | None = None,
    ) -> None:
        super().__init__(session)
        self.module = module
        self.prefix = prefix
        self.exists = exists
        self.parents = (*parents, module.folder)
        self.calls = Calls(module, session, names, len(self.parents))
        self.scope = Scope(self, {}, certain=exists is None)
        self.variables = Variables(self, inputs or {})
        self.providers = Providers(self, *(providers or (None, None)))
        self._once = Once(session, prefix)
        self._places: dict[tuple[str, ...], Places] = {}
        self._bodies: dict[tuple[str, str, str, str], ResourceMembers] = {}
        self._objects: dict[tuple[str, ...], Value] = {}
        self._children: dict[tuple[str, str], Instance | None] = {}

    # Names

    def resolve(self, name: Name, steps: Sequence[Step], span: Span) -> tuple[Value, int]:
        """The value that a reference starts with, and how many of `steps` that took. Raises `Invalid`."""
        root = name.name
        if root in _ROOTLESS:
            raise Invalid(f'Reference to "{root}" in a context without {_ROOTLESS[root]}.', span)
        if root == "self":
            return Unknown(span=span, reason="self is known only after apply"), len(steps)
        first, second = (step.name if isinstance(step, Step_) else None for step in (*steps[:2], None, None)[:2])
        if first is None:
            message = f'Invalid reference: a reference to "{root}" must be followed by the name of what is meant.'
            raise Invalid(message, span)
        single = _SINGLE.get(root)
        if single is not None:
            return single(self, first, span), 1
        double = _DOUBLE.get(root)
        if double is None:
            return self.resource(root, first, span), 1
        if second is None:
            raise Invalid(f'Invalid reference: "{root}" must be followed by two names, a type and a name.', span)
        return double(self, first, second, span), 2

    def _undeclared(self, message: str, span: Span) -> Value:
        if self.module.broken:
            return Unknown(span=span, reason="it may be declared in what could not be read")
        raise Invalid(message, span)

    def _path(self, name: str, span: Span) -> Value:
        if name == "module":
            import os

            relative = os.path.relpath(self.module.folder, self.session.root).replace(os.sep, "/")
            return Scalar(span=span, data=relative)
        if name == "root":
            return Scalar(span=span, data=".")
        if name == "cwd":
            return Unknown(span=span, reason="path.cwd is known only where Terraform runs")
        raise Invalid(f'Invalid "path" attribute: the "path" object does not have an attribute named "{name}".', span)

    def _terraform(self, name: str, span: Span) -> Value:
        if name == "workspace" and self.session.workspace is not None:
            return Scalar(span=span, data=self.session.workspace)
        if name == "workspace":
            # Not "default": what is only made in other workspaces would never be judged.
            address = "terraform.workspace"
            return Later(span=span, reason=f"{address} is chosen where Terraform runs", references=(address,))
        return Unknown(span=span, reason=f"terraform.{name} is known only at plan time")

    def _ephemeral(self, type_: str, name: str, span: Span) -> Value:
        address = f"{self.prefix}ephemeral.{type_}.{name}"
        return Unknown(span=span, reason=f"{address} is known only at plan time", references=(address,))

    def variable(self, name: str, span: Span) -> Value:
        """The value of `var.name`. Raises `Invalid`."""
        block = self.module.variables.get(name)
        if block is None:
            return self._undeclared(
                f'Reference to undeclared input variable: no input variable with the name "{name}" is declared.',
                span,
            )
        return self._once.value(("var", name), block.header, lambda: self.variables.value(name, block))

    def local(self, name: str, span: Span) -> Value:
        """The value of `local.name`. Raises `Invalid`."""
        attribute = self.module.locals.get(name)
        if attribute is None:
            return self._undeclared(
                f'Reference to undeclared local value: a local value with the name "{name}" has not been declared.',
                span,
            )
        return self._once.value(("local", name), attribute.name_span, lambda: self.settle(attribute, self.scope))

    # Resources and data sources

    def places(self, keyword: str, type_: str, name: str, block: Block) -> Places:
        """The instances of a resource, data source or module call."""
        key = (keyword, type_, name)
        known = self._places.get(key)
        if known is not None:
            return known
        plain = f"{self.prefix}{self._plain(*key)}"
        if key in self._once.busy:
            self.session.problem("syntax", f"{plain} depends on itself", block.header)
            doubt = Unknown(span=block.header, reason=f"{plain} depends on itself", references=(plain,))
            inner = Scope(self, {}, certain=False)
            return Places((Place("", None, inner, doubt),), "for_each", block.header, doubt)
        self._once.busy[key] = None
        try:
            found = places_of(block, self.scope, self.session, self.settle, (plain,))
        finally:
            del self._once.busy[key]
        self._places[key] = found
        return found

    @staticmethod
    def _plain(keyword: str, type_: str, name: str) -> str:
        if keyword == "resource":
            return f"{type_}.{name}"
        return f"data.{type_}.{name}" if keyword == "data" else f"module.{name}"

    def resource(self, type_: str, name: str, span: Span) -> Value:
        """The value of `type.name`. Raises `Invalid`."""
        block = self.module.resources.get((type_, name))
        if block is None:
            return self._undeclared(
                f'Reference to undeclared resource: a managed resource "{type_}" "{name}" has not been declared.', span
            )
        return self._object("resource", type_, name, block)

    def data(self, type_: str, name: str, span: Span) -> Value:
        """The value of `data.type.name`. Raises `Invalid`."""
        block = self.module.data.get((type_, name))
        if block is None:
            return self._undeclared(
                f'Reference to undeclared resource: a data resource "{type_}" "{name}" has not been declared.', span
            )
        return self._object("data", type_, name, block)

    def _object(self, keyword: str, type_: str, name: str, block: Block) -> Value:
        def one(place: Place) -> Value:
            return Object(span=block.header, members=self.members(keyword, type_, name, block, place))

        return self._together(keyword, type_, name, block, one)

    def _together(self, keyword: str, type_: str, name: str, block: Block, one: Callable[[Place], Value]) -> Value:
        """What the plain address of a block is worth, made of what each instance is."""
        # Of a thousand instances, each may refer to all: they are put together once, when their places are settled.
        key = (keyword, type_, name)
        known = self._objects.get(key)
        if known is None:
            known = self.places(keyword, type_, name, block).value(one)
            if key in self._places:
                self._objects[key] = known
        return known

    def members(self, keyword: str, type_: str, name: str, block: Block, place: Place) -> ResourceMembers:
        """The arguments of one instance, each worked out when it is asked for."""
        key = (keyword, type_, name, place.suffix)
        known = self._bodies.get(key)
        if known is None:
            address = f"{self.prefix}{self._plain(keyword, type_, name)}{place.suffix}"
            maker = DataMembers if keyword == "data" else ResourceMembers
            known = self._bodies[key] = maker(self, block, place.scope, address)
        return known

    def written(self, block: Block, name: str, scope: Scope, address: str) -> Value:
        """What an argument of a resource is worth; `Absent` where it is not set."""

        def work() -> Value:
            value = written(block, name, scope, self.settle)
            return Absent(span=block.header) if value is None else value

        return self._once.value((address, name), block.header, work)

    def document(self, block: Block, written: Callable[[str], Value], address: str, name: str) -> Value:
        """The text of a policy document that a data source writes out, as its attribute `name`."""
        from srm_lint.read.terraform.policy_document import document

        def work() -> Value:
            return document(block.header, written, self, minified=name == "minified_json")

        return self._once.value((address, name), block.header, work)

    # Module calls

    def called(self, name: str, span: Span) -> Value:
        """The value of `module.name`. Raises `Invalid`."""
        block = self.module.calls.get(name)
        if block is None:
            return self._undeclared(f'Reference to undeclared module: no module call named "{name}" is declared.', span)

        def one(place: Place) -> Value:
            child = self.child(name, block, place)
            if child is None:
                address = f"{self.prefix}module.{name}"
                return Unknown(span=block.header, reason=f"{address} is not downloaded", references=(address,))
            return Object(span=block.header, members=OutputMembers(child, block.header))

        return self._together("module", "", name, block, one)

    def child(self, name: str, block: Block, place: Place) -> Instance | None:
        """The module that a call leads to; None where it is not there, which is then reported."""
        key = (name, place.suffix)
        if key not in self._children:
            self._children[key] = self._child(name, block, place)
        return self._children[key]

    def _child(self, name: str, block: Block, place: Place) -> Instance | None:
        source = block.attributes.get("source")
        module = self.calls.module(
            block, Absent(span=block.header) if source is None else self.settle(source, self.scope)
        )
        if module is None:
            return None
        at = block.header if source is None else source.expression.span
        if module.folder in self.parents:
            self.session.problem("unsupported", f'module "{name}" calls itself, so it is not read again', at)
            return None
        self.session.modules.setdefault(module.folder, module)
        if not self.session.reserve(module.weight):
            most = f"the {self.session.most_instances():,} that are judged in this configuration"
            self.session.problem(
                "limit", f"there are more resources and modules than {most}, so this one is not read", at
            )
            return None

        def given(attribute: Attribute) -> Callable[[], Value]:
            return lambda: self.settle(attribute, place.scope)

        return Instance(
            module,
            self.session,
            prefix=f"{self.prefix}module.{name}{place.suffix}.",
            inputs={key: given(each) for key, each in arguments(block).items()},
            parents=self.parents,
            names=self.calls.names_of(block),
            exists=place.exists if isinstance(place.exists, Unknown) else self.exists,
            providers=(self.providers, block),
        )

    def output(self, name: str) -> Value | None:
        """The value of an output; None where it is not declared."""
        block = self.module.outputs.get(name)
        if block is None:
            return None
        attribute = block.attributes.get("value")
        if attribute is None:
            return Unknown(span=block.header, reason=f"{self.prefix}{name} has no value")

        def work() -> Value:
            return self.variables.of_output(name, self.settle(attribute, self.scope), block)

        return self._once.value(("output", name), block.header, work)


_SINGLE: dict[str, Callable[[Instance, str, Span], Value]] = {
    "var": Instance.variable,
    "local": Instance.local,
    "module": Instance.called,
    "path": Instance._path,
    "terraform": Instance._terraform,
}
_DOUBLE: dict[str, Callable[[Instance, str, str, Span], Value]] = {
    "resource": Instance.resource,
    "data": Instance.data,
    "ephemeral": Instance._ephemeral,
}
