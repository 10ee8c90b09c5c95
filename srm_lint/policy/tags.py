"""Tags in, whether those that are demanded are among them out; and what a configuration demands, as a condition."""

from __future__ import annotations

from srm_lint.config import RequiredTags
from srm_lint.model.condition import All, Condition, Path, Test, Truth, Verb
from srm_lint.model.value import Absent, Object, Partly, Scalar, Unknown, Value
from srm_lint.policy.predicates import truth, verbs

REQUIRED = "required_tags"
"""The setting that says which tags are demanded."""


def demanded(path: Path, required: RequiredTags) -> Condition:
    """That the tags at `path` hold all that are required, and those with listed values one of these."""
    tests = [Test(path, verbs()["carries"], list(required.tags))]
    for name, allowed in required.tags.items():
        if allowed:
            tests.append(Test(Path(f"{path.text}['{name}']", (*path.steps, name)), verbs()["in"], list(allowed)))
    return All(tuple(tests))


def _is_carried(tags: Value, name: str) -> Truth:
    """A tag that is written counts, whatever its value turns out to be; one that is written empty does not."""
    if isinstance(tags, Object | Partly) and (value := tags.members.get(name)) is not None:
        return truth(not isinstance(value, Absent) and not (isinstance(value, Scalar) and value.data in ("", None)))
    return Truth.UNKNOWN if isinstance(tags, Unknown) else Truth.FALSE


def _carries(tags: Value, wanted: object) -> Truth:
    names = wanted if isinstance(wanted, list) else []
    return min((_is_carried(tags, str(name)) for name in names), default=Truth.TRUE)


def _told(name: str, tags: Value, wanted: object) -> str:
    names = wanted if isinstance(wanted, list) else []
    lacking = [str(one) for one in names if _is_carried(tags, str(one)) is Truth.FALSE]
    return f"{name} lack {', '.join(lacking)}" if lacking else f"{name} hold {', '.join(map(str, names))}"


VERBS = (Verb("carries", _carries, _told, takes=list),)
"""Questions about tags."""
