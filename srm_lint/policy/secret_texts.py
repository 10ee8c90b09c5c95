"""Texts in; whether a secret stands in them, surely or perhaps, out.

Only this module knows what secrets look like: tokens whose issuers gave them a shape, private keys, addresses with a
password, and literals that are assigned to a name such as `DB_PASSWORD`. A gap (`GAP`) in a text is a value from
elsewhere: under such a name it may be a secret, and the answer is unknown. Not counted as secrets: placeholders
("changeme", "<password>"), variables of the shell, and names of files and of stored secrets. The keys of AWS's own
documentation (AKIAIOSFODNN7EXAMPLE) count: they stand where real ones will. RE2 matches every pattern in linear time.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Protocol

from srm_lint.model.condition import Truth
from srm_lint.policy.wildcards import GAP

MAX_TEXT = 1 << 20
"""Characters of a text that are looked at. EC2 takes 16 KB of user data, Lambda 4 KB of variables."""

_SHAPES = (
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
    r"\bgh[pousr]_[A-Za-z0-9]{36}",
    r"\bgithub_pat_[A-Za-z0-9_]{22,}",
    r"\bglpat-[A-Za-z0-9_-]{20}",
    r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    r"hooks\.slack\.com/services/T[A-Za-z0-9]{6,}/B[A-Za-z0-9]{6,}/[A-Za-z0-9]{16,}",
    r"\b[rs]k_live_[A-Za-z0-9]{20,}",
    r"\bAIza[A-Za-z0-9_-]{35}",
    r"\bSG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{39,50}",
    r"\bnpm_[A-Za-z0-9]{36}\b",
    r"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}",
    r"\bsk-ant-[A-Za-z0-9_-]{32,}",
    r"\bsk-(?:proj-)?[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,}",
    r"\bdop_v1_[a-f0-9]{64}",
    r"\bhvs\.[A-Za-z0-9_-]{24,}",
    r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,}",
    r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}",
)
"""Tokens that cannot be anything else: their issuers chose the shape so that scanners find them."""

_ACCESS_KEY_ID = r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"
"""An id is no secret, the key beside it is: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"""
_KEY_OF_ID = r"(?:^|[^A-Za-z0-9/+])([A-Za-z0-9/+]{40})(?:$|[^A-Za-z0-9/+=])"

_ADDRESS = r"\b[a-z][a-z0-9+.-]{1,30}://[^\s:/@\"']{1,100}:([^\s@/\"']{1,200})@"

_STRONG = (
    r"(?:pass(?:word|wd|phrase)|[_.-]pwd|secret[_.-]?(?:access[_.-]?)?key|api[_.-]?(?:key|secret|token)"
    r"|(?:auth|access|refresh|bearer|session|bot)[_.-]?token|client[_.-]?secret|private[_.-]?key"
    r"|(?:signing|encryption|webhook|jwt)[_.-]?(?:key|secret)|(?:db|user|admin|root|mysql|sql|smtp|ftp)[_.-]?pass)"
)
"""Ends of names whose values are secrets, whatever they look like."""
_WEAK = r"(?:secret|token|credentials?|access[_.-]?key|pwd|auth)"
"""Ends of names whose values are secrets if they look drawn by lot: a secret may also be where it is kept."""

_ASSIGNMENT = (
    rf"(?i)([a-z0-9_.-]{{0,64}}(?:({_STRONG})|{_WEAK}))([\"']?[ \t]{{0,8}})"
    r"(?:(?:=>|:=|=|:)[ \t]{0,8}(?:\"([^\"\n]{1,200})\"|'([^'\n]{1,200})')"
    r"|(?:=>|:=|=|:[ \t])[ \t]{0,8}([^\s\"'`;,&|<>(){}\[\]]{1,200})([(\[]?))"
)
_DEFINED = (
    rf"(?i)\bdefine\(\s{{0,8}}[\"'][a-z0-9_]{{0,64}}{_STRONG}[\"']\s{{0,8}},"
    r"\s{0,8}[\"']([^\"'\n]{1,200})[\"']"
)
"""A constant of PHP, as the configuration of WordPress has them."""
_IDENTIFIER = r"^[A-Za-z_.]+$"

_PLACEHOLDER = (
    r"(?i)^(?:[x*.#_-]+|<.*>|\[.*\]|\{.*\}|%.*%|change[_-]?(?:me|it|this)?.*|replace.*|your[_-].*|my[_-]?(?:password|secret|token|key)"
    r"|to-?do|tbd|example.*|.*[_.-]example|dummy|placeholder|insert.*|redacted|hidden|secret|token|none|null|nil|true|false|yes|no"
    r"|on|off|auto|default|seconds|minutes|hours|days|required|optional|enabled?|disabled?|string|prompt|random|generate[d]?)$"
)
"""What stands where a secret would: words that nobody leaves in place and settings that happen to have such a name."""
_ELSEWHERE = r"^(?:[$%@/~.]|\{\{|arn:|ssm:|secretsmanager:|vault:|s3:|https?:|file:|env:|projects/|resolve:)"
"""How values begin that say where a secret is: a variable, a path, an ARN, a reference."""

_DRAWN = 3.2
"""Bits of entropy for each character from which a mixed text looks drawn by lot; words mostly stay below."""


class _Match(Protocol):
    def group(self, number: int, /) -> str | None: ...


class _Pattern(Protocol):
    def search(self, text: str, /) -> _Match | None: ...

    def finditer(self, text: str, /) -> Iterator[_Match]: ...


@cache
def _compiled(pattern: str) -> _Pattern:
    import re2

    compiled: _Pattern = re2.compile(pattern)
    return compiled


def scanned(text: str) -> Truth:
    """Whether a secret stands anywhere in `text`, which may be Base64 as a whole."""
    text = _decoded(text[:MAX_TEXT])
    if _compiled("|".join(_SHAPES)).search(text) or _has_key_pair(text):
        return Truth.TRUE
    passwords = (_addressed(match.group(1) or "") for match in _compiled(_ADDRESS).finditer(text))
    values = (_assigned_in_text(match) for match in _compiled(_ASSIGNMENT).finditer(text))
    constants = (_judged(match.group(1) or "", strong=True) for match in _compiled(_DEFINED).finditer(text))
    return max((*passwords, *values, *constants), default=Truth.FALSE)


def assigned(name: str, text: str) -> Truth:
    """Whether the whole of `text` is a secret because it is called `name`."""
    if not text or len(text) > 4096 or any(letter in text for letter in "\n "):
        return Truth.FALSE
    if _ends(name, _STRONG):
        return _judged(text, strong=True)
    return _judged(text, strong=False) if _ends(name, _WEAK) else Truth.FALSE


def could_be_assigned(name: str) -> bool:
    """Whether whatever is called `name` is a secret."""
    return _ends(name, _STRONG)


def _ends(name: str, words: str) -> bool:
    return _compiled(rf"(?i){words}$").search(name) is not None


def _assigned_in_text(match: _Match) -> Truth:
    strong = match.group(2) is not None
    quoted = match.group(4) or match.group(5)
    if quoted:
        return _judged(quoted, strong=strong)
    bare = match.group(6) or ""
    # "password = get_secret(…)", "password: event.password", '"password": password' are code: the value is elsewhere.
    code = match.group(7) or ((match.group(3) or "." in bare) and _compiled(_IDENTIFIER).search(bare))
    return Truth.FALSE if code else _judged(bare, strong=strong)


def _addressed(password: str) -> Truth:
    return _judged(password, strong=True)


def _judged(value: str, *, strong: bool) -> Truth:
    """Whether the `value` of a telling name is a secret; under a weak name, only one that looks drawn by lot."""
    if GAP in value:
        return Truth.UNKNOWN if strong and not value.replace(GAP, "") else Truth.FALSE
    if len(value) < 4 or _compiled(_ELSEWHERE).search(value) or _compiled(_PLACEHOLDER).search(value):
        return Truth.FALSE
    return Truth.TRUE if strong or _looks_drawn(value) else Truth.FALSE


def _looks_drawn(value: str) -> bool:
    mixed = any(letter.isdigit() for letter in value) and any(letter.isalpha() for letter in value)
    return len(value) >= 16 and mixed and _entropy(value) >= _DRAWN


def _entropy(value: str) -> float:
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)


def _has_key_pair(text: str) -> bool:
    if _compiled(_ACCESS_KEY_ID).search(text) is None:
        return False
    return any(_looks_drawn(match.group(1) or "") for match in _compiled(_KEY_OF_ID).finditer(text))


def _decoded(text: str) -> str:
    """`text`, or what it is the Base64 of, where that is text."""
    from base64 import b64decode
    from binascii import Error

    compact = "".join(text.split())
    if len(compact) < 16 or len(compact) % 4:
        return text
    try:
        return b64decode(compact, validate=True).decode("utf-8")
    except (Error, ValueError):
        return text
