"""A template in, what it has more of than CloudFormation takes out; it is judged nonetheless.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

from __future__ import annotations

from collections.abc import Iterator

from srm_lint.model.source import Problem, Source
from srm_lint.read.cloudformation.syntax import Mapping

MAX_BYTES = 1024 * 1024
MAX_MEMBERS = {"Parameters": 200, "Mappings": 200, "Resources": 500, "Outputs": 200}
_SPLIT = "so split it, into nested stacks for example"


def exceeded(source: Source, root: Mapping) -> Iterator[Problem]:
    """The limits that a template exceeds, whose tree with all loops written out is `root`."""
    size = len(source.text.encode("utf-8", "surrogatepass")) if len(source.text) > MAX_BYTES // 4 else 0
    if size > MAX_BYTES:
        message = f"this template has {size:,} bytes, but CloudFormation takes at most 1 MB, {_SPLIT}"
        yield Problem("limit", message, source.start())
    for name, most in MAX_MEMBERS.items():
        section = root.members.get(name)
        count = sum(key != "Fn::Transform" for key in section.members) if isinstance(section, Mapping) else 0
        if count > most:
            message = f"this template has {count:,} {name.lower()}, but CloudFormation takes at most {most}, {_SPLIT}"
            yield Problem("limit", message, root.keys.get(name, root.span.start()))
