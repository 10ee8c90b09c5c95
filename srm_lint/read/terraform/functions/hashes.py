"""Hashes and identifiers.

https://developer.hashicorp.com/terraform/language/functions/md5 and its neighbours under "Hash and Crypto Functions".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from srm_lint.model.value import Unknown
from srm_lint.read.terraform.conversion import ConversionError
from srm_lint.read.terraform.functions.encoding import decoded, encoded
from srm_lint.read.terraform.functions.parameters import text, whole
from srm_lint.read.terraform.functions.signature import Function, Site, Table

Digest = Callable[[bytes], str]


def hexadecimal(algorithm: str) -> Digest:
    """The function that gives the hash of bytes in hexadecimal."""
    return lambda data: hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()


def base64(algorithm: str) -> Digest:
    """The function that gives the hash of bytes in base64."""
    return lambda data: encoded(hashlib.new(algorithm, data, usedforsecurity=False).digest())


def _of_text(digest: Digest) -> Function:
    return Function((text("str"),), lambda string: digest(string.encode()))


def _bcrypt(site: Site, _string: str, cost: int = 10) -> Unknown:
    if cost > 31:
        raise ConversionError(f"error occurred generating password: cost {cost} is outside allowed range (4,31)")
    return site.unknown("bcrypt gives another hash in each run")


def _rsadecrypt(site: Site, ciphertext: str, key: str) -> Unknown:
    decoded(ciphertext)
    if "-----BEGIN " not in key:
        raise ConversionError("invalid private key: ssh: no key found")
    return site.unknown("srm-lint does not decrypt")


def _uuid(site: Site) -> Unknown:
    return site.unknown("uuid gives another identifier in each run")


# https://pkg.go.dev/github.com/google/uuid#Parse
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32}", re.IGNORECASE)


def _uuidv5(namespace: str, name: str) -> str:
    from uuid import NAMESPACE_DNS, NAMESPACE_OID, NAMESPACE_URL, NAMESPACE_X500, UUID, uuid5

    known = {"dns": NAMESPACE_DNS, "oid": NAMESPACE_OID, "url": NAMESPACE_URL, "x500": NAMESPACE_X500}
    if namespace in known:
        return str(uuid5(known[namespace], name))
    written = namespace[1:-1] if len(namespace) == 38 else re.sub("^urn:uuid:", "", namespace, flags=re.IGNORECASE)
    if not _UUID.fullmatch(written):
        raise ConversionError(f'"{namespace}" is neither a UUID nor one of dns, oid, url, x500')
    return str(uuid5(UUID(written), name))


TABLE: Table = {
    "base64sha256": _of_text(base64("sha256")),
    "base64sha512": _of_text(base64("sha512")),
    "bcrypt": Function((text("str"), whole("cost")), _bcrypt, optional=1, sited=True),
    "md5": _of_text(hexadecimal("md5")),
    "rsadecrypt": Function((text("ciphertext"), text("privatekey")), _rsadecrypt, sited=True),
    "sha1": _of_text(hexadecimal("sha1")),
    "sha256": _of_text(hexadecimal("sha256")),
    "sha512": _of_text(hexadecimal("sha512")),
    "uuid": Function((), _uuid, sited=True),
    "uuidv5": Function((text("namespace"), text("name")), _uuidv5),
}
