"""A part of a template's tree in, the same with every `Fn::ForEach` written out; places stay those of the loop.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as Given

from srm_lint.model.source import ProblemKind, Span
from srm_lint.model.value import List, Scalar, Unknown, Value
from srm_lint.read.cloudformation.scalars import as_text
from srm_lint.read.cloudformation.syntax import LOOP, MAX_NODES, Mapping, Node, Sequence, Text

_PLACE = re.compile(r"([$&])\{([A-Za-z0-9]+)\}")
_NOT_ALPHANUMERIC = re.compile(r"[^A-Za-z0-9]")
_SECTIONS = frozenset(("Conditions", "Outputs", "Resources"))
Report = Callable[[ProblemKind, str, Span], None]


class Loops:
    """Writes out loops. `value` evaluates what they go over; `report` is told what is wrong."""

    def __init__(self, value: Callable[[Node], Value], report: Report) -> None:
        self._value = value
        self._report = report
        self._left = MAX_NODES
        self.open_because = ""
        """Why names may be right that nothing defines; empty where all loops are written out."""

    def written_out(self, root: Mapping) -> Mapping:
        """The template with all loops of the sections that may have them written out."""
        members = dict(root.members)
        for name in _SECTIONS & members.keys():
            members[name] = self._written(members[name], {})
        return Mapping(root.span, root.tag, members, root.keys, root.closed)

    def _written(self, node: Node, bound: Given[str, str]) -> Node:
        self._left -= 1
        if (value := _referred(node, bound)) is not None:
            return value
        if isinstance(node, Text):
            text = _filled(node.text, bound)
            return node if text is node.text else Text(node.span, node.tag, text, plain=node.plain, block=node.block)
        if isinstance(node, Sequence):
            items = [self._written(item, bound) for item in node.items]
            return Sequence(node.span, node.tag, items, node.closed)
        if not isinstance(node, Mapping):
            return node
        written = Mapping(node.span, node.tag, {}, {}, node.closed)
        for key, child in node.members.items():
            if key.startswith(LOOP) and self._left > 0:
                self._loop(key, child, node.keys[key], bound, written)
            else:
                self._add(written, _filled(key, bound), self._written(child, bound), node.keys[key])
        return written

    def _add(self, into: Mapping, name: str, node: Node, key: Span) -> None:
        if name in into.members:
            self._report("syntax", f"a loop makes {name} twice; its key needs the loop's identifier", key)
            return
        into.members[name] = node
        into.keys[name] = key

    def _loop(self, name: str, node: Node, key: Span, bound: Given[str, str], into: Mapping) -> None:
        """Adds what the loop makes to `into`."""
        parts = node.items if isinstance(node, Sequence) else []
        if len(parts) != 3 or not isinstance(parts[0], Text) or not isinstance(parts[2], Mapping):
            message = f"{name} takes a list of an identifier, the values that it goes over, and a mapping"
            self._report("syntax", message, key)
            return
        identifier, (_, over, body) = parts[0].text, parts
        values = self._value(self._written(over, bound))
        items = [_item(item) for item in values.items] if isinstance(values, List) else []
        if not isinstance(values, List) or None in items:
            self._leave(name, values, key)
            return
        for item in items:
            if self._left <= 0:
                message = f"the loops of this template make over {MAX_NODES:,} values by here; the rest is not judged"
                self._report("limit", message, key)
                self.open_because = f"{name} is not written out to its end"
                return
            inner = {**bound, identifier: item or ""}
            made = self._written(body, inner)
            if isinstance(made, Mapping):
                for made_name, child in made.members.items():
                    self._add(into, made_name, child, made.keys[made_name])

    def _leave(self, name: str, values: Value, key: Span) -> None:
        self.open_because = f"{name} may make it"
        if isinstance(values, Unknown):
            message = f"what {name} makes is not judged, since what it goes over is not known: {values.reason}"
            self._report("unsupported", message, key)
        else:
            self._report("syntax", f"{name} goes over a list of texts, and this is none", key)


def _item(value: Value) -> str | None:
    return as_text(value.data) if isinstance(value, Scalar) else None


def _filled(text: str, bound: Given[str, str]) -> str:
    """`text` with each identifier replaced: `${X}` by the value, `&{X}` by its letters and digits."""
    if not bound or "{" not in text:
        return text

    def value(match: re.Match[str]) -> str:
        if match[2] not in bound:
            return match[0]
        found = bound[match[2]]
        return found if match[1] == "$" else _NOT_ALPHANUMERIC.sub("", found)

    return _PLACE.sub(value, text)


def _referred(node: Node, bound: Given[str, str]) -> Node | None:
    """The value of a `Ref` to an identifier, in either notation."""
    name = node if isinstance(node, Text) and node.tag == "!Ref" else None
    if isinstance(node, Mapping) and list(node.members) == ["Ref"]:
        name = node.members["Ref"] if isinstance(node.members["Ref"], Text) else None
    if name is None or name.text not in bound:
        return None
    return Text(node.span, None, bound[name.text], plain=False)
