"""A folder in, the module that its files make up out: what is declared, by name, and whom it calls.

Only this module knows which files belong to a module, and where a called module lies.
See https://developer.hashicorp.com/terraform/language/files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from srm_lint.model.source import Problem, Source, Tree, Unreadable
from srm_lint.read.terraform.conversion import Type
from srm_lint.read.terraform.expressions import Literal
from srm_lint.read.terraform.json_forms import TOP
from srm_lint.read.terraform.parsing import parse
from srm_lint.read.terraform.syntax import Attribute, Block, Document
from srm_lint.spelling import nearest

_SUFFIXES = (".tf", ".tofu", ".tf.json", ".tofu.json")


class Module:
    """One folder, as written: every declaration by its name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.documents: list[Document] = []
        self.variables: dict[str, Block] = {}
        self.locals: dict[str, Attribute] = {}
        self.outputs: dict[str, Block] = {}
        self.resources: dict[tuple[str, str], Block] = {}
        self.data: dict[tuple[str, str], Block] = {}
        self.calls: dict[str, Block] = {}
        self.providers: dict[str, Block] = {}
        self.settings: list[Block] = []
        """The `terraform` blocks."""
        self.problems: list[Problem] = []
        self.types: dict[str, Type] = {}
        """The types of variables that somebody has asked for, since every call of the module asks again."""
        self._named = {"variable": self.variables, "output": self.outputs, "module": self.calls}
        self._typed = {"resource": self.resources, "data": self.data}

    @property
    def broken(self) -> bool:
        """Whether something of it could not be read, so that what seems undeclared may be declared there."""
        return bool(self.problems) or any(
            problem.kind != "unsupported" for document in self.documents for problem in document.problems
        )

    @property
    def required(self) -> Iterator[str]:
        """The variables that callers must give a value."""
        return (name for name, block in self.variables.items() if "default" not in block.attributes)

    @property
    def declared(self) -> int:
        """How many values, resources and calls it declares."""
        return len(self.locals) + len(self.resources) + len(self.data) + len(self.calls)

    @cached_property
    def weight(self) -> int:
        """How many instances one call of it makes of blocks that say nothing of their number; ten of the other blocks,
        which often make none, count for one.
        """
        blocks = (*self.resources.values(), *self.calls.values())
        many = sum("count" in block.attributes or "for_each" in block.attributes for block in blocks)
        return len(blocks) - many + many // 10

    def all_problems(self) -> Iterator[Problem]:
        """What is wrong with the module, and what has been found in its files so far."""
        yield from self.problems
        for document in self.documents:
            yield from document.problems

    def add(self, document: Document, *, overrides: bool) -> None:
        """Takes in the declarations of one of its files."""
        self.documents.append(document)
        for block in document.blocks:
            if block.keyword == "locals":
                self._locals(block, overrides=overrides)
                continue
            if block.keyword == "terraform":
                self.settings.append(block)
                continue
            if block.keyword not in TOP:
                self.problems.append(Problem("syntax", _unexpected(block.keyword), block.header))
                continue
            known = self._known(block)
            if known is None:
                self._declare(block)
            elif overrides:
                known.override(block)
            else:
                name = ".".join(block.labels)
                where = f"{known.span.source}:{known.span.line}"
                message = f'{block.keyword} "{name}" was already declared at {where}'
                self.problems.append(Problem("syntax", message, block.header))

    def _locals(self, block: Block, *, overrides: bool) -> None:
        for name, attribute in block.attributes.items():
            if name in self.locals and not overrides:
                first = self.locals[name].name_span
                message = f'the local value "{name}" was already defined at {first.source}:{first.line}'
                self.problems.append(Problem("syntax", message, attribute.name_span))
            else:
                self.locals[name] = attribute

    def _known(self, block: Block) -> Block | None:
        if block.keyword == "provider":
            return self.providers.get(_provider_name(block)) if len(block.labels) == 1 else None
        if block.keyword in self._named:
            return self._named[block.keyword].get(block.labels[0]) if len(block.labels) == 1 else None
        if block.keyword in self._typed and len(block.labels) == 2:
            return self._typed[block.keyword].get((block.labels[0], block.labels[1]))
        return None

    def _declare(self, block: Block) -> None:
        if block.keyword == "provider":
            if len(block.labels) == 1:
                self.providers[_provider_name(block)] = block
            else:
                self.problems.append(Problem("syntax", "a provider block needs the name of a provider", block.header))
        elif block.keyword in self._named:
            if len(block.labels) == 1:
                self._named[block.keyword][block.labels[0]] = block
            else:
                self.problems.append(Problem("syntax", f"a {block.keyword} block needs a name", block.header))
        elif block.keyword in self._typed:
            if len(block.labels) == 2:
                self._typed[block.keyword][block.labels[0], block.labels[1]] = block
            else:
                self.problems.append(
                    Problem("syntax", f"a {block.keyword} block needs a type and a name", block.header)
                )


