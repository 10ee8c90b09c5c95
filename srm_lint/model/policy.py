"""What is demanded: one `Policy` per YAML file, its situations included."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum

from msgspec import Struct

from srm_lint.model.condition import Condition
from srm_lint.model.resource import Language
from srm_lint.model.source import Span


class Severity(IntEnum):
    """How much a failure matters; comparable."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """The word that users write and read."""
        return self.name.lower()


class Outcome(StrEnum):
    """What judging one policy on one entity gives."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"


class Citation(Struct, frozen=True):
    """A page that backs the demand."""

    title: str
    url: str


class Example(Struct, frozen=True):
    """One situation of a policy, in each language that has the resource. `# <- here` marks the line that must be
    reported.
    """

    situation: str
    outcome: Outcome
    texts: Mapping[Language, str]
    span: Span


class Check(Struct, frozen=True):
    """The demand on entities of `kind`: not `where`, or `require`."""

    kind: str
    where: Condition | None
    require: Condition


class Policy(Struct, frozen=True):
    """A demand with its metadata. `id` is also the file's name, the SARIF rule and the ignore comment's word.

    Where `setting` is not empty, nothing is judged by it until the configuration has that key. What it tells of a
    place, the policies `instead_of` do not tell once more.
    """

    id: str
    title: str
    severity: Severity
    provider: str
    service: str
    item: str
    why: str
    check: Check
    remediation: Mapping[Language, str]
    citations: tuple[Citation, ...]
    controls: Mapping[str, tuple[str, ...]]
    examples: tuple[Example, ...]
    formerly: tuple[str, ...]
    span: Span
    setting: str = ""
    instead_of: tuple[str, ...] = ()
