"""Functions on strings, without patterns and formats.

https://developer.hashicorp.com/terraform/language/functions/chomp and its neighbours under "String Functions".
"""

from __future__ import annotations

import re
from collections.abc import Callable

from srm_lint.model.source import Source
from srm_lint.model.value import Scalar, Unknown, Value
from srm_lint.read.terraform.conversion import STRING, ConversionError, Undetermined, convert, is_null
from srm_lint.read.terraform.functions.graphemes import graphemes
from srm_lint.read.terraform.functions.parameters import members, strings, take_text, text, whole
from srm_lint.read.terraform.functions.pieces import Part, compose, each_piece, sure_end, sure_start, with_pieces
from srm_lint.read.terraform.functions.signature import MAX_TEXT, Function, LimitError, Site, Table

Text = str | Unknown


# https://pkg.go.dev/unicode#IsSpace; Python's own `strip` also takes the separators 0x1c to 0x1f.
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def _chomp(string: str) -> str:
    return string.rstrip("\r\n")


def _endswith(string: Text, suffix: str) -> bool:
    sure = sure_end(string)
    if isinstance(string, str) or sure.endswith(suffix):
        return sure.endswith(suffix)
    if not suffix.endswith(sure):  # what is known differs already
        return False
    raise Undetermined(string)


def _startswith(string: Text, prefix: str) -> bool:
    sure = sure_start(string)
    if isinstance(string, str) or sure.startswith(prefix):
        return sure.startswith(prefix)
    if not prefix.startswith(sure):
        return False
    raise Undetermined(string)


def _strcontains(string: Text, substring: str) -> bool:
    if isinstance(string, str):
        return substring in string
    if any(piece is not None and substring in piece for piece in string.pieces):
        return True
    raise Undetermined(string)


def _indent(spaces: int, string: str) -> str:
    if spaces < 0:
        raise ConversionError("the number of spaces must not be negative")
    if spaces * (string.count("\n") + 1) > MAX_TEXT:
        raise LimitError(f"Indenting by {spaces:,} spaces is more than srm-lint computes.")
    return string.replace("\n", "\n" + " " * spaces)


def _join(site: Site, separator: str, *lists: tuple[Value, ...]) -> str | Value:
    items = [item for listed in lists for item in listed]
    if len(items) == 1 and not is_null(items[0]):
        # `join("", x[*].json)` is how one that may not be there is written: it stays what it is, and where it is.
        return items[0].passed(site.span)
    parts: list[Part] = []
    for listed in lists:
        for position, item in enumerate(listed):
            if is_null(item):
                raise ConversionError(f"element {position} is null; cannot concatenate null values")
            if parts:
                parts.append(separator)
            parts.append(item if isinstance(item, Unknown) else take_text(item))
    return compose(parts, site)


def _split(separator: str, string: str) -> list[str]:
    return string.split(separator) if separator else list(string)


def _strrev(string: str) -> str:
    return "".join(reversed(graphemes(string)))


def _substr(string: str, offset: int, length: int) -> str:
    units = graphemes(string)
    start = max(len(units) + offset, 0) if offset < 0 else offset
    # An offset from the end takes a length of zero for no limit: Terraform looks at that length only after each step.
    endless = length < 0 or (length == 0 and offset < 0)
    return "".join(units[start:] if endless else units[start : start + length])


# https://pkg.go.dev/strings#Title: a word starts after what is no letter, digit or underscore in ASCII, and no space
# elsewhere.
_WORD_START = re.compile(rf"(?:^|(?<=[\0-/:-@\[-^`{{-\x7f{_SPACE}])).", re.DOTALL)


def _title(string: str) -> str:
    return _WORD_START.sub(lambda match: _simple(str.title, match[0]), string)


def _trim(string: str, characters: str) -> str:
    return string.strip(characters) if characters else string


def _trimprefix(site: Site, string: Text, prefix: str) -> Text:
    if isinstance(string, str):
        return string.removeprefix(prefix)
    if string.pieces and sure_start(string).startswith(prefix):
        kept = sure_start(string).removeprefix(prefix)
        return with_pieces(string, (kept or (None if string.pieces[0] is None else ""), *string.pieces[1:]), site)
    return _untrimmed(string, certain=not prefix.startswith(sure_start(string)), site=site)


