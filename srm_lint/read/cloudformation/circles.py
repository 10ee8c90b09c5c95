"""What each resource rests on in, the circles among them out: CloudFormation could make none of theirs first.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html#troubleshooting-errors-dependency-error
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from srm_lint.model.source import Span

Leads = Mapping[str, Mapping[str, Span]]
"""For each resource, the others that it refers to, and where."""


def circles(leads: Leads) -> Iterator[list[str]]:
    """The circles, each from its first resource on; of those that share a resource, one."""
    done: set[str] = set()
    told: set[str] = set()
    for start in leads:
        if start in done:
            continue
        places = {start: 0}
        path = [start]
        waiting = [iter(leads[start])]
        while waiting:
            name = next(waiting[-1], None)
            if name is None:
                waiting.pop()
                left = path.pop()
                del places[left]
                done.add(left)
            elif name in places:
                if told.isdisjoint((name, path[-1])) and told.isdisjoint(circle := path[places[name] :]):
                    told.update(circle)
                    yield circle
            elif name in leads and name not in done:
                places[name] = len(path)
                path.append(name)
                waiting.append(iter(leads[name]))
