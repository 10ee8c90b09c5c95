"""A template's sections in, what a name in it stands for out: parameters, mappings, pseudo parameters and logical ids.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

from collections.abc import Mapping as Given
from decimal import Decimal
from re import Pattern
from typing import Protocol

from msgspec.structs import replace

from srm_lint.model.source import Problem, ProblemKind, Span
from srm_lint.model.value import List, Scalar, Unknown, Value
from srm_lint.read.cloudformation.dynamic import dynamic
from srm_lint.read.cloudformation.scalars import as_text, resolve
from srm_lint.read.cloudformation.scenarios import Depending, Scenarios, only
from srm_lint.read.cloudformation.syntax import Mapping, Node, Sequence, Text

MAX_MESSAGE = 400
MAX_NAME = 255
"""The longest logical id that CloudFormation takes."""
MAX_NAMED = 10
NO_VALUE = "AWS::NoValue"
PSEUDO = {
    "AWS::AccountId": "the account is chosen at deployment",
    "AWS::NotificationARNs": "the notification topics are chosen at deployment",
    "AWS::Partition": "the partition depends on the region of the deployment",
    "AWS::Region": "the region is chosen at deployment",
    "AWS::StackId": "the stack's id is known only after deployment",
    "AWS::StackName": "the stack's name is chosen at deployment",
    "AWS::URLSuffix": "the domain depends on the region of the deployment",
}
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html"""
PSEUDO_OF_ALL = frozenset(("AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::URLSuffix"))
"""Those that are the same in a stack and in all that are nested in it."""
_EXISTING, _STORED = "AWS::", "AWS::SSM::"
"""Types of parameters whose value is the name of something that is there, so that it is never empty; but for what is
stored in Systems Manager.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
"""
SERVERLESS_ADDS = "AWS::Serverless adds resources"
_SERVERLESS_NAMES = (
    "ServerlessRestApi",
    "ServerlessHttpApi",
    "ServerlessDeploymentApplication",
    "CodeDeployServiceRole",
)
"""What SAM makes besides resources whose names begin with those of the template.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
"""


class Nested(Protocol):
    """The stacks that are nested in a stack."""

    def output(self, name: str, attribute: str, span: Span) -> Value | None:
        """What an attribute `Outputs.X` of the resource `name` is worth; None where that is no stack that is here."""


