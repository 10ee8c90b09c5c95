"""A resource that SAM made in, what of the template it was made of out: the resource, and the line to look at.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
"""

from __future__ import annotations

from typing import NamedTuple

from srm_lint.model.source import Span
from srm_lint.read.cloudformation.serverless_input import PREFIX, is_serverless, written
from srm_lint.read.cloudformation.syntax import Mapping, Node, Text

LAYER = PREFIX + "LayerVersion"
"""It is itself under another name, which changes with its properties."""
_ASKED_BY = {
    "Role": ("Policies",),
    "Url": ("FunctionUrlConfig", "AuthType"),
    "URL": ("FunctionUrlConfig", "AuthType"),
    "Alias": ("AutoPublishAlias",),
    "Version": ("AutoPublishAlias",),
    "EventInvokeConfig": ("EventInvokeConfig",),
    "DeploymentGroup": ("DeploymentPreference",),
}
"""What a resource's name goes on with after that of its function, and the property, or its member, that asks for it."""
_IMPLICIT = {"ServerlessRestApi": ("Api", "RestApiId"), "ServerlessHttpApi": ("HttpApi", "ApiId")}
"""What events without an API of their own share: the type of such events, and what names an API in them."""
_SHARED_BY_DEPLOYMENTS = ("ServerlessDeploymentApplication", "CodeDeployServiceRole")


class Made(NamedTuple):
    """What a resource was made of: the resource of the template by its name and type, the line that asked for it, and
    the properties that it shares with what stands there.
    """

    name: str
    kind: str
    at: Span
    shared: Node | None


class Places:
    """What the resources of one template, of which some are SAM's, are made into."""

    def __init__(self, section: Mapping) -> None:
        self._section = section
        self._of_sam = [name for name, node in section.members.items() if is_serverless(node)]

    def of(self, name: str, owner: str) -> Made:
        """What the resource `name` was made of; `owner` is what the translator says, if anything."""
        if not owner:
            for prefix, (kind, api) in _IMPLICIT.items():
                if name.startswith(prefix):
                    return self._implicit(kind, api)
            if name in _SHARED_BY_DEPLOYMENTS:
                return self._deployed()
            owner = max((one for one in self._of_sam if name.startswith(one)), key=len, default=self._of_sam[0])
        return self._of(owner, name.removeprefix(owner))

    def _made(self, owner: str, at: Span, shared: Node | None = None) -> Made:
        kind = written(self._section.members[owner], "Type")
        return Made(owner, kind.text if isinstance(kind, Text) else PREFIX, at, shared)

    def _of(self, owner: str, rest: str) -> Made:
        properties = written(self._section.members[owner], "Properties")
        events = written(properties, "Events")
        if isinstance(events, Mapping):
            event = max((one for one in events.keys if rest.startswith(one)), key=len, default="")
            if event:
                return self._made(owner, events.keys[event], written(events.members[event], "Properties"))
        begun = max((one for one in _ASKED_BY if rest.startswith(one)), key=len, default="")
        chain = _ASKED_BY.get(begun, ())
        made = self._made(owner, _deepest(properties, chain, self._section.keys[owner]))
        if chain[:1] == ("FunctionUrlConfig",):
            return made._replace(shared=written(properties, chain[0]))
        return made._replace(shared=properties) if made.kind == LAYER else made

    def _implicit(self, kind: str, api: str) -> Made:
        for owner in self._of_sam:
            events = written(self._section.members[owner], "Properties", "Events")
            for name, event in events.members.items() if isinstance(events, Mapping) else ():
                if _is(event, kind) and written(event, "Properties", api) is None and isinstance(events, Mapping):
                    return self._made(owner, events.keys[name])
        return self._first()

    def _deployed(self) -> Made:
        for owner in self._of_sam:
            properties = written(self._section.members[owner], "Properties")
            if isinstance(properties, Mapping) and "DeploymentPreference" in properties.keys:
                return self._made(owner, properties.keys["DeploymentPreference"])
        return self._first()

    def _first(self) -> Made:
        return self._made(self._of_sam[0], self._section.keys[self._of_sam[0]])


def _deepest(node: Node | None, names: tuple[str, ...], at: Span) -> Span:
    """Where the last of a chain of members stands that is written."""
    for name in names:
        if not isinstance(node, Mapping) or name not in node.keys:
            break
        at = node.keys[name]
        node = node.members[name]
    return at


def _is(event: Node, kind: str) -> bool:
    written_kind = written(event, "Type")
    return isinstance(written_kind, Text) and written_kind.text == kind
