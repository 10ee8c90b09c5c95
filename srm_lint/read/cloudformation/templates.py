"""Files in, the templates among them out, each parsed once; only this module knows what a template looks like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Members
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from srm_lint.model.source import Problem, Source, Tree, Unreadable, shown_path
from srm_lint.read.cloudformation.assets import Assets
from srm_lint.read.cloudformation.syntax import LOOP, Document, Mapping, Node, Sequence, Text, parse

VERSION = "AWSTemplateFormatVersion"
_OUR_KEY = re.compile(
    rf"""(?:^(?:-[ ]+)?|^[ \t]*[{{\[]\s*+(?:{{\s*+)?|,\s*+)["']?({VERSION}|Resources)["']?\s*:""", re.MULTILINE
)
_OUR_TYPE = re.compile(r"""\bType["']?\s*:\s*["']?(?:AWS|Custom)::\w""")
_RESOURCES = re.compile(r"""Resources["']?\s*:""")


class Template(Struct, frozen=True):
    """One text, at `path`, that is, or was meant as, a template. `root` is None where it could not be read as one; the
    problems of its document say why.
    """

    path: Path
    source: Source
    document: Document
    root: Mapping | None

    def section(self, name: str) -> Members[str, Node]:
        """What stands in the section called `name` (`Resources`), by name; nothing where it is missing or malformed."""
        return {} if self.root is None else section(self.root, name)


def section(root: Mapping, name: str) -> Members[str, Node]:
    """The members of one section of a template's `root`; none where it is missing or malformed."""
    found = root.members.get(name)
    return found.members if isinstance(found, Mapping) else {}


_CALLING = ("TemplateURL", "AWS::Serverless::Application")
KEPT = 64
"""How many trees of a repository are kept at once, for those that several stacks are made of."""


class Templates:
    """The templates of one tree."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.assets = Assets(tree)
        self._callers: dict[Path, Template | None] = {}
        self._recent = lru_cache(KEPT)(self._parsed)

    def at(self, path: Path) -> Template | None:
        """The template at `path`, None where the file is none. Nothing is raised: what is wrong is in its problems."""
        return self._callers[path] if path in self._callers else self._recent(path)

    def callers(self, paths: Iterable[Path]) -> Iterator[tuple[Path, Template]]:
        """Those of the templates at `paths` that may make stacks of others; they are kept, since they come up again."""
        for path in paths:
            try:
                text = self.tree.read(path).text
            except Unreadable:
                continue  # which is told when it is its turn
            if any(word in text for word in _CALLING):
                found = self._callers[path] = self._parsed(path)
                if found is not None:
                    yield path, found

    def _parsed(self, path: Path) -> Template | None:
        try:
            return template(self.tree.read(path), path)
        except Unreadable as error:
            return Template(path, Source(shown_path(path), ""), Document(None, (error.problem,), broken=True), None)


def template(source: Source, path: Path) -> Template | None:
    """The template with this text, or None where the text is no CloudFormation template."""
    if not _may_be_ours(source.text):
        return None
    document = parse(source)
    root = document.root
    if isinstance(root, Mapping) and _is_template(root):
        return Template(path, source, document, root)
    if document.problems and _looks_ours(source.text):
        return Template(path, source, document, None)
    if isinstance(root, Sequence) and any(isinstance(item, Mapping) and _is_template(item) for item in root.items):
        message = "a template must be a mapping with Resources, but this is a list; remove its dash or bracket"
        problem = Problem("syntax", message, root.span.start())
        return Template(path, source, Document(None, (problem,), broken=True), None)
    return None


def _may_be_ours(text: str) -> bool:
    """A cheap look at the text: a walk meets thousands of YAML and JSON files that are not templates."""
    if VERSION in text:
        return True
    if "Resources" not in text or not ("::" in text or "Transform" in text):
        return False
    return _RESOURCES.search(text) is not None


def _looks_ours(text: str) -> bool:
    """Whether a text that is no valid YAML or JSON was meant as a template."""
    searched = False
    for found in _OUR_KEY.finditer(text):
        if found[1] == VERSION:
            return True
        if not searched and _OUR_TYPE.search(text, found.end()):
            return True
        searched = True
    return False


def _is_template(root: Mapping) -> bool:
    if VERSION in root.members:
        return True
    resources = root.members.get("Resources")
    if not isinstance(resources, Mapping):
        return False
    kinds = (node.members.get("Type") for node in resources.members.values() if isinstance(node, Mapping))
    return any(isinstance(kind, Text) and "::" in kind.text for kind in kinds) or (
        ("Transform" in root.members and bool(resources.members))
        or any(key.startswith(LOOP) for key in resources.members)
    )
