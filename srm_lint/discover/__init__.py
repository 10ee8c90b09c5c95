"""Paths that a user asked for in; what is to be read there out: `Target`s, of Terraform folders, plans and possible
templates.

Only this module walks folders, so only it knows what is passed over: what .gitignore files name, what the configuration
excludes, folders that tools keep for themselves, what cloud assemblies hold besides templates, and links that lead out
of the tree or in circles.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from srm_lint.config import Exclude
from srm_lint.discover.assembly import readable
from srm_lint.discover.gitignore import Pattern, parse, verdict
from srm_lint.model.source import Problem, ProblemKind, Span, Tree, Unreadable, shown_path
from srm_lint.read.terraform.plan.recognition import MAX_BYTES, foreign, may_be_ours

TERRAFORM_SUFFIXES = (".tf", ".tofu", ".tf.json", ".tofu.json")
"""Files that make a folder a module (https://opentofu.org/docs/language/files/)."""

VARIABLE_SUFFIXES = (".tfvars", ".tfvars.json")
TEMPLATE_SUFFIXES = (".yaml", ".yml", ".json", ".template")

PASSED_OVER = frozenset(
    (".git", ".hg", ".svn", ".terraform", ".terragrunt-cache", "node_modules", ".venv", "__pycache__", ".tox", ".nox")
)
"""Folders that tools fill with what is not the user's own; they are walked only when they are asked for by name."""


class Target(Struct, frozen=True):
    """What is to be read in one tree.

    `tree` is what reading is confined to. `terraform` are the folders that hold Terraform or OpenTofu files,
    `templates` the files that may be CloudFormation templates, `plans` those that look like plans or states in JSON
    (only reading them tells). `only`, where not empty, are the shown paths of files that were asked for by name: only
    findings that touch one of them are wanted. All are in order.
    """

    tree: Tree
    terraform: tuple[Path, ...]
    templates: tuple[Path, ...]
    only: frozenset[str]
    problems: tuple[Problem, ...]
    plans: tuple[Path, ...] = ()


def discover(paths: Sequence[Path], exclude: Exclude | None = None) -> tuple[Target, ...]:
    """What there is to read under `paths`: for each tree one target for folders, and one for files asked for by name.

    The tree is the repository that holds the path (the nearest parent with a `.git`), else the folder itself. What
    cannot be walked is told in the problems of its target.
    """
    excluded = None if exclude is None else _Layer(os.path.realpath(exclude.folder), parse(exclude.patterns), None)
    roots = _outermost(_root_of(path) for path in paths)
    found: dict[tuple[str, bool], _Found] = {}
    for path in paths:
        root = next(root for root in roots if _holds(root, _real_folder(path)))
        by_name = not path.is_dir()
        place = found.setdefault((root, by_name), _Found(Tree(Path(root)), excluded))
        if by_name:
            place.named(path)
        else:
            place.walk(path)
    return tuple(place.target(root, found.get((root, False))) for (root, _), place in sorted(found.items()))


class _Layer(Struct, frozen=True):
    """The patterns of one file, and those of the files above it; the deepest that says anything about a path decides.

    Source: https://git-scm.com/docs/gitignore#_description
    """

    folder: str
    patterns: tuple[Pattern, ...]
    above: _Layer | None

    def ignores(self, path: str, *, folder: bool) -> bool:
        """Whether the entry at the real `path` is passed over."""
        layer: _Layer | None = self
        while layer is not None:
            if _holds(layer.folder, path) and path != layer.folder:
                relative = path[len(layer.folder.rstrip(os.sep)) + 1 :].replace(os.sep, "/")
                ignored = verdict(layer.patterns, relative, folder=folder)
                if ignored is not None:
                    return ignored
            layer = layer.above
        return False


class _Found:
    """What has been found in one tree so far."""

    def __init__(self, tree: Tree, excluded: _Layer | None) -> None:
        self._tree = tree
        self._root = str(tree.root)
        self._excluded = excluded
        self._terraform: dict[str, Path] = {}
        self._templates: dict[str, Path] = {}
        self._plans: dict[str, Path] = {}
        self._only: set[str] = set()
        self._problems: list[Problem] = []
        self._walked: set[str] = set()

    def target(self, root: str, whole: _Found | None) -> Target:
        """All of it, less what `whole` (the folders asked for in the same tree) tells anyway."""
        covered = whole if whole is not None and whole is not self else None
        return Target(
            tree=Tree(Path(root)),
            terraform=_beyond(self._terraform, covered._terraform if covered is not None else {}),
            templates=_beyond(self._templates, covered._templates if covered is not None else {}),
            plans=_beyond(self._plans, covered._plans if covered is not None else {}),
            only=frozenset(self._only),
            problems=tuple(self._problems),
        )

    def named(self, path: Path) -> None:
        """Take a file that was asked for by name, whatever .gitignore says of it."""
        if not os.path.lexists(path):
            self._problem("unreadable", "does not exist", path)
            return
        real = os.path.join(_real_folder(path), path.name)
        if self._excluded is not None and self._within_excluded(real):
            return
        self._only.add(shown_path(path))
        if path.name.endswith((*TERRAFORM_SUFFIXES, *VARIABLE_SUFFIXES)):
            self._terraform.setdefault(os.path.dirname(real), path.parent)
        else:
            self._by_content(path, os.path.realpath(path), named=True)

    def _by_content(self, path: Path, real: str, *, named: bool) -> None:
        """Take a file that its name does not tell enough about: as a plan, or what may be a template."""
        try:
            data = self._tree.bytes(path, MAX_BYTES)
        except Unreadable:
            data = b""  # whoever reads it tells why it cannot be read
        message = foreign(data) if named else None
        if message is not None:
            self._problem("unsupported", message, path)
        elif may_be_ours(data):
            self._plans.setdefault(real, path)
        else:
            self._templates.setdefault(real, path)

    def _within_excluded(self, real: str) -> bool:
        parents = [real[:end] for end in range(len(real)) if real[end] == os.sep and end]
        excluded = self._excluded
        return excluded is not None and (
            excluded.ignores(real, folder=False) or any(excluded.ignores(parent, folder=True) for parent in parents)
        )

    def walk(self, path: Path) -> None:
        """Take everything below the folder `path`.

        First what lies there, then what links lead to: so a thing is shown where it is.
        """
        real = os.path.realpath(path)
        if self._excluded is not None and self._excluded.ignores(real, folder=True):
            return
        rules = self._rules_above(real)
        links: list[tuple[str, str]] = []
        self._descend(str(path), real, rules[0] if rules else None, links)
        while links:
            shown, target = links.pop(0)
            rules = self._rules_above(target)
            if rules is not None and not self._passes_over(target, rules[0], folder=True):
                self._descend(shown, target, rules[0], links)

    def _rules_above(self, real: str) -> tuple[_Layer | None] | None:
        """The rules of .gitignore files above `real`, up to the root of the tree; None where they ignore `real`."""
        rules: _Layer | None = None
        folder = self._root
        for name in os.path.relpath(real, self._root).split(os.sep):
            if name == os.curdir:
                break
            rules = self._rules_of(folder, folder, rules)
            folder = os.path.join(folder, name)
            if rules is not None and rules.ignores(folder, folder=True):
                return None
        return (rules,)

    def _rules_of(self, shown: str, real: str, above: _Layer | None) -> _Layer | None:
        file = os.path.join(real, ".gitignore")
        if not os.path.isfile(file) or os.path.islink(file):
            return above
        try:
            text = self._tree.read(Path(shown, ".gitignore")).text
        except Unreadable as error:
            self._problems.append(error.problem)
            return above
        return _Layer(real, parse(text.split("\n")), above)

    def _descend(self, path: str, real: str, rules: _Layer | None, links: list[tuple[str, str]]) -> None:
        pending = [(path, real, rules)]
        while pending:
            shown, at, above = pending.pop()
            if at in self._walked:
                continue
            self._walked.add(at)
            entries = readable(at, self._entries(shown))
            here = self._rules_of(shown, at, above) if any(entry.name == ".gitignore" for entry in entries) else above
            for entry in entries:
                target = self._take(entry, shown, at, here)
                if target is None:
                    continue
                if entry.is_symlink():
                    links.append((entry.path, target))
                else:
                    pending.append((entry.path, target, here))

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._problem("unreadable", f"cannot be walked: {error.strerror}", Path(folder))
            return []

    def _take(self, entry: os.DirEntry[str], shown: str, at: str, rules: _Layer | None) -> str | None:
        """Keep `entry` if it is a file for us; return where it leads if it is a folder to walk."""
        name = entry.name
        real = os.path.join(at, name)
        wanted = name.endswith((*TERRAFORM_SUFFIXES, *TEMPLATE_SUFFIXES))
        # A link to nowhere or in circles still makes a module of its folder: the reader says what is wrong with it.
        broken = entry.is_symlink() and name.endswith(TERRAFORM_SUFFIXES)
        try:
            folder = entry.is_dir()
            if not folder and not broken and not (wanted and entry.is_file()):
                return None
            if entry.is_symlink() and not name.endswith(TERRAFORM_SUFFIXES):
                real = os.path.realpath(entry.path)
                if not _holds(self._root, real):
                    return None
        except OSError:  # a link in circles
            if not broken:
                return None
            folder = False
        if (folder and name in PASSED_OVER) or self._passes_over(os.path.join(at, name), rules, folder=folder):
            return None
        if folder:
            return real
        self._take_file(entry, shown, at, real)
        return None

    def _take_file(self, entry: os.DirEntry[str], shown: str, at: str, real: str) -> None:
        if entry.name.endswith(TERRAFORM_SUFFIXES):
            self._terraform.setdefault(at, Path(shown))
        elif entry.name.endswith(VARIABLE_SUFFIXES):
            return
        elif entry.name.endswith(".json"):
            self._by_content(Path(entry.path), real, named=False)
        else:
            self._templates.setdefault(real, Path(entry.path))

    def _passes_over(self, real: str, rules: _Layer | None, *, folder: bool) -> bool:
        return any(layer is not None and layer.ignores(real, folder=folder) for layer in (self._excluded, rules))

    def _problem(self, kind: ProblemKind, message: str, path: Path) -> None:
        self._problems.append(Problem(kind, message, Span(shown_path(path), 1, 1, 1, 1)))


def _beyond(found: Mapping[str, Path], covered: Mapping[str, Path]) -> tuple[Path, ...]:
    return tuple(sorted(path for real, path in found.items() if real not in covered))


def _real_folder(path: Path) -> str:
    """The real folder that `path` is, or that it lies in."""
    return os.path.realpath(path) if path.is_dir() else os.path.realpath(path.parent)


def tree_of(path: Path) -> Tree:
    """What reading `path` is confined to: the repository that holds it, else its folder."""
    return Tree(Path(_root_of(path)))


def _root_of(path: Path) -> str:
    folder = _real_folder(path)
    for parent in _upwards(folder):
        if os.path.lexists(os.path.join(parent, ".git")):
            return parent
    return folder


def _upwards(folder: str) -> Iterator[str]:
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _outermost(roots: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for root in sorted(set(roots), key=len):
        if not any(_holds(outer, root) for outer in kept):
            kept.append(root)
    return kept


def _holds(folder: str, path: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
