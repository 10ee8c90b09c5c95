"""The kinds of unknown values that more is known of while expressions are evaluated."""

from __future__ import annotations

from srm_lint.model.value import Unknown

IDENTITIES = frozenset({"arn", "bucket", "id", "identifier", "key_id", "name"})
"""What the provider always tells of a resource, whether or not it was written."""


class Later(Unknown, frozen=True, kw_only=True):
    """What only the provider or whoever applies it can tell: nobody wrote it, so it stands where it is first used."""


class Identity(Later, frozen=True, kw_only=True):
    """What a resource is called: not known yet, but neither null nor empty."""
