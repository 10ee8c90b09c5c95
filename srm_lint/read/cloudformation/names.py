"""The name that a function is asked about in, what it stands for out: Ref, GetAtt, FindInMap, ImportValue."""

from __future__ import annotations

from collections.abc import Sequence as Several

from srm_lint.model.source import Span
from srm_lint.model.value import Absent, Scalar, Unknown, Value
from srm_lint.read.cloudformation.expressions import ITEM, Evaluator, function_call, references
from srm_lint.read.cloudformation.scalars import as_text
from srm_lint.read.cloudformation.scenarios import (
    EVERY,
    NEVER,
    Cases,
    Depending,
    TooMany,
    Way,
    but,
    one_of,
    only,
    ways_of,
)
from srm_lint.read.cloudformation.scope import NO_VALUE, PSEUDO, PSEUDO_OF_ALL
from srm_lint.read.cloudformation.syntax import Mapping, Node, Sequence, Text


def refer(evaluator: Evaluator, name: str, span: Span) -> Value:
    """What `Ref` gives for `name`."""
    scope = evaluator.scope
    if name == NO_VALUE:
        return Absent(span=span)
    if name in PSEUDO:
        own = "" if name in PSEUDO_OF_ALL else scope.prefix
        return Depending(span=span, reason=f"{name}: {PSEUDO[name]}", references=(name,), input=own + name)
    if name in scope.parameters.members:
        return evaluator.possibly(scope.parameter(name, span))
    if name in scope.resources.members:
        evaluator.referred.setdefault(name, span)
        reason = f"the identifier of resource {name} is known only after deployment"
        return Unknown(span=span, reason=reason, references=(scope.prefix + name,))
    return _undefined(evaluator, name, span)


def get_attribute(evaluator: Evaluator, name: str, attribute: str, span: Span) -> Value:
    """What `Fn::GetAtt` gives for an attribute of the resource called `name`."""
    if name not in evaluator.scope.resources.members:
        return _undefined(evaluator, name, span)
    evaluator.referred.setdefault(name, span)
    nested = evaluator.scope.nested
    if nested is not None and (output := nested.output(name, attribute, span)) is not None:
        return evaluator.possibly(output)
    written = _property(evaluator, name, attribute)
    if written is not None:
        return written.passed(span)
    reason = f"the {attribute} of resource {name} is known only after deployment"
    return Unknown(span=span, reason=reason, references=(evaluator.scope.prefix + name,))


def _property(evaluator: Evaluator, name: str, attribute: str) -> Value | None:
    """The property that the attribute returns, where it is written out or is a parameter.

    An attribute called like a property returns its value, such as `CidrBlock`:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpc.html
    """
    resource = evaluator.scope.resources.members[name]
    properties = resource.members.get("Properties") if isinstance(resource, Mapping) else None
    node = properties.members.get(attribute) if isinstance(properties, Mapping) else None
    called = function_call(node) if node is not None else None
    # Only what cannot lead back here is followed.
    if node is None or not (called[0] == "Ref" if called else isinstance(node, Text)):
        return None
    value = evaluator.value(node)
    return value if isinstance(value, Scalar) else None


def _undefined(evaluator: Evaluator, name: str, span: Span) -> Unknown:
    because = evaluator.scope.missing(name)
    if because:
        return Unknown(
            span=span, reason=f"{name} is not in this text ({because})", references=(evaluator.scope.prefix + name,)
        )
    if name.startswith("AWS::"):
        return evaluator.wrong(f"{name} is no pseudo parameter; AWS::Region is one", span)
    return evaluator.wrong(f"no parameter or resource is called {name}; define it or correct the name", span)


def ref(evaluator: Evaluator, node: Node, span: Span) -> Value:
    """What `Ref` gives for its argument."""
    if isinstance(node, Text):
        return refer(evaluator, node.text, span)
    name = evaluator.value(node)
    if isinstance(name, Scalar) and isinstance(name.data, str):  # AWS::LanguageExtensions
        return refer(evaluator, name.data, span)
    return evaluator.need("Ref takes the name of a parameter or resource", span, name)


def get_att(evaluator: Evaluator, node: Node, span: Span) -> Value:
    """What `Fn::GetAtt` gives for its argument."""
    if isinstance(node, Text):
        name, dot, attribute = node.text.partition(".")
        if dot and name and attribute:
            return get_attribute(evaluator, name, attribute, span)
    elif isinstance(node, Sequence) and len(node.items) >= 2 and isinstance(node.items[0], Text):
        attributes = [evaluator.value(item) for item in node.items[1:]]
        named = ".".join(as_text(part.data) if isinstance(part, Scalar) else "…" for part in attributes)
        return get_attribute(evaluator, node.items[0].text, named, span)
    return evaluator.wrong("Fn::GetAtt takes the name of a resource and of its attribute", span)


