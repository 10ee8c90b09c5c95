"""What each block of the Terraform language holds: which of its names are blocks, and how other values are read.

HCL says so in its syntax; JSON does not, so it takes this table. See
https://developer.hashicorp.com/terraform/language/syntax/json#block-type-specific-exceptions.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from srm_lint.read.terraform.json_strings import literal, reference, template
from srm_lint.read.terraform.json_values import Read


class Form(Struct, frozen=True):
    """The form of a block: how many labels it has, the nested `blocks` by type, and how `arguments` are read by name.

    `others` is how all other arguments are read; where it is None, only the provider knows whether an object is a
    block or an argument.
    """

    labels: int = 0
    arguments: Mapping[str, Read] = {}
    blocks: Mapping[str, Form] = {}
    others: Read | None = template


_PLAIN = Form()
_TRIGGER = Form(arguments={"events": reference, "actions": reference})
_LIFECYCLE = Form(
    arguments={"ignore_changes": reference, "replace_triggered_by": reference},
    blocks={"precondition": _PLAIN, "postcondition": _PLAIN, "action_trigger": _TRIGGER},
)
_CONNECTION = Form(arguments={"type": literal})
_PROVISIONER = Form(labels=1, blocks={"connection": _CONNECTION})
_CALLS = {"provider": reference, "depends_on": reference, "count": template, "for_each": template}
CONTENT = Form(others=None)
"""What a provider defines: the body of a resource or provider, and of the blocks in it."""
DYNAMIC = Form(labels=1, blocks={"content": CONTENT})
_RESOURCE = Form(
    labels=2,
    arguments=_CALLS,
    blocks={"lifecycle": _LIFECYCLE, "connection": _CONNECTION, "provisioner": _PROVISIONER},
    others=None,
)
_LITERAL = Form(others=literal)

TOP: Mapping[str, Form] = {
    "terraform": Form(
        blocks={
            "backend": Form(labels=1, others=literal),
            "cloud": Form(blocks={"workspaces": _LITERAL}, others=literal),
            "encryption": Form(others=None),
            "provider_meta": Form(labels=1),
            "required_providers": Form(others=literal),
        },
        others=literal,
    ),
    "provider": Form(labels=1, arguments={"alias": literal, "version": literal, "for_each": template}, others=None),
    "variable": Form(labels=1, arguments={"type": reference}, blocks={"validation": _PLAIN}, others=literal),
    "locals": _PLAIN,
    "output": Form(
        labels=1, arguments={"description": literal, "depends_on": reference}, blocks={"precondition": _PLAIN}
    ),
    "module": Form(
        labels=1,
        arguments={"source": literal, "version": literal, "depends_on": reference, "providers": reference},
        blocks={"lifecycle": _LIFECYCLE},
    ),
    "resource": _RESOURCE,
    "data": _RESOURCE,
    "ephemeral": _RESOURCE,
    "action": Form(labels=2, arguments=_CALLS, blocks={"config": CONTENT}),
    "moved": Form(others=reference),
    "import": Form(arguments={"to": reference, "provider": reference}),
    "removed": Form(arguments={"from": reference}, blocks={"lifecycle": _PLAIN, "provisioner": _PROVISIONER}),
    "check": Form(labels=1, blocks={"data": _RESOURCE, "assert": _PLAIN}),
}
"""The blocks at the top of a file."""