def _untrimmed(string: Unknown, *, certain: bool, site: Site) -> Unknown:
    """`string` as it was, if that is certain; else it is simply unknown."""
    return with_pieces(string, string.pieces if certain else (), site)


def _trimsuffix(site: Site, string: Text, suffix: str) -> Text:
    if isinstance(string, str):
        return string.removesuffix(suffix)
    if string.pieces and sure_end(string).endswith(suffix):
        kept = sure_end(string).removesuffix(suffix)
        return with_pieces(string, (*string.pieces[:-1], kept or (None if string.pieces[-1] is None else "")), site)
    return _untrimmed(string, certain=not suffix.endswith(sure_end(string)), site=site)


def _trimspace(site: Site, string: Text) -> Text:
    if isinstance(string, str):
        return string.strip(_SPACE)
    if not string.pieces:
        return with_pieces(string, (), site)
    left, certain_left = _stripped(string.pieces, str.lstrip)
    right, certain_right = _stripped(left[::-1], str.rstrip)
    return with_pieces(string, right[::-1] if certain_left and certain_right else (), site)


def _stripped(pieces: tuple[str | None, ...], strip: Callable[[str, str], str]) -> tuple[tuple[str | None, ...], bool]:
    """The pieces with the first one stripped, and whether that is certain: a gap that turns out to be space or empty
    lets the piece beside it be stripped too.
    """
    outermost = next(piece for piece in (*pieces, "") if piece is not None)
    stripped = strip(outermost, _SPACE)
    if pieces[0] is None:
        return pieces, stripped == outermost
    return (stripped, *pieces[1:]), bool(stripped)


def _cased(change: Callable[[str], str]) -> Function:
    def run(site: Site, string: Text) -> Text:
        return each_piece(lambda piece: "".join(map(change, piece)), string, site)

    return Function((text("str", open=True),), run, sited=True)


def _simple(change: Callable[[str], str], letter: str) -> str:
    # Go maps letter by letter, and only to a single letter: "ß" stays, and "ᾳ" has but the form of titles.
    for changed in (change(letter), letter.title()):
        if len(changed) == 1:
            return changed
    return letter


def _lower(letter: str) -> str:
    return "i" if letter == "İ" else letter.lower()


def _upper(letter: str) -> str:
    return _simple(str.upper, letter)


def _templatefile(site: Site, path: str, variables: dict[str, Value]) -> Value:
    return site.environment.render_template(site.environment.read_file(path), _named(variables)).passed(site.span)


def _templatestring(site: Site, template: str, variables: dict[str, Value]) -> Value:
    # Terraform makes a string of what is rendered; OpenTofu leaves it as it is, which may be null or a list.
    source = Source(site.span.source, template)
    rendered = site.environment.render_template(source, _named(variables), at=site.span)
    return convert(rendered, STRING) if isinstance(rendered, Scalar) else rendered


def _named(variables: dict[str, Value]) -> dict[str, Value]:
    for name in variables:
        if not name.replace("-", "_").isidentifier() or name.startswith("-"):
            raise ConversionError(
                f'invalid template variable name "{name}": must start with a letter, followed by zero or more letters,'
                " digits, and underscores"
            )
    return variables


TABLE: Table = {
    "chomp": Function((text("str"),), _chomp),
    "endswith": Function((text("str", open=True), text("suffix")), _endswith),
    "indent": Function((whole("spaces"), text("str")), _indent),
    "join": Function((text("separator"),), _join, rest=strings("lists"), least=1, sited=True),
    "lower": _cased(_lower),
    "split": Function((text("separator"), text("str")), _split),
    "startswith": Function((text("str", open=True), text("prefix")), _startswith),
    "strcontains": Function((text("str", open=True), text("substr")), _strcontains),
    "strrev": Function((text("str"),), _strrev),
    "substr": Function((text("str"), whole("offset"), whole("length")), _substr),
    "templatefile": Function((text("path"), members("vars")), _templatefile, sited=True),
    "templatestring": Function((text("template"), members("vars")), _templatestring, sited=True),
    "title": Function((text("str"),), _title),
    "trim": Function((text("str"), text("cutset")), _trim),
    "trimprefix": Function((text("str", open=True), text("prefix")), _trimprefix, sited=True),
    "trimspace": Function((text("str", open=True),), _trimspace, sited=True),
    "trimsuffix": Function((text("str", open=True), text("suffix")), _trimsuffix, sited=True),
    "upper": _cased(_upper),
}