def import_value(evaluator: Evaluator, node: Node, span: Span) -> Value:
    """What another stack exports, which is never known."""
    name = evaluator.value(node)
    shown = f" as {as_text(name.data)}" if isinstance(name, Scalar) and not name.sensitive else ""
    return Unknown(span=span, reason=f"another stack exports it{shown}", references=references([name]))


def find_in_map(evaluator: Evaluator, node: Node, span: Span) -> Value:
    """What stands in a mapping at two keys; at all that they can be where they are unknown."""
    if not isinstance(node, Sequence) or len(node.items) not in (3, 4):
        return evaluator.wrong("Fn::FindInMap takes a list of a mapping's name and two keys", span)
    name, *keys = (evaluator.value(item) for item in node.items[:3])
    if not isinstance(name, Scalar):
        return evaluator.need("Fn::FindInMap takes the name of a mapping first", span, name)
    mapping = evaluator.scope.mappings.members.get(str(name.data))
    if not isinstance(mapping, Mapping):
        if evaluator.scope.because:
            return Unknown(span=span, reason=f"the mapping {name.data} is not in this text ({evaluator.scope.because})")
        return evaluator.wrong(f"no mapping is called {name.data}; define it under Mappings", span)
    if "Fn::Transform" in mapping.members:
        reason = f"Fn::Transform fills the mapping {name.data} at deployment"
        return Unknown(span=span, reason=reason, references=references(keys))
    found, missed = _entries(evaluator, mapping, keys, span)
    if len(node.items) == 4 and isinstance(node.items[3], Mapping) and (left := evaluator.within(missed)):
        default = node.items[3].members.get("DefaultValue")
        found += [(evaluator.value(default), left)] if default is not None else []
    found = [(value, met) for value, cases in found if (met := evaluator.within(cases))]
    if not found:
        shown = " and ".join(_named(key) for key in keys)
        return evaluator.wrong(f"the mapping {name.data} has nothing at the keys {shown}", span)
    unknown = [key for key in keys if isinstance(key, Unknown)]
    reason = unknown[0].reason if unknown else "its keys are unknown"
    return evaluator.scenarios.choose(found, span=span, reason=reason, references=references(keys))


def _entries(evaluator: Evaluator, mapping: Mapping, keys: Several[Value], span: Span) -> tuple[list[Way], Cases]:
    """What stands at all the keys that `keys` can be, and the cases in which nothing does."""
    found: list[Way] = []
    top_names, missed = _chosen(keys[0], mapping)
    for top, cases in top_names:
        inner = mapping.members.get(top)
        if not isinstance(inner, Mapping):
            missed.append(cases)
            continue
        names, without = _chosen(keys[1], inner)
        missed += [met for one in without if (met := evaluator.scenarios.narrowed(cases, one))]
        for name, more in names:
            if name in inner.members and (met := evaluator.scenarios.narrowed(cases, more)):
                found.append((evaluator.value(inner.members[name], inner.keys[name]).passed(span), met))
        if not evaluator.spend(ITEM * (1 + len(found))):
            message = "the mappings of this template are asked too much"
            return [(evaluator.wrong(message, span, kind="limit"), EVERY)], NEVER
    try:
        return found, one_of(missed)
    except TooMany:
        return found, EVERY


def _named(key: Value) -> str:
    if key.sensitive:
        return "(sensitive)"
    return as_text(key.data) if isinstance(key, Scalar) else "(unknown)"


def _chosen(key: Value, mapping: Mapping) -> tuple[list[tuple[str, Cases]], list[Cases]]:
    """The keys of `mapping` that `key` can be, each in its cases, and the cases in which it is none of them."""
    if isinstance(key, Unknown) and not key.candidates:
        if isinstance(key, Depending) and key.input:
            return [(name, only(key.input, name)) for name in mapping.members], [but(key.input, *mapping.members)]
        return [(name, EVERY) for name in mapping.members], [EVERY]
    ways = [(as_text(one.data), cases) for one, cases in ways_of(key) if isinstance(one, Scalar)]
    there = [(name, cases) for name, cases in ways if name in mapping.members]
    return there, [cases for name, cases in ways if name not in mapping.members]
