"""OpenAPI documents in any form they are written in; an object with `operations`, spans kept, out.

Only this module knows how API Gateway reads OpenAPI: which authorization an operation has, and what is behind it.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
A REST API does not take the `security` that stands at the root for its operations; of other APIs that is not told:
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from srm_lint.model.source import Source, Span
from srm_lint.model.value import Absent, List, Object, Origin, Scalar, Unknown, Value
from srm_lint.normalize.documents import document
from srm_lint.normalize.jsontext import NotJson, read_json
from srm_lint.normalize.yamltext import NotYaml, read_yaml

_VERBS = {
    **{verb: verb.upper() for verb in ("get", "put", "post", "delete", "patch", "head", "options")},
    "x-amazon-apigateway-any-method": "ANY",
}
_AUTHORIZER_TYPES = {"awsSigv4": "AWS_IAM", "cognito_user_pools": "COGNITO_USER_POOLS", "jwt": "JWT"}
"""What `x-amazon-apigateway-authtype` and the type of an authorizer say; all else is a function of the author's."""

OPEN, KEY = "NONE", "API_KEY"


def openapi(value: Value, sources: Mapping[str, Source]) -> Value:
    """`value` (JSON or YAML text, known or with gaps; what `jsonencode` made; an object) as `{operations: […]}`,
    with the `policy` of the API, a document, where it is written there.

    An operation has `path`, `verb`, `authorization`, `inherited`, `backend` and `connection`. What cannot be read as an
    OpenAPI document is an `Unknown` that says why.
    """
    if isinstance(value, Scalar | Unknown) and value.encodes is not None:
        return openapi(value.encodes.inside(value), sources)
    if isinstance(value, Object):
        return _description(value, sources)
    if isinstance(value, Scalar) and isinstance(value.data, str):
        return _parsed((value.data,), value, sources)
    if isinstance(value, Unknown):
        if value.candidates:
            return replace(value, candidates=tuple(openapi(one, sources) for one in value.candidates), pieces=())
        return _parsed(value.pieces, value, sources) if any(value.pieces) else value
    if isinstance(value, Absent):
        return value
    return Unknown(span=value.span, trace=value.trace, reason="an OpenAPI document was expected here")


def _parsed(pieces: tuple[str | None, ...], value: Value, sources: Mapping[str, Source]) -> Value:
    try:
        read = read_json(pieces, value, sources)
    except NotJson:
        try:
            read = read_yaml(pieces, value, sources)
        except NotYaml as error:
            return _unread(value, f"the OpenAPI document is neither JSON nor YAML: {error}")
    return _description(read, sources) if isinstance(read, Object) else _unread(value, "it is no OpenAPI document")


def _unread(value: Value, reason: str) -> Unknown:
    return Unknown(span=value.span, trace=value.trace, sensitive=value.sensitive, reason=reason)


def _description(body: Object, sources: Mapping[str, Source]) -> Value:
    paths = body.get("paths")
    operations: Value
    if isinstance(paths, Object):
        operations = List(span=paths.span, trace=paths.trace, items=tuple(_operations(body, paths)))
    elif not isinstance(paths, Absent):
        operations = paths if isinstance(paths, Unknown) else _unread(paths, "an object was expected here")
    elif "Bucket" in body.members:
        operations = _unread(body, "the OpenAPI document lies in a bucket")
    elif "Fn::Transform" in body.members:
        # What CloudFormation puts in while it deploys.
        operations = _unread(body.get("Fn::Transform"), "it is put in by a transform when the stack is deployed")
    else:
        operations = List(span=body.span, trace=body.trace, items=())
    members = {"operations": operations, "policy": document(body.get("x-amazon-apigateway-policy"), sources)}
    return Object(span=body.span, origin=body.origin, trace=body.trace, members=members)


def _operations(body: Object, paths: Object) -> Iterator[Value]:
    asking = _Asking(body)
    for path in paths.members:
        item = paths.get(path)
        if isinstance(item, Unknown):
            yield item
        elif isinstance(item, Object):
            if "$ref" in item.members:
                yield _unread(item.get("$ref"), "its operations are described elsewhere")
            for verb, neutral in _VERBS.items():
                if verb in item.members:
                    written = item.get(verb)
                    span = item.keys.get(verb, written.span)
                    yield _operation(asking, written, Scalar(span=span, data=path), Scalar(span=span, data=neutral))


