"""A file in, the `Configuration` of one CloudFormation template out, or None where the file is none."""

from __future__ import annotations

import re
from pathlib import Path

from srm_lint.model.resource import Configuration, Language, Resource
from srm_lint.model.source import Problem, Source, Span, Tree, Unreadable, shown_path
from srm_lint.model.value import Object, Scalar, Unknown, Value
from srm_lint.read.cloudformation import comments
from srm_lint.read.cloudformation.conditions import holds
from srm_lint.read.cloudformation.expressions import Evaluator
from srm_lint.read.cloudformation.functions import FUNCTIONS
from srm_lint.read.cloudformation.scope import Scope, is_null
from srm_lint.read.cloudformation.syntax import LOOP, Document, Mapping, Node, Sequence, Text, parse
from srm_lint.read.cloudformation.transforms import look_at

_VERSION = "AWSTemplateFormatVersion"
_OUR_KEY = re.compile(
    rf"""(?:^(?:-[ ]+)?|^[ \t]*[{{\[]\s*+(?:{{\s*+)?|,\s*+)["']?({_VERSION}|Resources)["']?\s*:""", re.MULTILINE
)
_OUR_TYPE = re.compile(r"""\bType["']?\s*:\s*["']?(?:AWS|Custom)::\w""")
_FRAMEWORK = re.compile(r"\$\{(?:self|opt|file|sls|env|param|ssm|cf|s3|aws|strToBool)[:(]")
"""Variables of the Serverless Framework, which merges such files into its own template.

https://www.serverless.com/framework/docs/guides/variables
"""
MAX_PROBLEMS = 200
"""Problems that are told of one template; what is wrong in more places was hardly written as one."""
_RESOURCES = re.compile(r"""Resources["']?\s*:""")


def read(path: Path, tree: Tree) -> Configuration | None:
    """The template at `path`, or None where the file is no CloudFormation template.

    What cannot be read becomes a Problem of the Configuration; nothing is raised.
    """
    try:
        source = tree.read(path)
    except Unreadable as error:
        return Configuration(Language.CLOUDFORMATION, shown_path(path), {}, (), (), (error.problem,))
    return read_source(source)


def read_source(source: Source) -> Configuration | None:
    """The template with this text, or None where the text is no CloudFormation template."""
    if not _may_be_ours(source.text):
        return None
    document = parse(source)
    if isinstance(document.root, Mapping) and _is_template(document.root):
        return _template(source, document, document.root)
    if document.problems and _looks_ours(source.text):
        return _unread(source, document.problems)
    if isinstance(document.root, Sequence) and any(
        isinstance(item, Mapping) and _is_template(item) for item in document.root.items
    ):
        message = "a template must be a mapping with Resources, but this is a list; remove its dash or bracket"
        return _unread(source, (Problem("syntax", message, document.root.span.start()),))
    return None


def _may_be_ours(text: str) -> bool:
    """A cheap look at the text: a walk meets thousands of YAML and JSON files that are not templates."""
    if _VERSION in text:
        return True
    if "Resources" not in text or not ("::" in text or "Transform" in text):
        return False
    return _RESOURCES.search(text) is not None


def _looks_ours(text: str) -> bool:
    """Whether a text that is no valid YAML or JSON was meant as a template."""
    searched = False
    for found in _OUR_KEY.finditer(text):
        if found[1] == _VERSION:
            return True
        if not searched and _OUR_TYPE.search(text, found.end()):
            return True
        searched = True
    return False


def _is_template(root: Mapping) -> bool:
    if _VERSION in root.members:
        return True
    resources = root.members.get("Resources")
    if not isinstance(resources, Mapping):
        return False
    kinds = (node.members.get("Type") for node in resources.members.values() if isinstance(node, Mapping))
    return any(isinstance(kind, Text) and "::" in kind.text for kind in kinds) or (
        "Transform" in root.members and bool(resources.members)
    )


def _unread(source: Source, problems: tuple[Problem, ...]) -> Configuration:
    return Configuration(Language.CLOUDFORMATION, source.path, {source.path: source}, (), (), problems)


def _template(source: Source, document: Document, root: Mapping) -> Configuration:
    transforms = look_at(root)
    because = "the text could not be read to its end" if document.broken else transforms.open_because
    foreign = None
    if _VERSION not in root.members and _FRAMEWORK.search(source.text):
        foreign, because = _FRAMEWORK, because or "the Serverless Framework merges this file with others"
    scope = Scope(root, because=because, foreign=foreign)
    evaluator = Evaluator(scope, FUNCTIONS)
    resources = _resources(evaluator, document)
    if not scope.resources.members and not document.broken and not transforms.open_because:
        at = root.keys.get("Resources") or next(iter(root.keys.values()), source.start())
        scope.report("syntax", "a template needs at least one resource under Resources, and this one has none", at)
    for name, span in scope.conditions.keys.items():
        if not name.startswith(LOOP) and name != "Fn::Transform":
            holds(evaluator, name, span)
    problems = {*document.problems, *transforms.problems}
    if not document.broken:  # half a text would be blamed for what its other half holds
        problems.update(scope.problems)
    return Configuration(
        Language.CLOUDFORMATION,
        source.path,
        {source.path: source},
        tuple(resources),
        comments.find(source, root),
        _in_order(problems),
    )


