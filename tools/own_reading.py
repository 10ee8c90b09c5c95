"""A folder in, what srm-lint makes of it out: per address the value of all that a module says.

The configuration that the reader gives holds resources alone; here data sources, locals and outputs are asked for too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from srm_lint.model.source import Span, Tree
from srm_lint.model.value import Object, Value
from srm_lint.read.terraform import reader
from srm_lint.read.terraform.inputs import Inputs
from srm_lint.read.terraform.modules import Library, normal
from srm_lint.read.terraform.scope import Instance
from srm_lint.read.terraform.session import Session


class Said(NamedTuple):
    """What stands at an address. `one` is set where it stands for instances of which the number is not known."""

    value: Value
    span: Span
    one: bool


def load(folder: Path, tree: Tree) -> dict[str, Said]:
    """What srm-lint says of the root module in `folder`, which is in `tree`."""
    library = Library(tree)
    folder = normal(folder.absolute())
    module = library.module(folder)
    if module is None:
        return {}
    # tfparse too takes the workspace to be the default one.
    inputs = Inputs(workspace="default")
    session = Session(folder, library, set(), inputs.workspace)
    session.modules[folder] = module
    with reader.deep_recursion():
        return dict(_all_of(reader.root_of(module, session, inputs)))


def _all_of(instance: Instance) -> Iterator[tuple[str, Said]]:
    module, prefix = instance.module, instance.prefix
    doubtful = instance.exists is not None
    for keyword, blocks in (("resource", module.resources), ("data", module.data)):
        for (type_, name), block in blocks.items():
            places = instance.places(keyword, type_, name, block)
            for place in places.places:
                members = instance.members(keyword, type_, name, block, place)
                yield members.address, Said(members.body(), block.span, doubtful or places.doubt is not None)
    for name, attribute in module.locals.items():
        span = attribute.name_span
        yield f"{prefix}local.{name}", Said(instance.local(name, span), span, doubtful)
    for name, block in module.outputs.items():
        value = instance.output(name)
        if value is not None:
            body = Object(span=block.header, members={"value": value})
            yield f"{prefix}output.{name}", Said(body, block.span, doubtful)
    for name, block in module.calls.items():
        for place in instance.places("module", "", name, block).places:
            child = instance.child(name, block, place)
            if child is not None:
                yield from _all_of(child)
