"""A text as written and as it is planned in; whether they tell the same, out.

Only this module knows what providers make of texts: JSON in their own order and spacing, and hashes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

import msgspec

HASHED = frozenset(("user_data",))
"""Arguments of which plans may hold only the SHA-1: the AWS provider did so before version 6.

https://github.com/hashicorp/terraform-provider-aws/pull/42078
"""

_SHA1 = re.compile(r"[0-9a-f]{40}")


def is_hash(planned: str) -> bool:
    """Whether a planned text is nothing but a SHA-1."""
    return _SHA1.fullmatch(planned) is not None


def retold(written: str, planned: str) -> bool:
    """Whether `planned` is what a provider makes of `written`: the same text or JSON, or its hash."""
    if written == planned:
        return True
    if is_hash(planned):
        return planned in map(_sha1, (written.encode("utf-8", "replace"), _decoded(written)))
    return written.lstrip()[:1] in ("{", "[") and _same_json(written, planned)


def _sha1(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return b""


def _same_json(one: str, other: str) -> bool:
    try:
        return bool(msgspec.json.decode(one) == msgspec.json.decode(other))
    except (msgspec.DecodeError, RecursionError):
        return False
