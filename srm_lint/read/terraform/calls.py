"""A module call in, the module that it leads to out; what is wrong with the call becomes a problem.

Only this module knows where sources lead. See https://developer.hashicorp.com/terraform/language/modules/sources.
"""

from __future__ import annotations

from srm_lint.model.source import Span
from srm_lint.model.value import Scalar, Value
from srm_lint.read.terraform.bodies import META
from srm_lint.read.terraform.modules import Module, is_local, normal
from srm_lint.read.terraform.session import MAX_DEPTH, Session
from srm_lint.read.terraform.syntax import Attribute, Block

_META = META | {"source", "version", "providers"}


def arguments(call: Block) -> dict[str, Attribute]:
    """What the call gives to variables."""
    return {name: attribute for name, attribute in call.attributes.items() if name not in _META}


class Calls:
    """The module calls of one module, as called through `names` (`a.b`) from the root; `depth` modules are above it."""

    def __init__(self, module: Module, session: Session, names: str, depth: int) -> None:
        self._module = module
        self._session = session
        self._names = names
        self._depth = depth

    def names_of(self, call: Block) -> str:
        """The way to the called module, as the manifest of installed modules tells it."""
        return f"{self._names}.{call.labels[0]}" if self._names else call.labels[0]

    def module(self, call: Block, source: Value) -> Module | None:
        """The module that `call` leads to; None where it is not there, which is then reported."""
        attribute = call.attributes.get("source")
        at = attribute.expression.span if attribute is not None else call.header
        if not isinstance(source, Scalar) or not isinstance(source.data, str):
            self._missing("a module call needs a source that is a known text", at)
            return None
        module = self._local(call, source.data, at) if is_local(source.data) else self._remote(call, source.data, at)
        if module is not None and self._depth > MAX_DEPTH:
            message = f"modules are called more than {MAX_DEPTH} deep here, so this one is not read"
            self._session.problem("limit", message, at)
            return None
        if module is not None:
            self._check(call, module)
        return module

    def _local(self, call: Block, source: str, at: Span) -> Module | None:
        library = self._session.library
        folder = normal(self._module.folder / source)
        module = library.module(folder)
        if module is None:
            where = "does not exist" if folder in library.tree else "lies outside the scanned tree"
            self._missing(f'the folder of module "{call.labels[0]}", {source}, {where}', at)
            return None
        if not _holds_anything(module):
            self._missing(f'the folder of module "{call.labels[0]}", {source}, holds no Terraform file', at)
            return None
        return module

    def _remote(self, call: Block, source: str, at: Span) -> Module | None:
        """A module of a registry, a repository or an archive, where `terraform init` has put it."""
        library = self._session.library
        folder = library.installed(self._session.root, self.names_of(call))
        module = None if folder is None else library.module(folder)
        if module is None or not _holds_anything(module):
            name = call.labels[0]
            self._missing(f'module "{name}" ({source}) is not downloaded; run `terraform init` to have it judged', at)
            return None
        return module

    def _missing(self, message: str, at: Span) -> None:
        self._session.problem("missing-module", message, at)

    def _check(self, call: Block, module: Module) -> None:
        """Reports arguments that the module does not take, and those that it lacks."""
        if module.broken or call.damaged:
            return
        given = arguments(call)
        name = call.labels[0]
        for extra in given:
            if extra not in module.variables:
                meant = self._session.hint(extra, module)
                message = f'Unsupported argument: module "{name}" has no variable "{extra}"{meant}'
                self._session.problem("syntax", message, given[extra].name_span)
        for needed in module.required:
            if needed not in given:
                message = f'Missing required argument: module "{name}" needs a value for its variable "{needed}".'
                self._session.problem("syntax", message, call.header)


def _holds_anything(module: Module) -> bool:
    return bool(module.documents or module.problems)