def _operation(asking: _Asking, written: Value, path: Scalar, verb: Scalar) -> Value:
    if not isinstance(written, Object):
        return written if isinstance(written, Unknown) else _unread(written, "an operation was expected here")
    integration = written.get("x-amazon-apigateway-integration")
    backend = integration if isinstance(integration, Object) else Object(span=written.span, members={})
    members: dict[str, Value] = {
        "path": path,
        "verb": verb,
        "authorization": asking.authorization(written, verb.span),
        "backend": integration if isinstance(integration, Unknown) else backend.get("uri"),
        "inherited": _inherited(asking.body, written),
        "connection": integration if isinstance(integration, Unknown) else backend.get("connectionType"),
    }
    return Object(span=verb.span, origin=written.origin, trace=written.trace, members=members)


class _Asking:
    """What one document asks of callers. Many operations may share a list of schemes, which is looked up once."""

    def __init__(self, body: Object) -> None:
        self.body = body
        self._said: dict[int, Value] = {}
        components = body.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, Object) else components
        self._schemes = body.get("securityDefinitions") if isinstance(schemes, Absent) else schemes

    def authorization(self, operation: Object, header: Span) -> Value:
        """How callers of an operation are told apart: a word as methods and routes have it, `API_KEY`, or `NONE`."""
        told = _told(operation.get("x-amazon-apigateway-auth"))
        if told is not None:
            return told
        security = operation.get("security")
        if isinstance(security, Absent):
            return Scalar(span=header, origin=Origin.DEFAULT, trace=operation.trace, data=OPEN)
        if not isinstance(security, List):
            return security if isinstance(security, Unknown) else _unread(security, "a list was expected here")
        written = operation.members["security"]
        if id(written) not in self._said:
            self._said[id(written)] = self._strongest(security)
        return self._said[id(written)]

    def _strongest(self, security: List) -> Value:
        asked = [one for item in security.items for one in self._asked(item.inside(security))]
        unknown = [one for one in asked if isinstance(one, Unknown)]
        known = {one.data: one for one in asked if isinstance(one, Scalar)}
        for word in (*(word for word in known if word not in (KEY, OPEN)), *unknown, KEY, OPEN):
            if isinstance(word, Unknown):
                return word
            if word in known:
                return known[word]
        return Scalar(span=security.span, origin=security.origin, trace=security.trace, data=OPEN)

    def _asked(self, requirement: Value) -> Iterator[Value]:
        """The word for each scheme that a requirement names."""
        if isinstance(requirement, Unknown):
            yield requirement
        elif isinstance(requirement, Object):
            for name in requirement.members:
                span = requirement.keys.get(name, requirement.span)
                yield _scheme(name, self._schemes, Scalar(span=span, trace=requirement.trace, data=name))


def _inherited(body: Object, operation: Object) -> Value:
    """Whether the operation has the security of the root: unknown where that is all there is."""
    security = body.get("security")
    if isinstance(security, Absent) or "security" in operation.members:
        return Absent(span=operation.span, trace=operation.trace)
    reason = "whether API Gateway takes the security at the root for this operation is not documented"
    return Unknown(span=security.span, trace=security.trace, reason=reason)


def _told(written: Value) -> Value | None:
    """What `x-amazon-apigateway-auth` says, which API Gateway writes itself when it exports an API."""
    kind = written.get("type") if isinstance(written, Object) else written
    if isinstance(kind, Absent):
        return None
    if isinstance(kind, Scalar) and isinstance(kind.data, str):
        # NONE says nothing against authorizers that stand beside it.
        return None if kind.data.upper() == OPEN else replace(kind, data=kind.data.upper())
    return kind


def _scheme(name: str, schemes: Value, here: Scalar) -> Value:
    found = schemes.get(name) if isinstance(schemes, Object) else schemes
    if isinstance(found, Unknown):
        return found
    if not isinstance(found, Object):
        # SAM's word for no authorizer, and its name for keys.
        words = {"NONE": OPEN, "api_key": KEY}
        if name in words:
            return replace(here, data=words[name])
        return Unknown(span=here.span, trace=here.trace, reason=f'no security scheme called "{name}" is described')
    authorizer = found.get("x-amazon-apigateway-authorizer")
    kind = found.get("x-amazon-apigateway-authtype")
    if isinstance(kind, Absent) and isinstance(authorizer, Object):
        kind = authorizer.get("type")
    if isinstance(kind, Scalar):
        return replace(here, data=_AUTHORIZER_TYPES.get(str(kind.data), "CUSTOM"))
    if isinstance(kind, Unknown) or not isinstance(authorizer, Absent):
        return replace(here, data="CUSTOM")
    family = found.get("type")
    if isinstance(family, Scalar) and family.data == "apiKey":
        return replace(here, data=KEY)
    reason = f'the security scheme "{name}" has no authorizer, without which API Gateway checks nobody'
    return Unknown(span=here.span, trace=here.trace, reason=reason)
