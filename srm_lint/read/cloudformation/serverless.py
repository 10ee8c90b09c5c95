"""A SAM template's tree in, the tree of what it deploys out; only this module knows aws-sam-translator.

It is the program that AWS runs for `Transform: AWS::Serverless-2016-10-31`; it takes a second to import, so it is
imported when such a template is met. It is given no session, no client and no credentials, so it asks nobody.
https://github.com/aws/serverless-application-model
"""

from __future__ import annotations

import io
import logging
import re
import sys
from collections.abc import Iterator
from collections.abc import Mapping as Given
from contextlib import contextmanager, redirect_stdout
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from srm_lint.model.source import Problem, Span
from srm_lint.read.cloudformation.plain import Members, Plain, Reader, TooLarge, Words, words
from srm_lint.read.cloudformation.scope import MAX_MESSAGE, Scope
from srm_lint.read.cloudformation.serverless_input import (
    INCLUDED,
    MADE_BY,
    Input,
    TooMany,
    is_serverless,
    prepared,
    serverless_kind,
    written,
)
from srm_lint.read.cloudformation.serverless_places import Made, Places
from srm_lint.read.cloudformation.syntax import MAX_NODES, Mapping, Node

if TYPE_CHECKING:
    from samtranslator.plugins import BasePlugin

_CAUSE = re.compile(r"(?:Resource|Event) with id \[([^\]]*)\] is invalid\. ")
_PROPERTY = re.compile(r"(?:property |')([A-Za-z0-9.]+)")
_AS_WRITTEN = "its AWS::Serverless resources are judged as they are written"


class Translated(NamedTuple):
    """The template after its transform, what each resource that is not in the text was made of, and what is wrong."""

    root: Mapping
    made: Given[str, Made]
    problems: tuple[Problem, ...]


def translate(root: Mapping, scope: Scope, at: Span) -> Translated:
    """What a template deploys, whose transform is named at `at`; the template itself where SAM refuses it.

    Nothing is raised: what SAM refuses is in the problems.
    """
    section = root.members.get("Resources")
    if not isinstance(section, Mapping) or not any(map(is_serverless, section.members.values())):
        return Translated(root, {}, ())
    try:
        given = prepared(root, scope)
        output = _translated(given)
        return _read(root, section, output, given)
    except TooLarge:
        message = f"this template is larger than CloudFormation would take, so {_AS_WRITTEN}"
        return Translated(root, {}, (Problem("limit", message, at),))
    except TooMany:
        message = f"SAM would make more of this than one stack can hold, so {_AS_WRITTEN}"
        return Translated(root, {}, (Problem("limit", message, at),))
    except _Refused as refused:
        return Translated(root, {}, tuple(_problem(section, message, at) for message in refused.messages))


class _Refused(Exception):
    """SAM refuses the template, for reasons that its messages tell."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__(*messages)
        self.messages = messages


class _Session:
    """Stands for a session with AWS, of which only the region is asked: it tells the partition."""

    region_name = "us-east-1"


class _Policies(dict[str, str]):
    """The ARNs of AWS's managed policies, each marked with where its name stands."""

    def get(self, name: str, default: object = None) -> object:  # type: ignore[override]  # as it is called there
        """The ARN of the policy called `name`."""
        arn = super().get(name)
        return words(arn, name.span) if arn is not None and isinstance(name, Words) else arn or default


@cache
def _policies() -> _Policies:
    from samtranslator.internal.managed_policies import get_bundled_managed_policy_map

    return _Policies(get_bundled_managed_policy_map("aws") or {})


def _translated(given: Input) -> dict[str, Plain]:
    """The template as the translator gives it back. Raises `_Refused`."""
    from samtranslator.model.exceptions import ExceptionWithMessage, InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    logging.getLogger("samtranslator").addHandler(logging.NullHandler())
    try:
        with _quiet(), _own_policy_templates():
            program = Translator(_policies(), Parser(), boto_session=_Session())
            output = program.translate(given.template, given.parameters, passthrough_metadata=True)
    except InvalidDocumentException as error:
        raise _Refused([cause.message for cause in error.causes] or [error.message]) from None
    except ExceptionWithMessage as error:
        raise _Refused([error.message]) from None
    except Exception as error:  # noqa: BLE001 - what it does not expect ends in any exception: AttributeError for texts
        # where it wants mappings and EOFError for names that are too long were seen in thousands of odd templates.
        message = f"the SAM translator cannot make sense of this template ({type(error).__name__})"
        raise _Refused([message]) from None
    if not isinstance(output, dict) or not isinstance(output.get("Resources"), dict):
        raise _Refused(["the SAM translator made nothing of this template"])
    return output


@contextmanager
def _quiet() -> Iterator[None]:
    """Neither reads nor writes: the translator asks whoever sits there where a condition's name is too long."""
    before, sys.stdin = sys.stdin, io.StringIO()
    try:
        with redirect_stdout(io.StringIO()):
            yield
    finally:
        sys.stdin = before


@contextmanager
def _own_policy_templates() -> Iterator[None]:
    """Lets the translator use ours, which mark what they make, and are made once.

    It checks its own policy templates against their schema for each template, which is three quarters of its time.
    """
    from samtranslator.translator import translator

    before = translator.make_policy_template_for_function_plugin
    translator.make_policy_template_for_function_plugin = _policy_templates
    try:
        yield
    finally:
        translator.make_policy_template_for_function_plugin = before


