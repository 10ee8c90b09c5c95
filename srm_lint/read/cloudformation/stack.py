"""One template as it is deployed once in, its resources and what is wrong with it out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as Given
from pathlib import Path

from msgspec.structs import replace

from srm_lint.model.resource import Resource
from srm_lint.model.source import Problem, Span
from srm_lint.model.value import Object, Scalar, Unknown, Value
from srm_lint.read.cloudformation.assets import construct_of
from srm_lint.read.cloudformation.circles import circles
from srm_lint.read.cloudformation.conditions import holds, verdict_of
from srm_lint.read.cloudformation.expressions import Evaluator
from srm_lint.read.cloudformation.functions import FUNCTIONS
from srm_lint.read.cloudformation.includes import INCLUDE, Includes
from srm_lint.read.cloudformation.limits import exceeded
from srm_lint.read.cloudformation.loops import Loops
from srm_lint.read.cloudformation.nested import Family, Nested
from srm_lint.read.cloudformation.scenarios import EVERY, Cases
from srm_lint.read.cloudformation.scope import SERVERLESS_ADDS, Scope, is_null
from srm_lint.read.cloudformation.serverless import Translated, translate
from srm_lint.read.cloudformation.syntax import LOOP, Mapping, Node, Sequence, Text
from srm_lint.read.cloudformation.templates import VERSION, Template
from srm_lint.read.cloudformation.transforms import look_at

_FRAMEWORK = re.compile(r"\$\{(?:self|opt|file|sls|env|param|ssm|cf|s3|aws|strToBool)[:(]")
"""Variables of the Serverless Framework, which merges such files into its own template.

https://www.serverless.com/framework/docs/guides/variables
"""


ATTRIBUTES = ("DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy", "CreationPolicy", "DependsOn", "Metadata")
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-product-attribute-reference.html"""


