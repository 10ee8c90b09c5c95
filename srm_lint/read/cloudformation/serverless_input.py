"""A SAM template's tree in, the data that the SAM translator is given out, as `sam package` would have left it.

Only this module knows what the SAM command line fills in before a deployment, and how much is translated at all.
"""

from __future__ import annotations

from typing import NamedTuple

from srm_lint.model.source import Span
from srm_lint.model.value import Scalar, Value
from srm_lint.read.cloudformation.plain import Members, Plain, Words, Writer, members, words
from srm_lint.read.cloudformation.scalars import as_text
from srm_lint.read.cloudformation.scope import Scope
from srm_lint.read.cloudformation.syntax import LOOP, Gap, Mapping, Node, Text

MAX_VALUES = 100_000
"""Values of a template that is translated, what its Globals give to each resource included."""
MAX_CHARACTERS = 1_000_000
"""CloudFormation takes templates of 1 MB."""
MAX_RESOURCES = 500
"""Resources, and their events, that are translated: CloudFormation makes no more in one stack.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""
MAX_ROUTES = 250
"""Events of APIs that are translated: for each, the translator copies all that it has of the API's definition."""
MAX_PARAMETER = 256
"""The longest value of a parameter that the translator gets to see: it may put it into many texts."""
MADE_BY = "srm-lint:made-by"
"""The member of Metadata, which the translator copies to all that it makes, that says what a resource was made of."""
PREFIX = "AWS::Serverless::"
INCLUDED = "x-srm-lint-included"
"""The member of an API's definition that stands for all that its text does not tell."""
_DEFINITION: dict[str, Plain] = {"openapi": "3.0.1", "info": {"title": "included", "version": "1.0"}, "paths": {}}
_SECTIONS = ("Globals", "Parameters", "Mappings", "Conditions", "Resources", "Outputs")
_UPLOADED = {
    "Function": "CodeUri",
    "WebFunction": "CodeUri",
    "MicrovmImage": "CodeUri",
    "LayerVersion": "ContentUri",
    "Api": "DefinitionUri",
    "HttpApi": "DefinitionUri",
    "StateMachine": "DefinitionUri",
}
"""What `sam package` uploads from a local path, and puts the place of.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-package.html
"""


class TooMany(Exception):
    """The template has more resources, or events, than one stack can have."""


class Input(NamedTuple):
    """The `template` for the translator, the values of its `parameters`, and what is `withheld` from it."""

    template: Members
    parameters: dict[str, Plain]
    withheld: Mapping


def prepared(root: Mapping, scope: Scope) -> Input:
    """What the translator is to be given. Raises `TooLarge` or `TooMany`."""
    writer = Writer(MAX_VALUES, MAX_CHARACTERS)
    made: dict[str, Plain] = {}
    withheld = Mapping(root.span, None, {}, {})
    for name in _SECTIONS:
        section = root.members.get(name)
        if isinstance(section, Mapping):
            kept = Mapping(section.span, section.tag, {}, {})
            for key, node in section.members.items():
                into = withheld if name == "Resources" and is_macro(key) else kept
                into.members[key], into.keys[key] = node, section.keys[key]
            made[name] = writer.plain(kept)
        elif section is not None and name == "Globals":
            made[name] = writer.plain(section)
    resources = made.get("Resources")
    for name, resource in resources.items() if isinstance(resources, dict) else ():
        _prepare(name, resource, made.get("Globals"))
    _count(made)
    return Input(members(made, root.span, root.span), _parameters(made, scope), withheld)


def is_macro(key: str) -> bool:
    """Whether the name of a member stands for a macro or a loop, of which the translator knows nothing."""
    return key.startswith(LOOP) or key == "Fn::Transform"


def serverless_type(resource: object) -> str:
    """The part of a resource's type after `AWS::Serverless::`; empty where it has another."""
    kind = resource.get("Type") if isinstance(resource, dict) else None
    return kind.removeprefix(PREFIX) if isinstance(kind, str) and kind.startswith(PREFIX) else ""


def _prepare(name: str, resource: Plain, shared: Plain) -> None:
    kind = serverless_type(resource)
    if not kind or not isinstance(resource, Members):
        return
    metadata = resource.get("Metadata", {})
    if isinstance(metadata, dict):
        resource["Metadata"] = {**metadata, MADE_BY: name}
    properties = resource.setdefault("Properties", {})
    if not isinstance(properties, dict):
        return
    mine = shared.get(kind) if isinstance(shared, dict) else None
    _upload(kind, properties, mine if isinstance(mine, dict) else {}, resource.head)
    location = properties.get("Location")
    if kind == "Application" and isinstance(location, Members) and "ApplicationId" in location:
        made = "its template is made by the Serverless Application Repository at deployment"
        properties["Location"] = _gap("application", made, location.head)


