"""Functions that format values by a specification.

https://developer.hashicorp.com/terraform/language/functions/format, …/formatlist
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from srm_lint.model.value import List, Scalar, Unknown, Value
from srm_lint.read.terraform.conversion import NUMBERS, ConversionError, Undetermined, is_null, tidy
from srm_lint.read.terraform.functions.documents import Writer, json_string, write_json
from srm_lint.read.terraform.functions.graphemes import graphemes
from srm_lint.read.terraform.functions.parameters import anything, take_bool, take_items, take_number, take_text, text
from srm_lint.read.terraform.functions.pieces import Part, compose
from srm_lint.read.terraform.functions.signature import Function, LimitError, Site, Table

MAX_WIDTH = 10_000
"""No verb pads or prints to more than this."""

_VERB = re.compile(
    r"%(?P<flags>[ +\-0#]*)(?P<width>[1-9][0-9]*)?(?:\.(?P<precision>[0-9]*))?(?:\[(?P<index>[1-9][0-9]*)\])?"
    r"(?P<mode>[a-zA-Z])"
)
_BEGUN = re.compile(r"%[ +\-0#]*(?:[1-9][0-9]*)?(?:\.[0-9]*)?(?:\[(?:[1-9][0-9]*)?\]?)?")
"""What of a verb may stand before its letter, of which any part may be missing."""


class _Verb:
    """One verb of a specification, as it is written in `match`."""

    def __init__(self, match: re.Match[str]) -> None:
        self.raw = match[0]
        self.flags = match["flags"]
        self.mode = match["mode"]
        self.width = _bounded(match["width"])
        self.precision = _bounded(match["precision"])

    def padded(self, written: str) -> str:
        missing = (self.width or 0) - len(graphemes(written))
        if missing <= 0:
            return written
        padding = ("0" if "0" in self.flags else " ") * missing
        return written + padding if "-" in self.flags else padding + written

    def padded_number(self, sign: str, digits: str, *, zeros: bool) -> str:
        """Like `padded`, but where `zeros` are allowed they stand between sign and digits, and only on the left."""
        missing = (self.width or 0) - len(sign) - len(digits)
        if "-" in self.flags:
            return sign + digits + " " * missing
        if "0" in self.flags and zeros:
            return sign + "0" * missing + digits
        return " " * missing + sign + digits


def _bounded(digits: str | None) -> int | None:
    if digits is None:
        return None
    if len(digits) > 5 or int(digits or 0) > MAX_WIDTH:
        raise LimitError(f"A width or precision of more than {MAX_WIDTH:,} is not computed by srm-lint.")
    return int(digits or 0)  # a period alone is a precision of zero


def _format(site: Site, specification: str, *arguments: Value) -> str | Unknown:
    return compose(list(_parts(site, specification, arguments)), site)


def _parts(site: Site, specification: str, arguments: tuple[Value, ...]) -> Iterator[Part]:
    position = following = used = 0
    while (start := specification.find("%", position)) >= 0:
        yield specification[position:start]
        if specification.startswith("%%", start):
            yield "%"
            position = start + 2
            continue
        match = _VERB.match(specification, start)
        if match is None:
            raise _unrecognized(specification, start)
        position = match.end()
        index = int(match["index"]) - 1 if match["index"] else following
        if not 0 <= index < len(arguments):
            raise ConversionError(
                f'not enough arguments for "{match[0]}" at {start}:'
                f" need index {index + 1} but have {len(arguments)} total"
            )
        following, used = index + 1, max(used, index + 1)
        yield from _written(_Verb(match), arguments[index], site)
    yield specification[position:]
    if used < len(arguments):
        counted = f"only {used} used by format string" if used else "no verbs in format string"
        raise ConversionError(f"too many arguments; {counted}")


def _unrecognized(specification: str, start: int) -> ConversionError:
    begun = _BEGUN.match(specification, start)
    end = start + 1 if begun is None else begun.end()
    offset = len(specification[:end].encode())  # Terraform counts bytes
    if end == len(specification):
        return ConversionError(f"invalid format string starting at offset {offset}")
    return ConversionError(f"unrecognized format character '{specification[end]}' at offset {offset}")


def _written(verb: _Verb, argument: Value, site: Site) -> Iterator[Part]:
    if verb.mode not in "vtbdoxXeEfgGsq":
        raise ConversionError(f'unsupported format verb "{verb.mode}" in "{verb.raw}"')
    if isinstance(argument, Unknown):
        yield from _gap(verb, argument)
    elif verb.mode == "v":
        yield from _as_it_is(verb, argument, site)
    elif is_null(argument):
        raise ConversionError(f'unsupported value for "{verb.raw}": null value cannot be formatted')
    else:
        try:
            yield _scalar(verb, argument)
        except ConversionError as error:
            raise ConversionError(f'unsupported value for "{verb.raw}": {error.message}') from None


def _gap(verb: _Verb, argument: Unknown) -> Iterator[Part]:
    """What is certain of an unknown argument: its own pieces, where the verb leaves them as they are."""
    if verb.mode in "sv" and "#" not in verb.flags and verb.width is None and verb.precision is None:
        yield argument
    else:
        yield Unknown(span=argument.span, reason=argument.reason, references=argument.references)


def _as_it_is(verb: _Verb, argument: Value, site: Site) -> Iterator[Part]:
    if "#" not in verb.flags and isinstance(argument, Scalar):
        if isinstance(argument.data, str):
            yield verb.padded(argument.data)
            return
        if isinstance(argument.data, int | Decimal) and not isinstance(argument.data, bool):
            yield verb.padded(_general(Decimal(take_number(argument)), None))
            return
    writer = Writer(site)
    write_json(argument, writer)
    if all(isinstance(part, str) for part in writer.parts):
        yield verb.padded("".join(part for part in writer.parts if isinstance(part, str)))
    else:
        yield from writer.parts


def _scalar(verb: _Verb, argument: Value) -> str:
    if verb.mode == "t":
        return "true" if take_bool(argument) else "false"
    if verb.mode in "sq":
        string = take_text(argument)
        if verb.precision:
            string = "".join(graphemes(string)[: verb.precision])
        return verb.padded(json_string(string) if verb.mode == "q" else string)
    number = take_number(argument)
    sign = "-" if number < 0 else "+" if "+" in verb.flags else " " if " " in verb.flags else ""
    if verb.mode in "bdoxX":
        if not isinstance(number, int):
            raise ConversionError("an integer is required")
        if number == 0 and verb.precision == 0:
            return ""
        prefix = {"b": "0b", "o": "0", "x": "0x", "X": "0X"}.get(verb.mode, "") if "#" in verb.flags else ""
        return verb.padded_number(sign + prefix, _integer(verb, abs(number)), zeros=verb.precision is None)
    return verb.padded_number(sign, _float(verb, Decimal(number).copy_abs()), zeros=True)


def _integer(verb: _Verb, number: int) -> str:
    if number.bit_length() > 10_000:
        raise LimitError("A number of more than 3,000 digits is not printed by srm-lint.")
    return f"{number:{verb.mode}}".rjust(verb.precision or 0, "0")


def _float(verb: _Verb, number: Decimal) -> str:
    if verb.mode in "gG":
        written = _general(number, verb.precision)
    else:
        places = 6 if verb.precision is None else verb.precision
        # Python gives zero an exponent that depends on its places.
        number = number or Decimal(0).scaleb(-places)
        written = f"{number:.{places}f}" if verb.mode == "f" else _scientific(f"{number:.{places}e}")
    return written.upper() if verb.mode in "EG" else written


def _general(number: Decimal, precision: int | None) -> str:
    """Go's `g`: the exponent form for small numbers, and for large ones; all digits where no precision is given."""
    sign = "-" if number < 0 else ""
    number = number.copy_abs()
    if precision is not None:
        number = Decimal(f"{number:.{max(precision, 1) - 1}e}")
    number = Decimal(tidy(number))
    if not number:
        return "0"
    digits = number.normalize(NUMBERS).as_tuple().digits
    threshold = 6 if precision is None else max(precision, 1)
    if precision is not None and threshold > len(digits) >= number.adjusted() + 1:
        threshold = len(digits)
    if -4 <= number.adjusted() < threshold:
        return f"{sign}{number:f}"
    return sign + _scientific(f"{number:.{len(digits) - 1}e}")


