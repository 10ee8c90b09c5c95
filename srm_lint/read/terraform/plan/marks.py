"""Values with the marks that go along with them in; whether a part is marked, and what is sensitive, out.

Only this module knows their form: `true` marks a whole value, an object or list the parts of one.
https://developer.hashicorp.com/terraform/internals/json-format#change-representation
"""

from __future__ import annotations

from collections.abc import Iterator

from srm_lint.read.terraform.plan.document import Json

MIN_SECRET = 4
"""Shorter texts are met by chance."""


def part(marks: Json, name: str | int) -> Json:
    """The marks of a part: those of a whole are those of its parts."""
    if isinstance(marks, dict) and isinstance(name, str):
        return marks.get(name)
    if isinstance(marks, list) and isinstance(name, int):
        return marks[name] if name < len(marks) else None
    return marks is True


def marked(marks: Json) -> bool:
    """Whether anything is marked."""
    waiting = [marks]
    while waiting:
        one = waiting.pop()
        if one is True:
            return True
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return False


def secrets(value: Json, marks: Json) -> Iterator[str]:
    """The texts of `value` that are marked. Providers repeat them where nothing marks them."""
    waiting = [(value, marks)]
    while waiting:
        one, mark = waiting.pop()
        if isinstance(one, str):
            if mark is True and len(one) >= MIN_SECRET:
                yield one
        elif mark is None or mark is False:
            continue
        elif isinstance(one, dict):
            waiting.extend((inner, part(mark, name)) for name, inner in one.items())
        elif isinstance(one, list):
            waiting.extend((inner, part(mark, position)) for position, inner in enumerate(one))
