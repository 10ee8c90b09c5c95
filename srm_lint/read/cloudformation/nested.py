"""A stack in, the stacks that are nested in it out: parameters flow in, outputs flow out.

Only this module knows where a `TemplateURL` leads. See
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html and, for local paths,
https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from srm_lint.model.source import Span, shown_path
from srm_lint.model.value import Absent, Object, Scalar, Unknown, Value
from srm_lint.read.cloudformation.assets import Assets
from srm_lint.read.cloudformation.expressions import head
from srm_lint.read.cloudformation.scenarios import EVERY
from srm_lint.read.cloudformation.syntax import Mapping, Node, Text
from srm_lint.read.cloudformation.templates import Template, Templates, section

if TYPE_CHECKING:
    from srm_lint.read.cloudformation.stack import Stack

STACK = "AWS::CloudFormation::Stack"
MAX_DEPTH = 20
"""How deep stacks are read in stacks."""
MAX_STACKS = 200
"""How many stacks one template is read to be made of."""
_REMOTE = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)


class Family:
    """What all stacks of one deployment share: where templates are found, and how many stacks there are."""

    def __init__(self, templates: Templates) -> None:
        self.templates = templates
        self.stacks = 1


class Nested:
    """The stacks nested in `stack`, each read when it is first asked for."""

    def __init__(self, stack: Stack, family: Family, chain: tuple[Path, ...]) -> None:
        self._stack = stack
        self._family = family
        self._chain = (*chain, stack.template.path)
        self._known: dict[str, Stack | None] = {}
        self._asked: set[tuple[str, str]] = set()

    def every(self) -> Iterator[Stack]:
        """Those that have been read."""
        return (stack for stack in self._known.values() if stack is not None)

    def at(self, name: str) -> Stack | None:
        """The stack that the resource called `name` is; None where it is none, or its template is not here."""
        if name not in self._known:
            self._known[name] = None  # a stack whose parameters rest on its own outputs has none
            node = self._stack.scope.resources.members.get(name)
            kind = node.members.get("Type") if isinstance(node, Mapping) else None
            if isinstance(node, Mapping) and isinstance(kind, Text) and kind.text == STACK:
                self._known[name] = self._read(name, node)
        return self._known[name]

    def output(self, name: str, attribute: str, span: Span) -> Value | None:
        """What `Outputs.X` of the resource called `name` is worth; None where it is no stack that is here."""
        stack = self.at(name) if attribute.startswith("Outputs.") else None
        if stack is None:
            return None
        key = (name, attribute)
        if key in self._asked:
            return self._stack.evaluator.wrong(f"{name}.{attribute} depends on itself", span)
        self._asked.add(key)
        try:
            value = stack.output(attribute.removeprefix("Outputs."))
        finally:
            self._asked.discard(key)
        if value is None:
            return self._stack.evaluator.wrong(f"the nested stack {name} has no output {attribute[8:]}", span)
        return value.passed(span)

    def _read(self, name: str, node: Mapping) -> Stack | None:
        from srm_lint.read.cloudformation.stack import Stack

        properties = node.members.get("Properties")
        written = properties.members.get("TemplateURL") if isinstance(properties, Mapping) else None
        if written is None or not isinstance(properties, Mapping):
            return None
        at = head(written)
        template = self._template(name, node, written)
        if template is None or template.root is None or not self._may_nest(template, at):
            return None
        given = properties.members.get("Parameters")
        values = self._given(name, None if given is None else self._evaluated(given), template.root, at)
        return Stack(template, template.root, values, self._family, f"{self._stack.prefix}{name}/", self._chain)

    def _evaluated(self, node: Node) -> Value:
        """What a property of the stack is worth, whatever is assumed where its outputs are asked for."""
        with self._stack.evaluator.assuming(EVERY), self._stack.evaluator.recording():
            return self._stack.evaluator.value(node)

    def _template(self, name: str, node: Mapping, written: Node) -> Template | None:
        at, parent = head(written), self._stack.template.path
        asset = self._family.templates.assets.template_of(node, parent)
        if asset is not None:
            return self._at(asset, name, shown_path(asset), at)
        url = self._evaluated(written)
        if not isinstance(url, Scalar) or is_remote(str(url.data)):
            where = str(url.data) if isinstance(url, Scalar) else "its TemplateURL is known only at deployment"
            self._missing(f"the template of the nested stack {name} is not here ({where}), so it is not judged", at)
            return None
        return self._at(local_path(parent, str(url.data)), name, str(url.data), at)

    def _at(self, path: Path, name: str, shown: str, at: Span) -> Template | None:
        if not os.path.lexists(path):
            self._missing(f"the template of the nested stack {name}, {shown}, does not exist", at)
            return None
        template = self._family.templates.at(path)
        if template is None:
            self._missing(f"the template of the nested stack {name}, {shown}, is no template", at)
        elif template.root is None:
            for problem in template.document.problems:
                self._stack.scope.report(problem.kind, problem.message, problem.span)
        return template

    def _missing(self, message: str, at: Span) -> None:
        self._stack.scope.report("missing-module", message, at)

    def _may_nest(self, template: Template, at: Span) -> bool:
        scope = self._stack.scope
        if template.path in self._chain:
            scope.report("unsupported", "this stack nests itself, so it is not read again", at)
            return False
        if len(self._chain) > MAX_DEPTH:
            scope.report("limit", f"stacks nest over {MAX_DEPTH} deep here, so this one is not read", at)
            return False
        self._family.stacks += 1
        if self._family.stacks > MAX_STACKS:
            scope.report("limit", f"this template nests over {MAX_STACKS} stacks; the rest is not read", at)
            return False
        return True

    def _given(self, name: str, parameters: Value | None, root: Mapping, at: Span) -> dict[str, Value]:
        declared = section(root, "Parameters")
        if isinstance(parameters, Unknown):
            return dict.fromkeys(declared, parameters)
        given = dict(parameters.members) if isinstance(parameters, Object) else {}
        given = {key: value for key, value in given.items() if not isinstance(value, Absent)}
        for key, value in given.items():
            if key not in declared:
                message = f"the template of the nested stack {name} has no parameter {key}"
                self._stack.scope.report("syntax", message, value.trace[-1] if value.trace else value.span)
        for key, node in declared.items():
            if key not in given and isinstance(node, Mapping) and "Default" not in node.members:
                message = f"the template of the nested stack {name} needs a value for its parameter {key}"
                self._stack.scope.report("syntax", message, at)
        return given


def is_remote(url: str) -> bool:
    """Whether this leads to where nobody can look."""
    return _REMOTE.match(url) is not None


def local_path(template: Path, url: str) -> Path:
    """Where a path in the template at `template` leads."""
    return Path(os.path.normpath(template.parent / url))


def called(template: Template, assets: Assets) -> Iterator[Path]:
    """The local templates that the stacks of `template` are plainly made of."""
    for node in template.section("Resources").values():
        properties = node.members.get("Properties") if isinstance(node, Mapping) else None
        known = properties.members if isinstance(properties, Mapping) else {}
        url = known.get("TemplateURL") or known.get("Location")  # what SAM calls it
        asset = assets.template_of(node, template.path) if isinstance(node, Mapping) else None
        if asset is not None:
            yield asset
        elif isinstance(url, Text) and url.tag is None and not is_remote(url.text):
            yield local_path(template.path, url.text)
