"""What the command line and variable files say of variables in, one value per variable of the root module out.

Only this module knows the order of precedence:
https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from srm_lint.model.source import Source, Tree, Unreadable
from srm_lint.model.value import Scalar
from srm_lint.read.terraform.expressions import Expression, Name
from srm_lint.read.terraform.fragments import parse_expression
from srm_lint.read.terraform.modules import Module, normal
from srm_lint.read.terraform.parsing import parse
from srm_lint.read.terraform.session import Session
from srm_lint.read.terraform.syntax import Block, Document


class Inputs(Struct, frozen=True):
    """What the command line says of variables: raw text by name (`--var`), files (`--var-file`) in order, and
    `environment`, where `TF_VAR_name` gives the raw text of a variable; and the `workspace`, if it is known.

    They may have a `name`, and concern only some `roots` (folders; none named: all).
    """

    variables: Mapping[str, str] = {}
    var_files: tuple[Path, ...] = ()
    environment: Mapping[str, str] = {}
    workspace: str | None = None
    name: str = ""
    roots: tuple[Path, ...] = ()

    def concern(self, root: Path) -> bool:
        """Whether the root module in the folder `root` is read with them."""
        return not self.roots or any(normal(folder.absolute()) == root for folder in self.roots)


def expressions_of(module: Module, session: Session, inputs: Inputs) -> dict[str, Expression]:
    """The expression that each variable of the root module is given."""
    found = _texts({name: inputs.environment.get(f"TF_VAR_{name}") for name in module.variables}, module, session)
    for path in _automatic(module.folder):
        found.update(_file(path, session, session.library.tree))
    for path in inputs.var_files:
        # Whoever calls may name a file anywhere.
        found.update(_file(path, session, Tree(path.resolve().parent)))
    return {**found, **_texts(inputs.variables, module, session)}


def _texts(texts: Mapping[str, str | None], module: Module, session: Session) -> dict[str, Expression]:
    declared = module.variables
    return {
        name: _from_text(text, declared[name], session)
        for name, text in texts.items()
        if text is not None and name in declared
    }


def _automatic(folder: Path) -> list[Path]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    first = [name for name in ("terraform.tfvars", "terraform.tfvars.json") if name in names]
    automatic = [name for name in names if name.endswith((".auto.tfvars", ".auto.tfvars.json"))]
    return [folder / name for name in (*first, *automatic)]


def _file(path: Path, session: Session, tree: Tree) -> dict[str, Expression]:
    try:
        source = tree.read(path)
    except Unreadable as error:
        session.report(error.problem)
        return {}
    session.sources[source.path] = source
    document = _document(source, path)
    for problem in document.problems:
        session.report(problem)
    for block in document.blocks:
        session.problem("syntax", "Unexpected block: a variable file holds only assignments.", block.header)
    return {name: attribute.expression for name, attribute in document.attributes.items()}


def _document(source: Source, path: Path) -> Document:
    if path.suffix != ".json":
        return parse(source)
    from srm_lint.read.terraform.json_syntax import parse_json_values

    return parse_json_values(source)


def _from_text(text: str, block: Block, session: Session) -> Expression:
    """The text itself for a variable of a primitive type or none, else the expression that it is."""
    from srm_lint.read.terraform.expressions import Literal, Misunderstood

    attribute = block.attributes.get("type")
    span = block.header
    plain = attribute is None or (
        isinstance(attribute.expression, Name) and attribute.expression.name in ("string", "number", "bool")
    )
    if plain:
        return Literal(span, Scalar(span=span, data=text))
    expression = parse_expression(text, span)
    if expression is None:
        message = f'the value given for variable "{block.labels[0]}" is not an expression of its type'
        session.problem("syntax", message, span)
        return Misunderstood(span, message)
    return expression
