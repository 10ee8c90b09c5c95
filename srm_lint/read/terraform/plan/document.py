"""The text of a plan or state in, its parts out as `terraform show -json` names them; all else of it is not even kept.

Only this module knows the format: https://developer.hashicorp.com/terraform/internals/json-format. OpenTofu writes the
same: https://opentofu.org/docs/internals/json-format/.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from srm_lint.model.source import Problem, ProblemKind, Source, Span
from srm_lint.read.terraform.scalars import ConversionError, parse_number

MAJORS = ("0", "1")
"""Versions of the format that are read: 0.1 and 0.2 are from before Terraform 1.1, and differ in what is not read."""

OURS = frozenset(("terraform_version", "planned_values", "resource_changes"))
"""What tells a plan or state from other JSON."""

Json = Any
"""What JSON holds; the format leaves it to the provider."""


class PlannedResource(Struct, frozen=True):
    """One resource instance and its values."""

    address: str
    type: str
    name: str
    mode: str = "managed"
    index: str | int | None = None
    values: dict[str, Json] | None = None
    sensitive_values: Json = None

    @property
    def suffix(self) -> str:
        """What follows the plain address: `[0]`, `["k"]`, or nothing."""
        return instance_key(self.index)


def instance_key(index: str | int | None) -> str:
    """An instance key as addresses have it."""
    if index is None:
        return ""
    if isinstance(index, int):
        return f"[{index}]"
    quoted = index.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'["{quoted}"]'


class PlannedModule(Struct, frozen=True):
    """One module instance; the root's address is empty."""

    address: str = ""
    resources: tuple[PlannedResource, ...] | None = None
    child_modules: tuple[PlannedModule, ...] | None = None


class Values(Struct, frozen=True):
    """All that there will be, or is."""

    root_module: PlannedModule | None = None


class Change(Struct, frozen=True):
    """What becomes of one resource instance: which of its values are known only after apply."""

    after_unknown: Json = None


class ResourceChange(Struct, frozen=True):
    """A change, and whose; `deposed` are old objects that are deleted after their replacement was made."""

    address: str
    change: Change | None = None
    deposed: str | None = None


class ConfiguredResource(Struct, frozen=True):
    """A resource block: its expressions, of which only constants and references are told."""

    type: str
    name: str
    mode: str = "managed"
    expressions: dict[str, Json] | None = None
    for_each_expression: Json = None


class Output(Struct, frozen=True):
    """An output of a module."""

    expression: Json = None


class ModuleCall(Struct, frozen=True):
    """A module call, and the module that it calls."""

    expressions: dict[str, Json] | None = None
    module: ConfiguredModule | None = None


class ConfiguredVariable(Struct, frozen=True):
    """A variable as declared."""

    default: Json = None
    sensitive: bool = False


class ConfiguredModule(Struct, frozen=True):
    """A module as written; dynamic blocks and locals are not told."""

    variables: dict[str, ConfiguredVariable] | None = None
    outputs: dict[str, Output] | None = None
    resources: tuple[ConfiguredResource, ...] | None = None
    module_calls: dict[str, ModuleCall] | None = None


class Configured(Struct, frozen=True):
    """The configuration that the plan was made from."""

    root_module: ConfiguredModule | None = None


class Variable(Struct, frozen=True):
    """A variable of the root module."""

    value: Json = None


class Document(Struct, frozen=True):
    """A plan (`planned_values`) or a state (`values`)."""

    format_version: str = ""
    planned_values: Values | None = None
    values: Values | None = None
    resource_changes: tuple[ResourceChange, ...] | None = None
    deferred_changes: tuple[Json, ...] | None = None
    configuration: Configured | None = None
    variables: dict[str, Variable] | None = None
    errored: bool = False

    def modules(self) -> Iterator[PlannedModule]:
        """All module instances, each before those that it calls."""
        values = self.planned_values or self.values
        waiting = [values.root_module] if values is not None and values.root_module is not None else []
        while waiting:
            module = waiting.pop()
            yield module
            waiting.extend(reversed(module.child_modules or ()))

    def unknowns(self) -> Mapping[str, Json]:
        """What is known only after apply, by the address of the resource."""
        return {
            each.address: each.change.after_unknown
            for each in self.resource_changes or ()
            if each.change is not None and each.deposed is None
        }


class NotRead(Exception):
    """A plan that cannot be read; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def parse(source: Source) -> Document | None:
    """The plan or state that a text is; None where it is JSON, but neither. Raises `NotRead`."""
    try:
        document = _decoder().decode(source.text)
    except RecursionError:
        raise _refused(source, "limit", "nests too deep to be read as a plan") from None
    except ConversionError as error:
        raise _refused(source, "limit", f"holds a number that is not read: {error.message}") from None
    except msgspec.ValidationError as error:
        if not _is_ours(source.text):
            return None
        message = f"is not a plan as `terraform show -json` writes it: {error}"
        raise _refused(source, "unsupported", message) from None
    except msgspec.DecodeError as error:
        raise _broken(source, str(error)) from None
    if document.planned_values is None and document.values is None:
        if document.resource_changes is None:
            return None
        message = "holds no planned_values; check all that `terraform show -json` writes of a plan"
        raise _refused(source, "unsupported", message)
    if document.format_version.partition(".")[0] not in MAJORS:
        version = document.format_version or "of none"
        message = f"has the format_version {version}, and srm-lint reads 1.x; a newer srm-lint may read it"
        raise _refused(source, "unsupported", message)
    return document


def _decoder() -> msgspec.json.Decoder[Document]:
    return msgspec.json.Decoder(Document, float_hook=parse_number)


def _is_ours(text: str) -> bool:
    """Whether JSON that does not have the form of a plan was meant as one."""
    try:
        names = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return '"planned_values"' in text
    return not OURS.isdisjoint(names)


def _broken(source: Source, message: str) -> NotRead:
    """Where JSON ends to be JSON: the standard library tells it in lines and columns."""
    try:
        json.loads(source.text)
    except json.JSONDecodeError as error:
        return _refused(source, "syntax", f"is not JSON: {_decapitalized(error.msg)}", error.lineno, error.colno)
    except (ValueError, RecursionError):
        pass  # what it has against the text has no place
    return _refused(source, "syntax", f"is not JSON: {_decapitalized(message)}")


def _decapitalized(message: str) -> str:
    return message[:1].lower() + message[1:].removesuffix(" at")


def _refused(source: Source, kind: ProblemKind, message: str, line: int = 1, column: int = 1) -> NotRead:
    return NotRead(Problem(kind, message, Span(source.path, line, column, line, column)))
