# ruff: noqa: E501 - tables and templates are read line by line
"""Templates for tests: text in, what the reader makes of it out; and values as plain data that can be compared."""

from __future__ import annotations

import json
import textwrap
from typing import Any

from srm_lint.model.resource import Configuration
from srm_lint.model.source import Source, Span
from srm_lint.model.value import Absent, List, Object, Scalar, Unknown, Value
from srm_lint.read.cloudformation.reader import read_source

PATH = "template.yaml"


def configuration(text: str, *, dedent: bool = True) -> Configuration:
    found = read_source(Source(PATH, textwrap.dedent(text).removeprefix("\n") if dedent else text))
    assert found is not None
    return found


def template(property_text: str, sections: str = "") -> Configuration:
    """A template whose one resource, `It`, has the property `P`; `Bucket` may be referred to."""
    body = textwrap.indent(textwrap.dedent(property_text).strip("\n"), " " * 8).lstrip()
    head = "AWSTemplateFormatVersion: '2010-09-09'\n" + textwrap.dedent(sections)
    tail = f"Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n  It:\n    Type: AWS::X::Y\n    Properties:\n      P: {body}\n"
    return configuration(head + tail, dedent=False)


def value_of(property_text: str, sections: str = "") -> Value:
    """The value of that property; there must be no problem."""
    found = template(property_text, sections)
    assert found.problems == ()
    return the_property(found)


def the_property(found: Configuration) -> Value:
    return next(resource for resource in found.resources if resource.address == "It").body.get("P")


def json_value_of(expression: Any, sections: dict[str, Any] | None = None) -> Value:
    """The same, written in JSON."""
    resources = {"Bucket": {"Type": "AWS::S3::Bucket"}, "It": {"Type": "AWS::X::Y", "Properties": {"P": expression}}}
    found = configuration(json.dumps({**(sections or {}), "Resources": resources}, indent=1), dedent=False)
    assert found.problems == ()
    return the_property(found)


def plain(value: Value) -> Any:
    """The value without its spans: unknown ones as `("?", pieces)`, or as a set-like list of candidates."""
    match value:
        case Scalar():
            return value.data
        case List():
            return [plain(item) for item in value.items]
        case Object():
            return {name: plain(member) for name, member in value.members.items()}
        case Unknown() if value.candidates:
            return ("one of", *(plain(candidate) for candidate in value.candidates))
        case Unknown():
            return ("?", *value.pieces)
        case Absent():
            return "absent"
    raise AssertionError(value)


def place(span: Span) -> tuple[int, int, int, int]:
    return span.line, span.column, span.end_line, span.end_column


def told(found: Configuration) -> list[tuple[str, int, int]]:
    return [(problem.kind, problem.span.line, problem.span.column) for problem in found.problems]
