"""YAML text inside a value, known or with gaps; the structure it encodes, with spans in the user's file, out.

Only this module knows how YAML is made into values here. Plain scalars other than null are texts: those who ask for
more than text have shapes for it.
"""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from srm_lint.model.source import Source, Span
from srm_lint.model.value import List, Object, Scalar, Unknown, Value
from srm_lint.normalize.jsontext import GAP, MAX_DEPTH, Places, joined, pieces_of

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = "tag:yaml.org,2002:null"


class NotYaml(Exception):
    """The text is not YAML; the message says what was expected."""


def read_yaml(pieces: tuple[str | None, ...], value: Value, sources: Mapping[str, Source]) -> Value:
    """What the YAML text made of `pieces` (None is an unknown gap) encodes; `value` is the value that holds the text.

    Raises `NotYaml`.
    """
    text = joined(pieces)
    try:
        node = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise NotYaml(f"it goes wrong in line {mark.line + 1} of it" if mark else "it is not YAML") from None
    if node is None:
        raise NotYaml("it is empty")
    return _Reader(text, value, sources).value(node, 0)


class _Reader:
    """Nodes to values. One that an alias shares is read once; one that holds itself is too deep."""

    def __init__(self, text: str, value: Value, sources: Mapping[str, Source]) -> None:
        self.holder = value
        self.places = Places(text, value.span, sources.get(value.span.source))
        self.read: dict[int, Value] = {}

    def value(self, node: yaml.Node, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise NotYaml(f"it is nested more than {MAX_DEPTH} deep")
        if id(node) not in self.read:
            self.read[id(node)] = self._made(node, depth)
        return self.read[id(node)]

    def _made(self, node: yaml.Node, depth: int) -> Value:
        span, trace = self._span(node), self.holder.trace
        if node.tag.startswith("!"):
            return Unknown(span=span, trace=trace, reason=f"{node.tag} stands here, which is read by something else")
        if isinstance(node, yaml.MappingNode):
            # A key that is given twice counts as it is given last, as PyYAML has it.
            members = {_name(key): self.value(value, depth + 1) for key, value in node.value}
            keys = {_name(key): self._span(key) for key, _ in node.value}
            return Object(span=span, trace=trace, members=members, keys=keys)
        if isinstance(node, yaml.SequenceNode):
            return List(span=span, trace=trace, items=tuple(self.value(item, depth + 1) for item in node.value))
        text = str(node.value)
        if GAP in text:
            holder = self.holder
            return Unknown(
                span=span,
                trace=trace,
                reason=holder.reason if isinstance(holder, Unknown) else "a part of it is unknown",
                references=holder.references if isinstance(holder, Unknown) else (),
                pieces=pieces_of(text),
            )
        return Scalar(span=span, origin=self.holder.origin, trace=trace, data=None if node.tag == _NULL else text)

    def _span(self, node: yaml.Node) -> Span:
        return self.places.span(node.start_mark.index, node.end_mark.index)


def _name(key: yaml.Node) -> str:
    # A name with gaps is told with them, and one that is no text is none that anyone asks for.
    return str(key.value).replace(GAP, "…") if isinstance(key, yaml.ScalarNode) else ""
