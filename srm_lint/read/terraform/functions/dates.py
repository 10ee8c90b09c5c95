"""Functions on timestamps, which are texts in RFC 3339 form.

https://developer.hashicorp.com/terraform/language/functions/formatdate, …/timeadd, …/timecmp, …/timestamp,
…/plantimestamp
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import NamedTuple

from srm_lint.model.value import Unknown
from srm_lint.read.terraform.conversion import ConversionError
from srm_lint.read.terraform.functions.parameters import text
from srm_lint.read.terraform.functions.signature import Function, LimitError, Site, Table


class _Moment(NamedTuple):
    """An instant, and the offset that it was written with. Moments compare as instants."""

    time: datetime
    nanoseconds: int


_TIMESTAMP = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|([+-](?:[01]\d|2[0-3]):[0-5]\d))", re.ASCII
)
# `timecmp` reads with Go's own parser, which takes more: https://go.dev/issue/54580
_LENIENT = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d?\d:\d\d:\d\d)(?:[.,](\d+))?(?:Z|([+-](?:[01]\d|2[0-4]):(?:[0-5]\d|60)))", re.ASCII
)


def _parse(timestamp: str, pattern: re.Pattern[str] = _TIMESTAMP) -> _Moment:
    match = pattern.fullmatch(timestamp)
    if match is not None:
        if timestamp.startswith("0000-"):
            raise LimitError("The year 0 is not computed by srm-lint.")
        date, time, fraction, offset = match.groups()
        try:
            written = datetime.fromisoformat(f"{date}T{time.rjust(8, '0')}").replace(tzinfo=UTC)
            nanoseconds = int((fraction or "0")[:9].ljust(9, "0"))
            return _Moment(written if offset is None else _in_zone(written, offset), nanoseconds)
        except (ValueError, OverflowError):
            pass  # a month 13 is as wrong as a missing zone
    raise ConversionError(f'"{timestamp}" is not a valid RFC3339 timestamp, like "2017-11-22T00:00:00Z"')


def _in_zone(written: datetime, offset: str) -> datetime:
    ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:]))
    if ahead < timedelta(days=1):
        return written.replace(tzinfo=timezone(-ahead if offset.startswith("-") else ahead))
    return written + ahead if offset.startswith("-") else written - ahead


def _offset(moment: datetime, colon: str) -> str:
    minutes = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}{colon}{abs(minutes) % 60:02}"


def _zulu(moment: datetime, word: str, colon: str) -> str:
    return _offset(moment, colon) if moment.utcoffset() else word


_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

_FORMATS: Mapping[str, Callable[[datetime], str]] = {
    "YYYY": lambda moment: f"{moment.year:04}",
    "YY": lambda moment: f"{moment.year % 100:02}",
    "MMMM": lambda moment: _MONTHS[moment.month - 1],
    "MMM": lambda moment: _MONTHS[moment.month - 1][:3],
    "MM": lambda moment: f"{moment.month:02}",
    "M": lambda moment: str(moment.month),
    "DD": lambda moment: f"{moment.day:02}",
    "D": lambda moment: str(moment.day),
    "EEEE": lambda moment: _DAYS[moment.weekday()],
    "EEE": lambda moment: _DAYS[moment.weekday()][:3],
    "hh": lambda moment: f"{moment.hour:02}",
    "h": lambda moment: str(moment.hour),
    "HH": lambda moment: f"{moment.hour % 12 or 12:02}",
    "H": lambda moment: str(moment.hour % 12 or 12),
    "AA": lambda moment: "AM" if moment.hour < 12 else "PM",
    "aa": lambda moment: "am" if moment.hour < 12 else "pm",
    "mm": lambda moment: f"{moment.minute:02}",
    "m": lambda moment: str(moment.minute),
    "ss": lambda moment: f"{moment.second:02}",
    "s": lambda moment: str(moment.second),
    "ZZZZZ": lambda moment: _offset(moment, ":"),
    "ZZZZ": lambda moment: _offset(moment, ""),
    "ZZZ": lambda moment: _zulu(moment, "UTC", ""),
    "Z": lambda moment: _zulu(moment, "Z", ":"),
}
_TOKEN = re.compile(r"''|'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|'")


def _formatdate(specification: str, timestamp: str) -> str:
    moment = _parse(timestamp).time
    written = []
    for match in _TOKEN.finditer(specification):
        part = match[0]
        if part == "'":
            raise ConversionError("unterminated literal '")
        if part == "''":
            written.append("'")
        elif part.startswith("'"):
            written.append(part[1:-1].replace("''", "'"))
        elif match[1] is None:
            written.append(part)
        elif part in _FORMATS:
            written.append(_FORMATS[part](moment))
        else:
            raise ConversionError(f'invalid date format verb "{part}"')
    return "".join(written)


_DURATION = re.compile(r"[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)", re.ASCII)
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_NANOSECONDS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_LONGEST = 2**63 - 1


def _nanoseconds(duration: str) -> int:
    """How long a duration is, as https://pkg.go.dev/time#ParseDuration reads it."""
    if len(duration) <= 200 and _DURATION.fullmatch(duration):
        length = sum(int(Decimal(count) * _NANOSECONDS[unit]) for count, unit in _PART.findall(duration))
        negative = duration.startswith("-")
        if length <= _LONGEST + negative:
            return -length if negative else length
    raise ConversionError(f'"{duration}" is not a valid duration, like "1h30m"')


def _timeadd(timestamp: str, duration: str) -> str:
    moment = _parse(timestamp)
    seconds = (moment.nanoseconds + _nanoseconds(duration)) // 1_000_000_000
    try:
        moved = moment.time + timedelta(seconds=seconds)
    except OverflowError:
        raise LimitError("Times outside of the years 1 to 9999 are not computed by srm-lint.") from None
    return f"{moved.year:04}" + moved.strftime("-%m-%dT%H:%M:%S") + _zulu(moved, "Z", ":")


def _timecmp(left: str, right: str) -> int:
    first, second = _parse(left, _LENIENT), _parse(right, _LENIENT)
    return (first > second) - (first < second)


def _plantimestamp(site: Site) -> Unknown:
    return site.unknown("plantimestamp is the time of the plan")


def _timestamp(site: Site) -> Unknown:
    return site.unknown("timestamp is the time of the run")


TABLE: Table = {
    "formatdate": Function((text("format"), text("time")), _formatdate),
    "plantimestamp": Function((), _plantimestamp, sited=True),
    "timeadd": Function((text("timestamp"), text("duration")), _timeadd),
    "timecmp": Function((text("timestamp_a"), text("timestamp_b")), _timecmp),
    "timestamp": Function((), _timestamp, sited=True),
}
