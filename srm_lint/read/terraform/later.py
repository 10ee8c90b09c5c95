"""The kinds of unknown values that more is known of while expressions are evaluated: whose they are, which parts."""

from __future__ import annotations

from collections.abc import Mapping

from srm_lint.model.value import Unknown, Value

IDENTITIES = frozenset({"arn", "bucket", "id", "identifier", "key_id", "name"})
"""What the provider always tells of a resource, whether or not it was written."""


class Later(Unknown, frozen=True, kw_only=True):
    """What only the provider or whoever applies it can tell: nobody wrote it, so it stands where it is first used."""


class Identity(Later, frozen=True, kw_only=True):
    """What a resource is called: not known yet, but neither null nor empty."""


class Partly(Unknown, frozen=True, kw_only=True):
    """A map or object that certainly has these members, and may have any others: what is merged into an unknown one."""

    members: Mapping[str, Value]
