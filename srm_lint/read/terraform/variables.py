"""Variable blocks of a module and what its caller gives in, the values of its variables out.

Only this module knows how a value becomes that of a variable, or of an output that has a type: defaults, nulls, types,
marks and validation rules. See https://developer.hashicorp.com/terraform/language/block/variable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from srm_lint.model.value import Scalar, Unknown, Value
from srm_lint.read.terraform.constraints import type_from
from srm_lint.read.terraform.conversion import ANY, ConversionError, Type, convert, is_null
from srm_lint.read.terraform.evaluation import evaluate
from srm_lint.read.terraform.later import Later
from srm_lint.read.terraform.operators import Invalid
from srm_lint.read.terraform.surroundings import Surroundings
from srm_lint.read.terraform.syntax import Block
from srm_lint.read.terraform.validation import choices, conditions, refusal
from srm_lint.read.terraform.world import Scope

if TYPE_CHECKING:
    from srm_lint.read.terraform.scope import Instance


class Variables:
    """The input variables of one module, called from one place with `inputs`, each worked out when it is asked for."""

    def __init__(self, instance: Instance, inputs: Mapping[str, Callable[[], Value]]) -> None:
        self._instance = instance
        self.inputs = inputs

    def value(self, name: str, block: Block) -> Value:
        """What the variable `name`, declared by `block`, is worth: what the caller gives, or its default."""
        types = self._instance.module.types
        wanted = types.get(name)
        if wanted is None:
            wanted = types[name] = self._type(block)
        given = self.inputs.get(name)
        value = given() if given is not None else None
        default = block.attributes.get("default")
        nullable = block.attributes.get("nullable")
        if value is not None and is_null(value) and nullable is not None and default is not None:
            allowed = self._instance.settle(nullable, self.nowhere())
            if isinstance(allowed, Scalar) and allowed.data is False:
                value = None
        if value is None and default is not None:
            value = self._instance.settle(default, self.nowhere())
        address = f"{self._instance.prefix}var.{name}"
        if value is None:
            reason = f"{address} has no value"
            value = Later(span=block.header, reason=reason, references=(address,), candidates=choices(block))
        try:
            value = convert(value, wanted)
        except ConversionError as error:
            if self._instance.scope.certain:
                message = f'Invalid value for input variable "{name}": {error.message}.'
                self._instance.session.problem("syntax", message, value.trace[-1] if value.trace else value.span)
            value = Unknown(span=value.span, reason=f"{address} has a value of the wrong type", references=(address,))
        return self._marked(value, block)

    def of_output(self, name: str, value: Value, block: Block) -> Value:
        """The value of an output, in its type and with its marks.

        See https://developer.hashicorp.com/terraform/language/block/output#type.
        """
        try:
            value = convert(value, self._type(block)) if "type" in block.attributes else value
        except ConversionError as error:
            self._instance.session.problem("syntax", f'Invalid value for output "{name}": {error.message}.', value.span)
            value = Unknown(span=value.span, reason=f"the output {name} has a value of the wrong type")
        return self._marked(value, block)

    def validate(self) -> None:
        """Reports the values that callers give to variables though their validation rules do not let them.

        A default that is refused must be overridden by callers, who may be anywhere.
        """
        for name, block in self._instance.module.variables.items():
            if name not in self.inputs or not any(conditions(block)):
                continue
            value = self._instance.variable(name, block.header)
            told = None if isinstance(value, Unknown) else refusal(block, self._instance, self._instance.scope)
            if told is not None and self._instance.scope.certain:
                span = value.trace[-1] if value.trace else value.span
                self._instance.session.problem("syntax", f'Invalid value for variable "{name}": {told}', span)

    def nowhere(self) -> Scope:
        """The scope of what may name nothing: defaults, variable files."""
        return Scope(Surroundings(self._instance.session), {})

    def _marked(self, value: Value, block: Block) -> Value:
        """The value with its mark: what is ephemeral is kept out of states and plans, so it is not printed either."""
        for name in ("sensitive", "ephemeral"):
            if (attribute := block.attributes.get(name)) is not None:
                marked = self._instance.settle(attribute, self.nowhere())
                if isinstance(marked, Scalar) and marked.data is True:
                    return replace(value, sensitive=True)
        return value

    def _type(self, block: Block) -> Type:
        attribute = block.attributes.get("type")
        if attribute is None:
            return ANY
        try:
            return type_from(attribute.expression, lambda expression: evaluate(expression, self.nowhere()))
        except Invalid as error:
            self._instance.session.problem(error.kind, error.message, error.span)
            return ANY
