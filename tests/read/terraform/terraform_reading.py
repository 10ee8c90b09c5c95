"""How tests of the Terraform reader look at what it read."""

from __future__ import annotations

from decimal import Decimal

from srm_lint.model.resource import Configuration, Resource
from srm_lint.model.source import Span
from srm_lint.model.value import Absent, List, Object, Scalar, Unknown, Value


def plain(value: Value | None) -> object:
    """A value as Python data; what is unknown is `...`, what nobody wrote is None."""
    match value:
        case Scalar(data=data):
            return float(data) if isinstance(data, Decimal) else data
        case Object(members=members):
            return {name: plain(member) for name, member in members.items()}
        case List(items=items):
            return [plain(item) for item in items]
        case Unknown():
            return ...
        case None | Absent():
            return None
    raise AssertionError(value)


class Read:
    """One configuration, with short ways to its parts."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.problems = [(problem.kind, problem.message) for problem in configuration.problems]
        self.addresses = [resource.address for resource in configuration.resources]

    def resource(self, address: str) -> Resource:
        return next(each for each in self.configuration.resources if each.address == address)

    def value(self, address: str, name: str) -> Value:
        return self.resource(address).body.get(name)

    def plain(self, address: str, name: str) -> object:
        return plain(self.value(address, name))

    def text(self, span: Span) -> str:
        lines = self.configuration.sources[span.source].lines()
        if span.line == span.end_line:
            return lines[span.line - 1][span.column - 1 : span.end_column - 1]
        inner = lines[span.line : span.end_line - 1]
        return "\n".join(
            [lines[span.line - 1][span.column - 1 :], *inner, lines[span.end_line - 1][: span.end_column - 1]]
        )
