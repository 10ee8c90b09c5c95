"""Functions on timestamps, which are texts in RFC 3339 form.

https://developer.hashicorp.com/terraform/language/functions/formatdate, …/timeadd, …/timecmp, …/timestamp,
…/plantimestamp
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from srm_lint.model.value import Unknown
from srm_lint.read.terraform.conversion import ConversionError
from srm_lint.read.terraform.functions.signature import Function, Site, Table, text

_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _parse(timestamp: str) -> datetime:
    if _TIMESTAMP.fullmatch(timestamp):
        seconds = re.sub(r"(\.\d{6})\d+", r"\1", timestamp.upper())
        try:
            return datetime.fromisoformat(seconds)
        except ValueError:
            pass  # a month 13 is as wrong as a missing zone
    raise ConversionError(f'"{timestamp}" is not a valid RFC3339 timestamp, like "2017-11-22T00:00:00Z"')


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
_TOKEN = re.compile(r"'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|'")


def _formatdate(specification: str, timestamp: str) -> str:
    moment = _parse(timestamp)
    written = []
    for match in _TOKEN.finditer(specification):
        part = match[0]
        if part == "'":
            raise ConversionError("unterminated literal '")
        if part.startswith("'"):
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
_MICROSECONDS = {
    "ns": Decimal("0.001"),
    "us": Decimal(1),
    "µs": Decimal(1),
    "μs": Decimal(1),
    "ms": Decimal(1000),
    "s": Decimal(1_000_000),
    "m": Decimal(60_000_000),
    "h": Decimal(3_600_000_000),
}


def _timeadd(timestamp: str, duration: str) -> str:
    moment = _parse(timestamp)
    if len(duration) > 200 or not _DURATION.fullmatch(duration):
        raise ConversionError(f'"{duration}" is not a valid duration, like "1h30m"')
    microseconds = sum((Decimal(count) * _MICROSECONDS[unit] for count, unit in _PART.findall(duration)), Decimal(0))
    try:
        shift = timedelta(microseconds=int(microseconds))
        moved = moment - shift if duration.startswith("-") else moment + shift
    except OverflowError:
        raise ConversionError("the result is outside of the years 1 to 9999") from None
    return f"{moved.year:04}" + moved.strftime("-%m-%dT%H:%M:%S") + _zulu(moved, "Z", ":")


def _timecmp(left: str, right: str) -> int:
    first, second = _parse(left), _parse(right)
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
