"""Functions that encode and decode texts: base64, URL, CSV.

https://developer.hashicorp.com/terraform/language/functions/base64decode and its neighbours under "Encoding Functions".
"""

from __future__ import annotations

import binascii
import re

from msgspec.structs import replace

from srm_lint.model.value import Unknown
from srm_lint.read.terraform.conversion import ConversionError, Undetermined
from srm_lint.read.terraform.functions.parameters import text
from srm_lint.read.terraform.functions.pieces import with_pieces
from srm_lint.read.terraform.functions.signature import MAX_ITEMS, MAX_TEXT, Function, LimitError, Site, Table


def decoded(letters: str) -> bytes:
    """What a text in base64 stands for. Raises `ConversionError`."""
    # Go's decoder skips line ends: https://pkg.go.dev/encoding/base64#Encoding.DecodeString
    letters = letters.replace("\n", "").replace("\r", "")
    if len(letters) % 4 == 0 and not letters.endswith("==="):
        try:
            return binascii.a2b_base64(letters, strict_mode=True)
        except (binascii.Error, ValueError):
            pass  # refused below, as padding is that Python would take
    raise ConversionError("failed to decode base64 data: the string is not valid base64")


def _as_text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ConversionError("the result of decoding the provided string is not valid UTF-8") from None


def encoded(data: bytes) -> str:
    """Bytes in base64."""
    return binascii.b2a_base64(data, newline=False).decode()


def _base64decode(string: str) -> str:
    return _as_text(decoded(string))


def _base64encode(site: Site, string: str | Unknown) -> str | Unknown:
    if isinstance(string, Unknown):
        # Where its parts stand in the result is not known, but what they are is.
        return replace(with_pieces(string, (), site), encodes=string)
    return encoded(string.encode())


def _base64gunzip(string: str) -> str:
    import zlib

    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(decoded(string), MAX_TEXT)
    except zlib.error:
        raise ConversionError("failed to gunzip bytestream: it is not gzip") from None
    if unpacker.unconsumed_tail:
        raise LimitError(f"The content has more than {MAX_TEXT:,} bytes, which srm-lint does not unpack.")
    return _as_text(data)


def _base64gzip(site: Site, _string: str) -> Unknown:
    return site.unknown("the bytes that base64gzip gives depend on Terraform's own compressor")


def _csvdecode(string: str) -> list[dict[str, str]]:
    from srm_lint.read.terraform.functions.csv_text import records

    rows = records(string)
    header = next(rows, None)
    if header is None:
        raise ConversionError("missing header line")
    for name in header:
        if header.count(name) > 1:
            raise ConversionError(f'duplicate column name "{name}"')
    lines = []
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise ConversionError(
                f"CSV parse error in record {number}: wrong number of fields: {len(row)} below {len(header)} names"
            )
        lines.append(dict(zip(header, row, strict=True)))
        if len(lines) * len(header) > MAX_ITEMS:
            raise LimitError(f"The table has more than {MAX_ITEMS:,} fields, which srm-lint does not compute.")
    return lines


# Names of https://www.iana.org/assignments/character-sets that Terraform knows, by the codec that does what it does.
_CODECS = {
    name: codec
    for codec, names in {
        "utf-8": "utf-8 csutf8",
        "utf-16": "utf-16 csutf16",
        "utf-16-le": "utf-16le csutf16le",
        "utf-16-be": "utf-16be csutf16be",
        "ascii": "us-ascii us ansi_x3.4-1968 ansi_x3.4-1986 iso-ir-6 iso646-us iso_646.irv:1991 ibm367 cp367 csascii",
        "latin-1": "iso-8859-1 iso_8859-1 iso_8859-1:1987 iso-ir-100 latin1 l1 ibm819 cp819 csisolatin1",
        **{f"iso8859-{part}": f"iso-8859-{part} iso_8859-{part}" for part in (2, 3, 4, 5, 7, 9, 10, 13, 14, 16)},
        "iso8859-6": "iso-8859-6 iso-8859-6-e iso-8859-6-i",
        "iso8859-8": "iso-8859-8 iso-8859-8-e iso-8859-8-i",
        "iso8859-15": "iso-8859-15 iso_8859-15 latin-9",
        **{f"cp{page}": f"windows-{page} cswindows{page}" for page in range(1250, 1259)},
        **{f"cp{page}": f"ibm{page} cp{page} {page}" for page in (437, 850, 852, 855, 860, 862, 863, 865, 866)},
        "cp037": "ibm037 cp037",
        "cp1140": "ibm01140",
        "koi8-r": "koi8-r cskoi8r",
        "mac-roman": "macintosh mac",
    }.items()
    for name in names.split()
}


_CONTROL = re.compile("[\x80-\x9f]")
_WITHOUT_CONTROLS = {codec for codec in _CODECS.values() if codec.startswith("iso8859-")} - {"iso8859-9"}
"""Codecs that take these in Python, but not in Terraform."""


def _codec(name: str, site: Site) -> str:
    codec = _CODECS.get(name.strip().lower())
    if codec is None:  # Terraform may know it, or another name of one of these
        raise Undetermined(site.unknown(f'the encoding "{name}" is not known to srm-lint'))
    return codec


def _textdecodebase64(site: Site, source: str, encoding: str) -> str:
    codec = _codec(encoding, site)
    data = decoded(source)
    if codec == "utf-16" and data[:2] not in (b"\xfe\xff", b"\xff\xfe"):
        codec = "utf-16-be"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        text = "\ufffd"
    if "\ufffd" in text or (codec in _WITHOUT_CONTROLS and _CONTROL.search(text)):
        raise ConversionError(f"the given string contains symbols that are not defined for {encoding}")
    return text


def _textencodebase64(site: Site, string: str, encoding: str) -> str:
    codec = _codec(encoding, site)
    if codec == "utf-16":
        return encoded(b"\xfe\xff" + string.encode("utf-16-be"))
    if codec not in _WITHOUT_CONTROLS or not _CONTROL.search(string):
        try:
            return encoded(string.encode(codec))
        except UnicodeEncodeError:
            pass  # refused below, as are the controls
    raise ConversionError(f"the given string contains characters that cannot be represented in {encoding}")


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
    "textdecodebase64": Function((text("source"), text("encoding")), _textdecodebase64, sited=True),
    "textencodebase64": Function((text("string"), text("encoding")), _textencodebase64, sited=True),
    "urldecode": Function((text("str"),), _urldecode),
    "urlencode": Function((text("str"),), _urlencode),
}
