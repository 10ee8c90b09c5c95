"""A template's transforms in, what they mean for reading out: may they add names, and what is not seen of them."""

from __future__ import annotations

from typing import NamedTuple

from srm_lint.model.source import Problem, Span
from srm_lint.read.cloudformation.scope import SERVERLESS_ADDS
from srm_lint.read.cloudformation.syntax import Mapping, Node, Sequence, Text

_HARMLESS = {"AWS::LanguageExtensions", "AWS::SecretsManager-2020-07-23", "AWS::SecretsManager-2024-09-16"}
"""They rewrite or add nothing that a template names and a policy asks about."""
SERVERLESS = "AWS::Serverless-2016-10-31"


class Transforms(NamedTuple):
    """`open_because` says why names may be right that the template does not define; empty where that cannot be.

    `serverless` is where the transform of SAM is named, if it is.
    """

    open_because: str
    problems: tuple[Problem, ...]
    serverless: Span | None


def look_at(root: Mapping) -> Transforms:
    """Which transforms the template goes through, and what is not seen because of them.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-section-structure.html
    """
    because = ""
    serverless: Span | None = None
    problems: list[Problem] = []
    for name, span in _declared(root):
        if name in _HARMLESS:
            continue
        if name == SERVERLESS:
            because, serverless = because or SERVERLESS_ADDS, span
            continue
        because = f"the transform {name} may add it"
        if name == "AWS::Include" or not name.startswith("AWS::"):
            message = f"the transform {name} rewrites this template at deployment; it is judged as it is written"
            problems.append(Problem("unsupported", message, span))
    for section in ("Resources", "Conditions", "Mappings", "Parameters"):
        node = root.members.get(section)
        for key, span in node.keys.items() if isinstance(node, Mapping) else ():
            if key == "Fn::Transform":
                because = because or f"Fn::Transform adds to {section}"
                message = f"Fn::Transform adds to {section} at deployment; what it adds is not judged"
                problems.append(Problem("unsupported", message, span))
    return Transforms(because, tuple(problems), serverless)


def _declared(root: Mapping) -> list[tuple[str, Span]]:
    found: list[tuple[str, Span]] = []
    for key in ("Transform", "Fn::Transform"):
        node = root.members.get(key)
        nodes: list[Node] = node.items if isinstance(node, Sequence) else [] if node is None else [node]
        for item in nodes:
            named = item.members.get("Name") if isinstance(item, Mapping) else item
            if isinstance(named, Text) and named.text:
                found.append((named.text, named.span))
    return found
