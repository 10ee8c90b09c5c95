"""A file with values for parameters in, in any of the forms that users have; the values by name out.

The forms are those of `aws cloudformation create-stack --parameters` and `aws cloudformation deploy
--parameter-overrides` (https://docs.aws.amazon.com/cli/latest/reference/cloudformation/), of CodePipeline's template
configuration (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-cfn-artifacts.html),
of Git sync's deployment file (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/git-sync-concepts-terms.html),
and a plain mapping.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Given
from pathlib import Path

from msgspec import Struct

from srm_lint.model.source import Problem, Source, Span, Tree, Unreadable
from srm_lint.model.value import List, Scalar, Unknown, Value
from srm_lint.read.cloudformation.scalars import as_text, resolve
from srm_lint.read.cloudformation.syntax import Mapping, Node, Sequence, Text, parse

_FORMS = (
    'expected a list of {"ParameterKey": …, "ParameterValue": …}, a list of "Key=Value", a mapping with Parameters,'
    " or a mapping of names to values"
)


class Parameters(Struct, frozen=True):
    """The values of one file, which may have a `name`. They may be for one `template` only, a path seen from the
    repository.
    """

    name: str = ""
    values: Given[str, Value] = {}
    source: Source | None = None
    problems: tuple[Problem, ...] = ()
    template: str = ""

    def concern(self, path: Path) -> bool:
        """Whether the template at `path` is deployed with them."""
        return not self.template or path.resolve().as_posix().endswith("/" + self.template)


def read_parameters(file: Path, name: str = "") -> Parameters:
    """What `file`, which lies wherever the user says, gives to parameters. What is wrong with it is in its problems."""
    try:
        source = Tree(file.resolve().parent).read(file)
    except Unreadable as error:
        return Parameters(name, problems=(error.problem,))
    document = parse(source)
    values: dict[str, Value] = {}
    problems = list(document.problems)
    if not document.broken:
        root = document.root
        pairs = None if root is None else _pairs(root)
        if pairs is None:
            problems.append(Problem("syntax", f"these are no values for parameters: {_FORMS}", source.start()))
        for key, span, node in pairs or ():
            value = _kept(key, span) if node is None else _value(node)
            if value is None:
                problems.append(Problem("syntax", f"the value of the parameter {key} must be text", span))
            else:
                values[key] = value
    template = _template(document.root)
    return Parameters(name, values, source, tuple(problems), template)


Pair = tuple[str, Span, Node | None]


def _pairs(root: Node) -> list[Pair] | None:
    """The parameters with their values (None: the value that the stack has); None where this is no known form."""
    if isinstance(root, Sequence):
        listed = [_listed(item) for item in root.items]
        return None if None in listed else [pair for pair in listed if pair is not None]
    if not isinstance(root, Mapping) or "Resources" in root.members:
        return None
    for key in ("Parameters", "parameters"):
        inner = root.members.get(key)
        if isinstance(inner, Mapping):
            return list(_members(inner))
    return list(_members(root))


def _members(node: Mapping) -> Iterator[Pair]:
    for name, value in node.members.items():
        yield name, node.keys[name], value


def _listed(item: Node) -> Pair | None:
    if isinstance(item, Text):
        name, equals, text = item.text.partition("=")
        return (name, item.span, Text(item.span, None, text, plain=False)) if equals else None
    key = item.members.get("ParameterKey") if isinstance(item, Mapping) else None
    if not isinstance(item, Mapping) or not isinstance(key, Text):
        return None
    return key.text, key.span, item.members.get("ParameterValue")


def _kept(name: str, span: Span) -> Unknown:
    reason = f"the parameter {name} keeps the value that the stack has"
    return Unknown(span=span, reason=reason, references=(f"Parameters.{name}",))


def _value(node: Node) -> Value | None:
    if isinstance(node, Text) and node.tag is None:
        plain = resolve(node.text) if node.plain else node.text
        return Scalar(span=node.span, data=as_text(plain) if isinstance(plain, bool) else node.text)
    if isinstance(node, Sequence):
        items = [_value(item) for item in node.items]
        known = tuple([item for item in items if item is not None])
        return List(span=node.span, items=known) if len(known) == len(items) else None
    return None


def _template(root: Node | None) -> str:
    named = root.members.get("template-file-path") if isinstance(root, Mapping) else None
    return named.text.removeprefix("./") if isinstance(named, Text) else ""
