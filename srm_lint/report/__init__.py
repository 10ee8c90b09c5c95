"""A `Scan` in, the text of one format out. Only this module knows which formats there are, and imports them late."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from msgspec import Struct

from srm_lint.model.finding import Scan

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "text": "srm_lint.report.text",
        "json": "srm_lint.report.json",
        "sarif": "srm_lint.report.sarif",
    }
)
"""What users can ask for, and the module that has its `render(scan, options)`."""


class Options(Struct, frozen=True):
    """How to report: `width` in columns, `show` a subset of unknown, passed and ignored, `version` of srm-lint, and the
    frameworks whose `controls` are told one by one.
    """

    color: bool = False
    width: int = 100
    show: frozenset[str] = frozenset()
    version: str = ""
    controls: tuple[str, ...] = ()


def render(scan: Scan, format: str, options: Options) -> str:  # noqa: A002 - the word of the command line
    """Write `scan` in `format`, one of `FORMATS`; the text ends with a line end, and can be encoded as UTF-8.

    Raises `ValueError` where there is no such format.
    """
    module = FORMATS.get(format)
    if module is None:
        raise ValueError(f"there is no format {format!r}: expected one of {', '.join(FORMATS)}")
    text: str = import_module(module).render(scan, options)
    return text
