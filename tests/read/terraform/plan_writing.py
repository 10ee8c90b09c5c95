"""How tests write plans: as `terraform show -json` does, by https://developer.hashicorp.com/terraform/internals/json-format."""

from __future__ import annotations

import json
from typing import Any

Json = Any


def resource(address: str, values: Json = None, *, sensitive: Json = None, **more: Json) -> Json:
    """One planned resource; its type, name and index are those of its address."""
    plain, bracket, index = address.rpartition(".")[2].partition("[")
    type_ = address.rpartition(".")[0].rpartition(".")[2]
    key = {"index": json.loads(index.removesuffix("]"))} if bracket else {}
    return {
        "address": address,
        "mode": "managed",
        "type": type_,
        "name": plain,
        **key,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "schema_version": 0,
        "values": values or {},
        "sensitive_values": sensitive or {},
        **more,
    }


def change(address: str, unknown: Json = None, *actions: str, **more: Json) -> Json:
    """What becomes of a resource, and what of it is known only after apply."""
    after = {"actions": [*(actions or ("create",))], "after_unknown": unknown or {}}
    return {"address": address, "mode": "managed", "change": after, **more}


def block(address: str, expressions: Json = None, **more: Json) -> Json:
    """A resource block of the configuration."""
    type_, _, name = address.partition(".")
    written = {"address": address, "mode": "managed", "type": type_, "name": name}
    return {**written, **({"expressions": expressions} if expressions else {}), **more}


def refers(*references: str) -> Json:
    """An expression that refers to others: each is told with all that leads to it."""
    return {"references": [*references]}


def constant(value: Json) -> Json:
    """An expression that is a constant."""
    return {"constant_value": value}


def plan(root: Json, changes: Json = (), configured: Json = None, **more: Json) -> Json:
    """A whole plan: the values of its root module, the changes, and the root module as configured."""
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": root},
        "resource_changes": [*changes],
        **({"configuration": {"root_module": configured}} if configured is not None else {}),
        **more,
    }
