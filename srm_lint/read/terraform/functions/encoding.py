"""Functions that encode and decode texts: base64, URL, CSV.

https://developer.hashicorp.com/terraform/language/functions/base64decode and its neighbours under "Encoding Functions".
"""

from __future__ import annotations

import binascii
import re

from msgspec.structs import replace

from srm_lint.model.value import Unknown
from srm_lint.read.terraform.conversion import ConversionError
from srm_lint.read.terraform.functions.pieces import with_pieces
from srm_lint.read.terraform.functions.signature import MAX_TEXT, Function, LimitError, Site, Table, text


def decoded(encoded: str) -> bytes:
    """What a text in base64 stands for. Raises `ConversionError`."""
    try:
        # Go's decoder skips line ends: https://pkg.go.dev/encoding/base64#Encoding.DecodeString
        return binascii.a2b_base64(encoded.replace("\n", "").replace("\r", ""), strict_mode=True)
    except (binascii.Error, ValueError):
        raise ConversionError("failed to decode base64 data: the string is not valid base64") from None


def _as_text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ConversionError("the result of decoding the provided string is not valid UTF-8") from None


def _encoded(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode()


def _base64decode(encoded: str) -> str:
    return _as_text(decoded(encoded))


def _base64encode(site: Site, string: str | Unknown) -> str | Unknown:
    if isinstance(string, Unknown):
        # Where its parts stand in the result is not known, but what they are is.
        return replace(with_pieces(string, (), site), encodes=string)
    return encoded(string)


def encoded(string: str) -> str:
    """A text in base64."""
    return _encoded(string.encode())


def _base64gunzip(encoded: str) -> str:
    import zlib

    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(decoded(encoded), MAX_TEXT)
    except zlib.error:
        raise ConversionError("failed to gunzip bytestream: it is not gzip") from None
    if unpacker.unconsumed_tail:
        raise LimitError(f"The content has more than {MAX_TEXT:,} bytes, which srm-lint does not unpack.")
    return _as_text(data)


def _base64gzip(site: Site, _string: str) -> Unknown:
    return site.unknown("the bytes that base64gzip gives depend on Terraform's own compressor")


def _csvdecode(string: str) -> list[dict[str, str]]:
    import csv

    try:
        rows = [row for row in csv.reader(string.splitlines(keepends=True), strict=True) if row]
    except csv.Error as error:
        raise ConversionError(f"invalid CSV: {error}") from None
    if not rows:
        raise ConversionError("missing header line")
    header, *lines = rows
    for name in header:
        if header.count(name) > 1:
            raise ConversionError(f'duplicate column name "{name}"')
    for number, line in enumerate(lines, start=2):
        if len(line) != len(header):
            raise ConversionError(
                f"wrong number of fields in row {number}: {len(line)}, but the header has {len(header)}"
            )
    return [dict(zip(header, line, strict=True)) for line in lines]


# Encodings that Python and the IANA registry understand alike. https://www.iana.org/assignments/character-sets
_ENCODINGS = re.compile(
    r"utf-8|utf-16[bl]e|us-ascii|iso-8859-\d+|windows-125\d|shift_jis|euc-(?:jp|kr)|gbk|gb18030|big5|koi8-[ru]|ibm866",
    re.IGNORECASE,
)


def _codec(name: str) -> str:
    if not _ENCODINGS.fullmatch(name):
        raise ConversionError(f'"{name}" is not an IANA encoding that srm-lint supports')
    return name


def _textdecodebase64(source: str, encoding: str) -> str:
    try:
        return decoded(source).decode(_codec(encoding))
    except (UnicodeDecodeError, LookupError):
        raise ConversionError(f"the given string is not text in the encoding {encoding}") from None


def _textencodebase64(string: str, encoding: str) -> str:
    try:
        return _encoded(string.encode(_codec(encoding)))
    except (UnicodeEncodeError, LookupError):
        raise ConversionError(f"the given string has characters that {encoding} cannot represent") from None


def _urlencode(string: str) -> str:
    from urllib.parse import quote_plus

    return quote_plus(string, safe="")


def _urldecode(string: str) -> str:
    from urllib.parse import unquote_plus

    if re.search(r"%(?![0-9a-fA-F]{2})", string):
        raise ConversionError("invalid URL escape")
    try:
        return unquote_plus(string, errors="strict")
    except UnicodeDecodeError:
        raise ConversionError("the result of decoding the provided string is not valid UTF-8") from None


TABLE: Table = {
    "base64decode": Function((text("str"),), _base64decode),
    "base64encode": Function((text("str", open=True),), _base64encode, sited=True),
    "base64gunzip": Function((text("str"),), _base64gunzip),
    "base64gzip": Function((text("str"),), _base64gzip, sited=True),
    "csvdecode": Function((text("str"),), _csvdecode),
    "textdecodebase64": Function((text("source"), text("encoding")), _textdecodebase64),
    "textencodebase64": Function((text("string"), text("encoding")), _textencodebase64),
    "urldecode": Function((text("str"),), _urldecode),
    "urlencode": Function((text("str"),), _urlencode),
}