class Stack:
    """A template with the values that its parameters are given; `prefix` stands before its logical ids."""

    def __init__(
        self,
        template: Template,
        root: Mapping,
        given: Given[str, Value],
        family: Family,
        prefix: str = "",
        chain: tuple[Path, ...] = (),
    ) -> None:
        self.template = template
        self.includes = Includes(template.path, family.templates.tree)
        if INCLUDE in template.source.text:
            root = self.includes.put_in(root)
        self.root, loops = _written_out(template, root, given)
        self.prefix = prefix
        self.nested = Nested(self, family, chain)
        document = template.document
        self._transforms = look_at(self.root)
        because = "the text could not be read to its end" if document.broken else self._transforms.open_because
        because = because or loops.because
        foreign = None
        if VERSION not in root.members and _FRAMEWORK.search(template.source.text):
            foreign, because = _FRAMEWORK, because or "the Serverless Framework merges this file with others"
        deployed = self._deployed(given)
        self._made = deployed.made
        self._whole = deployed.root
        self._leads: dict[str, dict[str, Span]] = {}
        self.scope = Scope(deployed.root, given, prefix=prefix, nested=self.nested, because=because, foreign=foreign)
        self.scope.problems.update(loops.problems)
        self.scope.problems.update(dict.fromkeys(deployed.problems))
        self.evaluator = Evaluator(self.scope, FUNCTIONS)

    def _deployed(self, given: Given[str, Value]) -> Translated:
        """The template after the transform of SAM, where it names that."""
        if (at := self._transforms.serverless) is None or self.template.document.broken:
            return Translated(self.root, {}, ())
        return translate(self.root, Scope(self.root, given), at)

    def resources(self) -> list[Resource]:
        """The resources that are, or may be, made, in order."""
        section = self.scope.resources
        names = [name for name in section.members if name != "Fn::Transform"]
        if self.template.document.broken and not section.closed:
            # What stands right before a syntax error may lack what the error swallowed: half of it is not judged.
            names = names[:-1]
        made: list[Resource] = []
        for name in names:
            resource = self._resource(name, section.members[name], section.keys[name])
            if resource is not None:
                made.append(resource)
                if (stack := self.nested.at(name)) is not None:
                    made.extend(_within(each, resource) for each in stack.resources())
        return made

    def output(self, name: str) -> Value | None:
        """The value of the output called `name`; None where there is none."""
        node = self.scope.outputs.members.get(name)
        value = node.members.get("Value") if isinstance(node, Mapping) else None
        return None if value is None else self.evaluator.value(value)

    def every(self) -> Iterator[Stack]:
        """This stack, and those that are nested in it."""
        yield self
        for stack in self.nested.every():
            yield from stack.every()

    def problems(self) -> set[Problem]:
        """What is wrong, once its resources have been asked for."""
        scope, document = self.scope, self.template.document
        if not scope.resources.members and not document.broken and not scope.because:
            start = self.template.source.start()
            at = self.root.keys.get("Resources") or next(iter(self.root.keys.values()), start)
            scope.report("syntax", "a template needs at least one resource under Resources, and this one has none", at)
        for name, span in scope.conditions.keys.items():
            if name != "Fn::Transform":
                holds(self.evaluator, name, span)
        for name in scope.outputs.members:
            self.output(name)
        self._report_circles()
        problems = {*document.problems, *self._transforms.problems, *self.includes.problems}
        problems.update(exceeded(self.template.source, self._whole))
        if not document.broken:  # half a text would be blamed for what its other half holds
            problems.update(scope.problems)
        return problems

    def _resource(self, name: str, node: Node, key: Span) -> Resource | None:
        scope, evaluator = self.scope, self.evaluator
        if not isinstance(node, Mapping):
            scope.report("syntax", f"the resource {name} must be a mapping with a Type", key)
            return None
        kind = node.members.get("Type")
        if not isinstance(kind, Text) or not kind.text or kind.tag is not None:
            scope.report("syntax", f"the resource {name} has no Type, such as AWS::S3::Bucket", key)
            return None
        exists = self._exists(node, key)
        if exists is None:
            return None
        made = self._made.get(name)
        with evaluator.assuming(self._cases(node)):
            with evaluator.recording() as referred:
                body = self._body(name, node, made.at if made else key)
            self._leads[name] = {**referred, **self._depends_on(name, node)}
            body = self._with_attributes(body, node)
        span = Span(key.source, key.line, key.column, node.span.end_line, node.span.end_column)
        made_by = f"{made.kind} {self.prefix}{made.name}" if made else ""
        return Resource(
            self.prefix + name, kind.text, body, span, exists, made_by=made_by, construct=construct_of(node)
        )

    def _exists(self, node: Mapping, key: Span) -> Value | None:
        """Whether the resource is made: true, an Unknown, or None where it certainly is not."""
        condition = node.members.get("Condition")
        if condition is None or is_null(condition):
            return Scalar(span=key, data=True)
        if not isinstance(condition, Text):
            at = node.keys["Condition"]
            return self.evaluator.wrong("the Condition of a resource is the name of a condition", at)
        verdict = holds(self.evaluator, condition.text, condition.span)
        if isinstance(verdict, Unknown):
            reason = f"created only if the condition {condition.text} holds: {verdict.reason}"
            return Unknown(span=condition.span, reason=reason, references=verdict.references)
        return Scalar(span=condition.span, data=True) if isinstance(verdict, Scalar) and verdict.data else None

    def _cases(self, node: Mapping) -> Cases:
        """The cases in which the resource is made."""
        named = node.members.get("Condition")
        if not isinstance(named, Text) or is_null(named):
            return EVERY
        return verdict_of(self.evaluator, named.text, named.span).yes

    def _depends_on(self, name: str, node: Mapping) -> dict[str, Span]:
        """The resources that must be made first because the template says so, and where it does."""
        named = node.members.get("DependsOn")
        others = named.items if isinstance(named, Sequence) else [] if named is None else [named]
        found = {other.text: other.span for other in others if isinstance(other, Text) and not is_null(other)}
        for other, at in found.items():
            if other not in self.scope.resources.members and not self.scope.missing(other):
                message = f"{name} depends on {other}, but no resource is called so; define it or correct the name"
                self.scope.report("syntax", message, at)
        return found

    def _report_circles(self) -> None:
        translated = self._whole is not self.root
        if self.scope.because and not (translated and self.scope.because == SERVERLESS_ADDS):
            return  # a transform may yet untangle them
        for circle in circles(self._leads):
            cases = EVERY
            for name in circle:
                resource = self.scope.resources.members[name]
                if isinstance(resource, Mapping):
                    cases = self.evaluator.scenarios.narrowed(cases, self._cases(resource))
            if cases:
                way = " → ".join((*circle, circle[0]))
                message = f"the resource {circle[0]} depends on itself: {way}; CloudFormation refuses such a circle"
                self.scope.report("syntax", message, self._leads[circle[0]][circle[1 % len(circle)]])

    def _with_attributes(self, body: Object, node: Mapping) -> Object:
        """The properties and, beside them, the attributes that are none; a property of the same name wins."""
        found = [name for name in ATTRIBUTES if name in node.members and name not in body.members]
        if not found:
            return body
        members = {name: self.evaluator.value(node.members[name], node.keys[name]) for name in found}
        keys = {name: node.keys[name] for name in found}
        return replace(body, members={**body.members, **members}, keys={**body.keys, **keys})

    def _body(self, name: str, node: Mapping, key: Span) -> Object:
        properties = node.members.get("Properties")
        if properties is None or is_null(properties):
            return Object(span=key, members={})
        at = node.keys["Properties"]
        if not isinstance(properties, Mapping):
            message = f"the Properties of {name} must be a mapping"
            self.scope.report("syntax", message, at)
            return _Open(span=key, members={}, reason=message)
        known = Mapping(properties.span, properties.tag, dict(properties.members), dict(properties.keys))
        reason = ""
        for member in properties.members:
            if member == "Fn::Transform":
                reason = f"{member} adds properties at deployment"
                message = f"{member} adds properties to {name} at deployment; what is not written here is unknown"
                self.scope.report("unsupported", message, properties.keys[member])
                del known.members[member], known.keys[member]
        value = self.evaluator.value(known, key)
        if isinstance(value, Object):
            return _Open(span=value.span, members=value.members, keys=value.keys, reason=reason) if reason else value
        message = f"the Properties of {name} are not written out, so they are unknown"
        self.scope.report("unsupported", message, at)
        return _Open(span=key, members={}, reason=message)


def _written_out(template: Template, root: Mapping, given: Given[str, Value]) -> tuple[Mapping, Scope]:
    """The template with its loops written out, and the scope that they were evaluated in."""
    scope = Scope(root, given)
    if LOOP not in template.source.text:
        return root, scope
    loops = Loops(Evaluator(scope, FUNCTIONS).value, scope.report)
    written = loops.written_out(root)
    scope.because = loops.open_because
    return written, scope


def _within(resource: Resource, stack: Resource) -> Resource:
    """A resource of a nested stack: it is there only if the stack is."""
    if isinstance(stack.exists, Unknown) and not isinstance(resource.exists, Unknown):
        return replace(resource, exists=stack.exists)
    return resource


class _Open(Object, frozen=True, kw_only=True):
    """Properties of which some are not written in the template: what is not here may be there, for all that we know."""

    reason: str

    def get(self, name: str) -> Value:
        """The member called `name`, or an Unknown that says why it may still be set."""
        return super().get(name) if name in self.members else Unknown(span=self.span, reason=self.reason)