def _provider_name(block: Block) -> str:
    """`aws`, or `aws.west` for the configuration with that alias."""
    alias = block.attributes.get("alias")
    if alias is not None and isinstance(alias.expression, Literal):
        return f"{block.labels[0]}.{alias.expression.value.data}"
    return block.labels[0]


def _unexpected(keyword: str) -> str:
    return f'Unsupported block type: blocks of type "{keyword}" are not expected here{hint(keyword, TOP)}'


def hint(word: str, known: Iterable[str]) -> str:
    """`; did you mean "x"?` where a known word resembles `word`, else a full stop."""
    meant = nearest(word, known)
    return f"; {meant}" if meant else "."


class Library:
    """The modules of one tree; each file is read and parsed once, however many call it."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._modules: dict[Path, Module | None] = {}
        self._installed: dict[Path, dict[str, str]] = {}

    def module(self, folder: Path) -> Module | None:
        """The module in `folder`, or None where there is no such folder, or it lies outside the tree."""
        if folder not in self._modules:
            self._modules[folder] = self._loaded(folder)
        return self._modules[folder]

    def _loaded(self, folder: Path) -> Module | None:
        try:
            if folder not in self.tree:
                return None
            names = sorted(entry.name for entry in os.scandir(folder) if not entry.name.startswith("."))
        except (OSError, RuntimeError, ValueError):
            return None
        module = Module(folder)
        ordinary, overriding = _own_files(names)
        for name in (*ordinary, *overriding):
            try:
                source = self.tree.read(folder / name)
            except Unreadable as error:
                module.problems.append(error.problem)
                continue
            module.add(_document(source, name), overrides=name in overriding)
        return module

    def installed(self, root: Path, name: str) -> Path | None:
        """The folder where `terraform init` put the module of the call `a.b.c`, seen from the root module."""
        if root not in self._installed:
            self._installed[root] = self._manifest(root)
        folder = self._installed[root].get(name)
        return None if folder is None else normal(root / folder)

    def _manifest(self, root: Path) -> dict[str, str]:
        path = root / ".terraform" / "modules" / "modules.json"
        if not path.is_file():
            return {}
        try:
            modules = json.loads(self.tree.read(path).text)["Modules"]
            return {str(each["Key"]): str(each["Dir"]) for each in modules if each.get("Dir")}
        except (Unreadable, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            # A manifest that is not one tells nothing: the modules are then missing, and that is said.
            return {}

    def called_by(self, module: Module) -> Iterator[Path]:
        """The folders of all local modules that `module` calls by a plain text."""
        for call in module.calls.values():
            attribute = call.attributes.get("source")
            expression = attribute.expression if attribute is not None else None
            source = expression.value.data if isinstance(expression, Literal) else None
            if isinstance(source, str) and is_local(source):
                yield normal(module.folder / source)


def normal(path: Path) -> Path:
    """`path` without `.` and `..`; links are not followed, as in Terraform."""
    return Path(os.path.normpath(path))


def is_local(source: str) -> bool:
    """Whether a module source is a path. See
    https://developer.hashicorp.com/terraform/language/modules/sources#local-paths.
    """
    return source in (".", "..") or source.replace("\\", "/").startswith(("./", "../"))


def _document(source: Source, name: str) -> Document:
    if not name.endswith(".json"):
        return parse(source)
    from srm_lint.read.terraform.json_syntax import parse_json

    return parse_json(source)


def _own_files(names: list[str]) -> tuple[list[str], list[str]]:
    """The files of a module: first the ordinary ones, then those that override. OpenTofu's own win over Terraform's of
    the same name (https://opentofu.org/docs/language/files/#extension-precedence).
    """
    there = set(names)
    own = [name for name in names if name.endswith(_SUFFIXES) and _of_opentofu(name) not in there]
    overriding = [name for name in own if _stem(name) == "override" or _stem(name).endswith("_override")]
    return [name for name in own if name not in overriding], overriding


def _of_opentofu(name: str) -> str | None:
    """The file that OpenTofu would read instead of one of Terraform's."""
    stem = _stem(name)
    return f"{stem}.tofu{name[len(stem) + 3 :]}" if name.startswith(".tf", len(stem)) else None


def _stem(name: str) -> str:
    return name.removesuffix(".json").rsplit(".", 1)[0]
