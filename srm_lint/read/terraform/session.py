"""What reading one root shares: the problems found, and how much work has been done.

Only this module knows how much is too much.
"""

from __future__ import annotations

from pathlib import Path

from srm_lint.model.source import Problem, ProblemKind, Source, Span
from srm_lint.model.value import Value
from srm_lint.read.terraform.constants import NamesOf
from srm_lint.read.terraform.modules import Library, Module, hint
from srm_lint.read.terraform.operators import Invalid

MAX_INSTANCES = 10_000
"""How many resources and modules may be made of few blocks, by `count`, `for_each` and calls of calls."""
MAX_WORK = 500_000
"""How many iterations and calls the expressions of a small configuration may take: one or two seconds."""
INSTANCES_EACH = 20
"""So many there may be for each block that is declared: where somebody wrote much, the bounds are wider."""
WORK_EACH = 300
"""So much work there may be for each block that is declared, and for each instance."""
MAX_DEPTH = 50
"""How deep modules may call modules."""
MAX_HINTS = 50
"""For how many wrong arguments of modules it is looked up what was meant: comparing names takes long."""


class Session:
    """One root's reading, in a workspace if one is given. `doubts` counts how often something was used of which it is
    not known whether it exists, `depth` how many names are being worked out, one for the other.
    """

    def __init__(self, root: Path, library: Library, reported: set[Problem], workspace: str | None = None) -> None:
        self.root = root
        self.library = library
        self.workspace = workspace
        self.problems: list[Problem] = []
        self.sources: dict[str, Source] = {}
        self.modules: dict[Path, Module] = {}
        self.names_of: NamesOf = {}
        self._hints: dict[tuple[str, Path], str] = {}
        self.doubts = 0
        self.depth = 0
        self.bounded: dict[int, Value] = {}
        """What is known to be small enough to be looked into, by identity: many resources may share one long list."""
        self._reported = reported
        self._instances = 0
        self._work = 0
        self._counted = 0, 0

    def problem(self, kind: ProblemKind, message: str, span: Span) -> None:
        """Reports something, once however many instances and roots meet it."""
        self.report(Problem(kind, message, span))

    def report(self, problem: Problem) -> None:
        """Reports a problem that somebody else made."""
        if problem not in self._reported:
            self._reported.add(problem)
            self.problems.append(problem)

    def hint(self, wrong: str, module: Module) -> str:
        """How a sentence ends about an argument that `module` does not take: `; did you mean "x"?`, or a full stop."""
        key = wrong, module.folder
        # Kept, since a problem that ends in another way would be told again for each instance.
        if key not in self._hints:
            self._hints[key] = hint(wrong, module.variables) if len(self._hints) < MAX_HINTS else "."
        return self._hints[key]

    def spend(self, count: int, span: Span) -> None:
        """Counts work. Raises `Invalid` where there has been too much."""
        self._work += count
        if self._work > MAX_WORK:
            most = max(MAX_WORK, WORK_EACH * (self._declared() + self._instances))
            if self._work > most:
                raise Invalid(
                    f"this configuration takes over {most:,} steps to evaluate, so not all of it is", span, "limit"
                )

    def reserve(self, count: int) -> bool:
        """Whether there may be so many instances more; if so, they are counted."""
        if self._instances + count > MAX_INSTANCES and self._instances + count > self.most_instances():
            return False
        self._instances += count
        return True

    def most_instances(self) -> int:
        """How many instances there may be."""
        return max(MAX_INSTANCES, INSTANCES_EACH * self._declared())

    def _declared(self) -> int:
        """How many blocks the modules declare that are read so far."""
        if self._counted[0] != len(self.modules):
            self._counted = len(self.modules), sum(module.declared for module in self.modules.values())
        return self._counted[1]