class Scope:
    """What the names of one template stand for, whose parameters are `given` values; addresses begin with `prefix`.

    `because` is why a name that is not here may still be right, or empty. `foreign` finds what another program
    fills in.
    """

    def __init__(
        self,
        root: Mapping,
        given: Given[str, Value],
        *,
        prefix: str = "",
        nested: Nested | None = None,
        because: str = "",
        foreign: Pattern[str] | None = None,
    ) -> None:
        self.given = given
        self.prefix = prefix
        self.nested = nested
        self.because = because
        self.foreign = foreign
        self.problems: dict[Problem, None] = {}
        self.parameters = self._section(root, "Parameters")
        self.mappings = self._section(root, "Mappings")
        self.conditions = self._section(root, "Conditions")
        self.resources = self._section(root, "Resources")
        self.outputs = self._section(root, "Outputs")
        self._values: dict[str, Value] = {}

    def report(self, kind: ProblemKind, message: str, span: Span) -> None:
        """Note what is wrong, once."""
        shown = message if len(message) <= MAX_MESSAGE else message[: MAX_MESSAGE - 3] + "..."
        self.problems[Problem(kind, shown, span)] = None

    def _section(self, root: Mapping, name: str) -> Mapping:
        node = root.members.get(name)
        if isinstance(node, Mapping):
            return node
        if node is not None and not is_null(node):
            self.report("syntax", f"{name} must be a mapping of names to their definitions", root.keys[name])
        return Mapping(root.keys.get(name, root.span), None, {}, {})

    def parameter(self, name: str, at: Span) -> Value:
        """The value of a declared parameter where it is used at `at`: its default, or an Unknown that names it."""
        value = self._values.get(name)
        if value is None:
            value = self._values[name] = self._declared(name, self.parameters.members[name])
        if isinstance(value, Unknown) and value.span == self.parameters.keys[name]:
            # Nothing decides it, so it is unknown where it is used.
            return replace(value, span=at, candidates=tuple(candidate.passed(at) for candidate in value.candidates))
        return value.passed(at)

    def missing(self, name: str) -> str:
        """Why `name` may be right although the template does not define it; empty where it is wrong."""
        if self.because != SERVERLESS_ADDS:
            return self.because
        made = name.startswith(_SERVERLESS_NAMES) or any(
            name[:end] in self.resources.members for end in range(1, min(len(name), MAX_NAME))
        )
        return self.because if made else ""

    def _declared(self, name: str, node: Node) -> Value:
        span = self.parameters.keys[name]
        references = (f"Parameters.{self.prefix}{name}",)
        if not isinstance(node, Mapping):
            self.report("syntax", f"the parameter {name} must be a mapping with a Type", span)
            return Unknown(span=span, reason=f"the parameter {name} is not a mapping", references=references)
        kind = _word(node, "Type")
        if kind.startswith(_EXISTING) and not kind.startswith(_STORED):
            references = (f"{kind}.{self.prefix}{name}",)
        if not kind:
            self.report("syntax", f"the parameter {name} has no Type; String is the most common", span)
        hidden = _word(node, "NoEcho").lower() == "true"
        default = node.members.get("Default")
        if kind.startswith("AWS::SSM::Parameter::Value<"):
            stored = f" {default.text}" if isinstance(default, Text) and default.text and not hidden else ""
            reason = f"the parameter {name} is read from the Systems Manager parameter{stored} at deployment"
            return Unknown(span=span, reason=reason, references=references, sensitive=hidden)
        if name in self.given:
            taken = self._taken(name, kind, node, self.given[name])
            return replace(taken, sensitive=True) if hidden else taken
        if default is not None and (value := self._converted(name, kind, default)) is not None:
            return replace(value, sensitive=True) if hidden else value
        reason = f"the parameter {name} has no default"
        allowed = node.members.get("AllowedValues")
        found = [self._converted(name, kind, item) for item in allowed.items] if isinstance(allowed, Sequence) else []
        candidates = [replace(value, sensitive=True) if hidden else value for value in found if value is not None]
        if _is_list(kind):
            return Unknown(span=span, reason=reason, references=references, sensitive=hidden)
        ways = [(one, only(references[0], as_text(one.data))) for one in candidates if isinstance(one, Scalar)]
        if not ways or len(ways) < len(candidates):
            return Depending(span=span, reason=reason, references=references, sensitive=hidden, input=references[0])
        choice = Scenarios().choose(ways, span=span, reason=reason, references=references)
        return replace(choice, sensitive=hidden, input=references[0]) if isinstance(choice, Depending) else choice

    def _taken(self, name: str, kind: str, node: Mapping, given: Value) -> Value:
        """A value from outside, as the parameter's type reads it."""
        value: Value | None = given
        if isinstance(given, Scalar):
            text = as_text(given.data)
            allowed = node.members.get("AllowedValues")
            if isinstance(allowed, Sequence) and all(_text(item) != text for item in allowed.items):
                known = ", ".join(_text(item) for item in allowed.items[:MAX_NAMED])
                self.report("syntax", f"the parameter {name} takes one of {known}", given.span)
            value = self._typed(name, kind, text, given.span)
        elif isinstance(given, List) != _is_list(kind) and not isinstance(given, Unknown):
            value = None
            self.report("syntax", f"the parameter {name} is a {kind}, but this is not one", given.span)
        reason = f"the parameter {name} is given a value that it does not take"
        return (
            Unknown(span=given.span, reason=reason, references=(f"Parameters.{self.prefix}{name}",))
            if value is None
            else value
        )

    def _converted(self, name: str, kind: str, node: Node) -> Value | None:
        """A default or allowed value as the parameter's type reads it; None where it is none."""
        if (
            not isinstance(node, Text)
            or node.tag is not None
            or (node.plain and resolve(node.text) is None and node.text)
        ):
            self.report("syntax", f"a default or allowed value of the parameter {name} must be text", node.span)
            return None
        return self._typed(name, kind, _text(node), node.span)

    def _typed(self, name: str, kind: str, text: str, span: Span) -> Value | None:
        if _is_list(kind):
            # An empty text is a list of one empty item: templates tell by Fn::Select whether anything was given.
            items = [item.strip() for item in text.split(",")]
            return List(span=span, items=tuple(_item(kind, item, span) for item in items))
        if kind == "Number":
            number = resolve(text.strip())
            if isinstance(number, bool) or not isinstance(number, int | Decimal):
                self.report("syntax", f"the parameter {name} is a Number, but this is not one", span)
                return None
            return Scalar(span=span, data=number)
        return dynamic([text], span) or Scalar(span=span, data=text)


def _item(kind: str, text: str, span: Span) -> Value:
    number = resolve(text) if kind == "List<Number>" else None
    return Scalar(span=span, data=text if number is None or isinstance(number, bool) else number)


def _text(node: Node) -> str:
    """The text of a scalar, as parameters take it."""
    if not isinstance(node, Text):
        return ""
    plain = resolve(node.text) if node.plain else node.text
    return as_text(plain) if isinstance(plain, bool) else node.text


def is_null(node: Node) -> bool:
    """Whether this is `null`, or nothing at all."""
    return isinstance(node, Text) and node.plain and node.tag is None and resolve(node.text) is None


def _word(node: Mapping, name: str) -> str:
    found = node.members.get(name)
    return found.text if isinstance(found, Text) else ""


def _is_list(kind: str) -> bool:
    return kind == "CommaDelimitedList" or kind.startswith("List<")
