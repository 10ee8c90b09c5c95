"""A template's tree in, the same with what `AWS::Include` takes from local files put in its place.

Only this module knows where a `Location` leads: to a file, as `aws cloudformation package` takes it, or to where nobody
can look. See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html.
"""

from __future__ import annotations

from pathlib import Path

from srm_lint.model.source import Problem, ProblemKind, Source, Span, Tree, Unreadable
from srm_lint.read.cloudformation.nested import is_remote, local_path
from srm_lint.read.cloudformation.syntax import Mapping, Node, Sequence, Text, parse

INCLUDE = "AWS::Include"
MAX_FILES = 100
"""How many files one template is put together of."""
_KEYS = ("Fn::Transform", "Transform")


class Includes:
    """Puts included files into the template at `path`. What was read is in `sources`, what is wrong in `problems`."""

    def __init__(self, path: Path, tree: Tree) -> None:
        self._path = path
        self._tree = tree
        self.sources: dict[str, Source] = {}
        self.problems: list[Problem] = []

    def put_in(self, root: Mapping) -> Mapping:
        """The template with its local files; what cannot be taken stays as it is written."""
        made = self._put(root, top=True)
        return made if isinstance(made, Mapping) else root

    def _put(self, node: Node, *, top: bool = False) -> Node:
        if isinstance(node, Sequence):
            items = [self._put(item) for item in node.items]
            changed = any(one is not other for one, other in zip(items, node.items, strict=True))
            return Sequence(node.span, node.tag, items, node.closed) if changed else node
        if not isinstance(node, Mapping):
            return node
        members = {name: self._put(child) for name, child in node.members.items()}
        keys = dict(node.keys)
        for name in _KEYS if top else _KEYS[:1]:
            if name in members and (included := self._included(members[name], keys[name])) is not None:
                del members[name], keys[name]
                for key, child in included.members.items():
                    if key not in members:
                        members[key] = child
                        keys[key] = included.keys[key]
                    elif isinstance(child, Mapping) and isinstance(mine := members[key], Mapping):
                        members[key] = _joined(mine, child)
        if all(members.get(name) is child for name, child in node.members.items()):
            return node
        return Mapping(node.span, node.tag, members, keys, node.closed)

    def _included(self, transform: Node, at: Span) -> Mapping | None:
        """What the transform includes; None where it is another one, or is not here."""
        location = _location(transform)
        if location is None or is_remote(location.text):
            return None
        if len(self.sources) >= MAX_FILES:
            self._wrong("limit", f"this template includes over {MAX_FILES} files; the rest is not read", at)
            return None
        try:
            source = self._tree.read(local_path(self._path, location.text))
        except Unreadable as error:
            self._wrong("missing-module", f"{location.text}, which is included here, {error.problem.message}", at)
            return None
        document = parse(source)
        self.sources[source.path] = source
        self.problems.extend(document.problems)
        if document.broken or not isinstance(document.root, Mapping):
            self._wrong("syntax", f"{location.text}, which is included here, is no mapping", at)
            return None
        return document.root

    def _wrong(self, kind: ProblemKind, message: str, at: Span) -> None:
        self.problems.append(Problem(kind, message, at))


def _location(transform: Node) -> Text | None:
    name = transform.members.get("Name") if isinstance(transform, Mapping) else None
    if not isinstance(transform, Mapping) or not isinstance(name, Text) or name.text != INCLUDE:
        return None
    parameters = transform.members.get("Parameters")
    location = parameters.members.get("Location") if isinstance(parameters, Mapping) else None
    return location if isinstance(location, Text) and location.tag is None else None


def _joined(mine: Mapping, included: Mapping) -> Mapping:
    """A section of both; what the template itself says stands above what it includes."""
    members, keys = {**included.members, **mine.members}, {**included.keys, **mine.keys}
    return Mapping(mine.span, mine.tag, members, keys, mine.closed)