def _in_order(problems: set[Problem]) -> tuple[Problem, ...]:
    ordered = sorted(problems, key=lambda problem: (problem.span.line, problem.span.column, problem.message))
    if len(ordered) > MAX_PROBLEMS:
        more = f"{len(ordered) - MAX_PROBLEMS:,} more problems of this template are not shown; fix those above first"
        ordered[MAX_PROBLEMS:] = [Problem("limit", more, ordered[MAX_PROBLEMS].span)]
    return tuple(ordered)


def _resources(evaluator: Evaluator, document: Document) -> list[Resource]:
    section = evaluator.scope.resources
    names = [name for name in section.members if not name.startswith(LOOP) and name != "Fn::Transform"]
    if document.broken and not section.closed:
        # What stands right before a syntax error may lack what the error swallowed: it would be judged by half of it.
        names = names[:-1]
    found = []
    for name in names:
        resource = _resource(evaluator, name, section.members[name], section.keys[name])
        if resource is not None:
            found.append(resource)
    return found


def _resource(evaluator: Evaluator, name: str, node: Node, key: Span) -> Resource | None:
    scope = evaluator.scope
    if not isinstance(node, Mapping):
        scope.report("syntax", f"the resource {name} must be a mapping with a Type", key)
        return None
    kind = node.members.get("Type")
    if not isinstance(kind, Text) or not kind.text or kind.tag is not None:
        scope.report("syntax", f"the resource {name} has no Type, such as AWS::S3::Bucket", key)
        return None
    exists = _exists(evaluator, node, key)
    if exists is None:
        return None
    condition = node.members.get("Condition")
    evaluator.assumed = {condition.text: True} if isinstance(condition, Text) else {}
    body = _body(evaluator, name, node, key)
    evaluator.assumed = {}
    span = Span(key.source, key.line, key.column, node.span.end_line, node.span.end_column)
    return Resource(name, kind.text, body, span, exists)


def _exists(evaluator: Evaluator, node: Mapping, key: Span) -> Value | None:
    """Whether the resource is made: true, an Unknown, or None where it certainly is not."""
    condition = node.members.get("Condition")
    if condition is None or is_null(condition):
        return Scalar(span=key, data=True)
    if not isinstance(condition, Text):
        at = node.keys["Condition"]
        return evaluator.wrong("the Condition of a resource is the name of a condition", at)
    verdict = holds(evaluator, condition.text, condition.span)
    if isinstance(verdict, Unknown):
        reason = f"created only if the condition {condition.text} holds: {verdict.reason}"
        return Unknown(span=condition.span, reason=reason, references=verdict.references)
    return Scalar(span=condition.span, data=True) if isinstance(verdict, Scalar) and verdict.data else None


class _Open(Object, frozen=True, kw_only=True):
    """Properties of which some are not written in the template: what is not here may be there, for all that we know."""

    reason: str

    def get(self, name: str) -> Value:
        """The member called `name`, or an Unknown that says why it may still be set."""
        return super().get(name) if name in self.members else Unknown(span=self.span, reason=self.reason)


def _body(evaluator: Evaluator, name: str, node: Mapping, key: Span) -> Object:
    properties = node.members.get("Properties")
    if properties is None or is_null(properties):
        return Object(span=key, members={})
    at = node.keys["Properties"]
    if not isinstance(properties, Mapping):
        message = f"the Properties of {name} must be a mapping"
        evaluator.scope.report("syntax", message, at)
        return _Open(span=key, members={}, reason=message)
    known = Mapping(properties.span, properties.tag, dict(properties.members), dict(properties.keys))
    reason = ""
    for member in properties.members:
        if member == "Fn::Transform" or member.startswith(LOOP):
            reason = f"{member} adds properties at deployment"
            message = f"{member} adds properties to {name} at deployment; what is not written here is unknown"
            evaluator.scope.report("unsupported", message, properties.keys[member])
            del known.members[member], known.keys[member]
    value = evaluator.value(known, key)
    if isinstance(value, Object):
        return _Open(span=value.span, members=value.members, keys=value.keys, reason=reason) if reason else value
    message = f"the Properties of {name} are not written out, so they are unknown"
    evaluator.scope.report("unsupported", message, at)
    return _Open(span=key, members={}, reason=message)