def _scientific(written: str) -> str:
    """Python's exponent in Go's form: at least two digits."""
    mantissa, exponent = written.split("e")
    return f"{mantissa}e{exponent[0]}{exponent[1:].rjust(2, '0')}"


def _formatlist(site: Site, specification: str, *arguments: Value) -> list[str | Unknown]:
    lists = {position: take_items(each) for position, each in enumerate(arguments) if isinstance(each, List)}
    lengths = {len(listed) for listed in lists.values()}
    if len(lengths) > 1:
        raise ConversionError("the lists have inconsistent lengths: " + ", ".join(map(str, sorted(lengths))))
    unknown = [each for each in arguments if isinstance(each, Unknown) and not each.pieces]
    if unknown and not lists:
        raise Undetermined(unknown[0])  # it may be a list of any length
    # Beside a list, what is unknown is repeated or is a list of the same length: a gap in each row either way.
    rows = lengths.pop() if lengths else 1
    return [
        _format(
            site,
            specification,
            *(lists[place][row] if place in lists else each for place, each in enumerate(arguments)),
        )
        for row in range(rows)
    ]


TABLE: Table = {
    "format": Function((text("format"),), _format, rest=anything("args", open=True), sited=True),
    "formatlist": Function((text("format"),), _formatlist, rest=anything("args", open=True), sited=True),
}