@cache
def _policy_templates() -> BasePlugin:
    """Puts policies in the place of policy templates, each marked with where its template is named."""
    from samtranslator.plugins.policies.policy_templates_plugin import PolicyTemplatesForResourcePlugin
    from samtranslator.policy_template_processor.processor import PolicyTemplatesProcessor

    class Processor(PolicyTemplatesProcessor):  # type: ignore[misc]  # which is untyped
        def convert(self, template_name: str, parameter_values: Plain) -> Plain:
            made = super().convert(template_name, parameter_values)
            return _marked(made, template_name.span) if isinstance(template_name, Words) else made

    return PolicyTemplatesForResourcePlugin(Processor(Processor.get_default_policy_templates_json()))


def _marked(data: Plain, span: Span) -> Plain:
    """What a policy template gives, of which nothing but the values of its parameters stands in the text."""
    if isinstance(data, dict) and not isinstance(data, Members):
        return {words(key, span): _marked(value, span) for key, value in data.items()}
    if isinstance(data, list):
        return [_marked(item, span) for item in data]
    return words(data, span) if isinstance(data, str) and not isinstance(data, Words) else data


def _read(root: Mapping, section: Mapping, output: dict[str, Plain], given: Input) -> Translated:
    """The translator's output as a tree, in which each resource follows what it was made of. Raises `TooLarge`."""
    values = {name: value for name, value in given.parameters.items() if isinstance(value, str)}
    reader = Reader(MAX_NODES, values)
    places = Places(section)
    found: dict[str, Node] = dict(given.withheld.members)
    made: dict[str, Made] = {}
    resources = output["Resources"]
    for name, data in resources.items() if isinstance(resources, dict) else ():
        owner, resource = _without_owner(name, data)
        if (before := section.members.get(name)) is None:
            place = made[name] = places.of(name, owner)
            found[name] = reader.node(_recalled(resource, [place.shared]), place.at)
        else:
            shared = written(root, "Globals", serverless_kind(before))
            named = _recalled(_named(resource, before), [written(before, "Properties"), shared])
            found[name] = reader.node(named, section.keys[name], before)
        found[name].span = section.members[made[name].name if name in made else name].span
    whole = Mapping(root.span, root.tag, dict(root.members), dict(root.keys), root.closed)
    whole.members["Resources"] = _in_order(section, found, made)
    for other in ("Conditions", "Outputs"):
        if other in output:
            at = whole.keys.setdefault(other, root.keys["Resources"])
            whole.members[other] = reader.node(output[other], at, root.members.get(other))
    return Translated(whole, made, ())


def _in_order(section: Mapping, found: Given[str, Node], made: Given[str, Made]) -> Mapping:
    source = {name: made[name].name if name in made else name for name in found}
    order = {name: number for number, name in enumerate(section.members)}
    after = Mapping(section.span, None, {}, {}, section.closed)
    for name in sorted(found, key=lambda name: order[source[name]]):
        after.members[name] = found[name]
        after.keys[name] = section.keys[source[name]]
    return after


def _without_owner(name: str, data: Plain) -> tuple[str, Plain]:
    """The resource that this one was made of, and this one as it would be without that mark."""
    metadata = data.get("Metadata") if isinstance(data, dict) else None
    owner = metadata.get(MADE_BY) if isinstance(metadata, dict) else None
    if not isinstance(data, dict) or not isinstance(metadata, dict) or not isinstance(owner, str):
        return "", data
    kept = {key: value for key, value in metadata.items() if key != MADE_BY and name == owner}
    rest = {key: value for key, value in data.items() if key != "Metadata"}
    properties = rest.get("Properties")
    body = properties.get("Body") if isinstance(properties, dict) else None
    if isinstance(properties, dict) and isinstance(body, dict) and INCLUDED in body:
        rest["Properties"] = {**properties, "Body": body[INCLUDED]}
    return owner, {**rest, "Metadata": kept} if kept else rest


def _named(data: Plain, *befores: Node | None) -> Plain:
    """Members, of which those that have the name of one in `befores` are said to stand where the first of these does.

    The translator takes resources apart by names that know no place; and where a resource overrides Globals, it keeps
    the name that stands there, with the resource's own value.
    """
    if not isinstance(data, dict):
        return data
    made: dict[str, Plain] = {}
    for key, value in data.items():
        known = next((one for one in befores if isinstance(one, Mapping) and key in one.members), None)
        named = key if known is None else words(key, known.keys[key], under=known.members[key])
        made[named] = value
    return made


def _recalled(data: Plain, properties: list[Node | None]) -> Plain:
    """A resource whose properties stand where the template has those of the same names, in the first that has them."""
    if not isinstance(data, dict) or "Properties" not in data:
        return data
    return {key: _named(value, *properties) if key == "Properties" else value for key, value in data.items()}


def _problem(section: Mapping, message: str, at: Span) -> Problem:
    """One cause of a refusal, at the property, event or resource that it names."""
    node: Node | None = section
    for name in _CAUSE.findall(message):
        for inside in ((), ("Properties", "Events")):
            within = written(node, *inside)
            if isinstance(within, Mapping) and name in within.keys:
                node, at = within.members[name], within.keys[name]
                break
        else:
            if node is section:  # it names what it would make of an event
                made = Places(section).of(name, "")
                node, at = section.members[made.name], made.at
    says = _CAUSE.sub("", message).strip().rstrip(".")
    properties = written(node, "Properties")
    for property_ in _PROPERTY.findall(says):
        if isinstance(properties, Mapping) and (first := property_.partition(".")[0]) in properties.keys:
            at = properties.keys[first]
            break
    names = " ".join(dict.fromkeys(_CAUSE.findall(message)))
    told = f"SAM refuses {names}: {says}" if names else f"SAM refuses this template: {says}"
    shown = told if len(told) <= MAX_MESSAGE else told[: MAX_MESSAGE - 3] + "..."
    return Problem("syntax", f"{shown}; {_AS_WRITTEN}", at)