def _upload(kind: str, properties: dict[str, Plain], shared: dict[str, Plain], at: Span) -> None:
    """Put what is known only after the upload in the place of local paths, which the translator would refuse."""
    argument = _UPLOADED.get(kind, "")
    for settings in (shared, properties):
        if argument in settings and not _is_remote(settings[argument]):
            path = settings[argument]
            place = path.span if isinstance(path, Words) else path.head if isinstance(path, Members) else at
            settings[argument] = _place(place)
    everything = {**shared, **properties}
    body = properties.get("DefinitionBody")
    if kind in ("Api", "HttpApi") and isinstance(body, Members) and "Fn::Transform" in body:
        # Macros in a template run before SAM does, so that it gets to see the definition; we do not.
        properties["DefinitionBody"] = {
            **_DEFINITION,
            INCLUDED: _gap("definition", "Fn::Transform puts it in", body.head),
        }
    if argument != "CodeUri" or any(everything.get(name) for name in ("InlineCode", "CodeUri", "ImageUri")):
        return
    if everything.get("PackageType") == "Image":
        properties["ImageUri"] = _gap("image", "`sam build` makes the image", at)
    else:
        properties["CodeUri"] = _place(at)


def _is_remote(value: Plain) -> bool:
    if isinstance(value, dict):
        return "Bucket" in value and "Key" in value
    return isinstance(value, str) and value.startswith("s3://")


def _place(at: Span) -> Plain:
    because = "`sam package` uploads it and puts in where"
    return {name: _gap(name.lower(), because, at) for name in ("Bucket", "Key")}


def _gap(text: str, reason: str, at: Span) -> Words:
    return words(text, at, node=Gap(at, None, reason))


def _count(made: dict[str, Plain]) -> None:
    resources = made.get("Resources")
    count = routes = values = 0
    shared = _size(made.get("Globals"))
    for resource in resources.values() if isinstance(resources, dict) else ():
        if serverless_type(resource):
            events = _member(_member(resource, "Properties"), "Events")
            connectors = _member(resource, "Connectors")
            kinds = [_member(event, "Type") for event in events.values()] if isinstance(events, dict) else []
            count += 1 + len(kinds) + (len(connectors) if isinstance(connectors, dict) else 0)
            routes += sum(kind in ("Api", "HttpApi") for kind in kinds)
            values += shared
    if count > MAX_RESOURCES or routes > MAX_ROUTES or values > MAX_VALUES:
        raise TooMany


def _size(data: Plain) -> int:
    waiting = [data]
    count = 0
    while waiting:
        item = waiting.pop()
        count += 1
        waiting.extend(item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())
    return count


def _parameters(made: dict[str, Plain], scope: Scope) -> dict[str, Plain]:
    """The values of parameters, each marked as what it is; what is known only at deployment stays a reference."""
    unresolved = "{{IntrinsicFunction:srm-lint/"  # what CloudFormation gives for what SAM must not resolve
    given: dict[str, Plain] = dict.fromkeys(("AWS::Region", "AWS::Partition"), unresolved)
    for name, span in scope.parameters.keys.items():
        value = _known(scope.parameter(name, span))
        given[name] = words(unresolved if value is None else value, span, parameter=name)
    for name in _aliases(made):
        if name in scope.parameters.members and given[name] == unresolved:
            given[name] = words(name, scope.parameters.keys[name], parameter=name)
    return given


def _known(value: Value) -> str | None:
    text = as_text(value.data) if isinstance(value, Scalar) else None
    return text if text is not None and len(text) <= MAX_PARAMETER else None


def _aliases(made: dict[str, Plain]) -> list[str]:
    """The parameters that name an alias, without whose value no function is translated."""
    found = []
    resources, shared = made.get("Resources"), made.get("Globals")
    waiting = [
        *(resources.values() if isinstance(resources, dict) else ()),
        {"Properties": _member(shared, "Function")},
    ]
    for resource in waiting:
        named = _member(_member(_member(resource, "Properties"), "AutoPublishAlias"), "Ref")
        found += [named] if isinstance(named, str) else []
    return found


def _member(of: object, name: str) -> Plain:
    return of.get(name) if isinstance(of, dict) else None


def written(node: Node | None, *names: str) -> Node | None:
    """What stands in the tree at a chain of members; None where nothing does."""
    for name in names:
        node = node.members.get(name) if isinstance(node, Mapping) else None
    return node


def serverless_kind(node: Node) -> str:
    """The part of the type of a resource of the tree after `AWS::Serverless::`; empty where it has another."""
    kind = written(node, "Type")
    return kind.text.removeprefix(PREFIX) if isinstance(kind, Text) and kind.text.startswith(PREFIX) else ""


def is_serverless(node: Node) -> bool:
    """Whether a resource of the tree is one of SAM's."""
    return bool(serverless_kind(node))
