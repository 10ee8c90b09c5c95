"""The map's YAML in, `Kind` objects out; a file is read when one of its types or kinds is met.

Only this module knows how the map is written (docs/architecture.md, "The map of kinds").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path as FilePath
from typing import TypeVar

from msgspec.structs import replace

from srm_lint.marked import Marked, did_you_mean, optional, parse
from srm_lint.model.resource import Language
from srm_lint.model.source import shown_path
from srm_lint.model.value import Plain
from srm_lint.schema.kinds import (
    Attribute,
    Inverse,
    Kind,
    Linked,
    Members,
    NativePath,
    Part,
    Place,
    Shape,
    Versioned,
    Via,
)

T = TypeVar("T")

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]|(\.)")
_TYPE = re.compile(r"\bAWS::\w+::\w+")
_LANGUAGES = tuple(language.value for language in Language)
_MEMBER_KEYS = ("attributes", "parts", "links")


class Schema:
    """The map below `folder`, one YAML file per service, each loaded once and only when needed."""

    def __init__(self, folder: FilePath | None = None) -> None:
        self._texts = {
            path.stem: (shown_path(path), path.read_text("utf-8"))
            for path in sorted((folder or FilePath(__file__).parent / "aws").glob("*.yaml"))
        }
        self._services: dict[str, dict[str, Kind]] = {}
        self._mentions: dict[str, list[str]] = {}

    def kinds_for(self, types: Iterable[str]) -> list[Kind]:
        """The kinds of every service whose file mentions one of the native `types`, in any role."""
        services = {service for type_ in set(types) for service in self._mentioning(type_)}
        return [kind for service in self._texts if service in services for kind in self.service(service).values()]

    def _mentioning(self, type_: str) -> list[str]:
        """The services whose file mentions a native type."""
        if type_ not in self._mentions:
            self._mentions[type_] = [service for service, (_, text) in self._texts.items() if type_ in text]
        return self._mentions[type_]

    def mentioned(self) -> list[str]:
        """The CloudFormation types that any file of the map mentions."""
        return sorted({name for _, text in self._texts.values() for name in _TYPE.findall(text)})

    def kind(self, name: str) -> Kind | None:
        """The kind called `name`, or None."""
        return self.service(name.partition(".")[0]).get(name)

    def service(self, service: str) -> dict[str, Kind]:
        """The kinds of one service by name; none if the map does not know the service."""
        if service not in self._texts:
            return {}
        if service not in self._services:
            source, text = self._texts[service]
            kinds = parse(text, source).mapping()
            self._services[service] = {name: _kind(name, service, body) for name, body in kinds.items()}
        return self._services[service]

    def every(self) -> dict[str, Kind]:
        """All kinds of all services by name."""
        return {name: kind for service in self._texts for name, kind in self.service(service).items()}

    def names(self) -> list[str]:
        """The names of all kinds."""
        return list(self.every())


def _kind(name: str, service: str, body: Marked) -> Kind:
    if not name.startswith(f"{service}.") or name.count(".") != 1:
        raise body.error(f'the kind "{name}" must be called {service}.<noun>, after its file')
    members = body.mapping((*_LANGUAGES, *_MEMBER_KEYS, "source"))
    types = _by_language(members, lambda value: tuple(one.text() for one in value.one_or_many()))
    source = optional(members, "source", Marked.text)
    return Kind(name, types, _members(members, source))


def _by_language(members: Mapping[str, Marked], take: Callable[[Marked], T]) -> dict[Language, T]:
    return {language: take(members[language.value]) for language in Language if language.value in members}


def _members(members: Mapping[str, Marked], source: str | None) -> Members:
    def each(key: str, make: Callable[[str, Marked], T]) -> dict[str, T]:
        found = members.get(key)
        return {name: make(name, body) for name, body in found.mapping().items()} if found else {}

    made = Members(
        each("attributes", lambda name, body: _attribute(name, body, source)),
        each("parts", lambda name, body: _part(name, body, source)),
        each("links", _linked),
    )
    for key in ("parts", "links"):
        for name, body in members[key].mapping().items() if key in members else ():
            if name in made.attributes or (key == "links" and name in made.parts):
                raise body.error(f'"{name}" is the name of two members')
    return made


def _attribute(name: str, body: Marked, source: str | None) -> Attribute:
    members = body.mapping((*_LANGUAGES, "as", "words", "default", "missing", "secret", "source"))
    source = optional(members, "source", Marked.text) or source
    defaults = _per_language(members.get("default"), _default)
    if defaults and source is None:
        raise body.error(f'the default of "{name}" needs a source: a page of the provider that documents it')
    return Attribute(
        name=name,
        paths=_by_language(members, _paths),
        shape=optional(members, "as", lambda value: value.word(Shape)),
        words={key: value.text() for key, value in members["words"].mapping().items()} if "words" in members else {},
        defaults=defaults,
        missing=_per_language(members.get("missing"), _unknown),
        secret=optional(members, "secret", Marked.flag) or False,
        source=source,
    )


def _per_language(value: Marked | None, take: Callable[[Marked], T]) -> dict[Language, T]:
    """`take` of a value that is the same for both languages, or differs: `{terraform: …, cloudformation: …}`."""
    if value is None:
        return {}
    if value.is_mapping and set(value.mapping()) <= set(_LANGUAGES):
        return _by_language(value.mapping(_LANGUAGES), take)
    return dict.fromkeys(Language, take(value))


def _default(value: Marked) -> Plain | Versioned:
    """A scalar, or `{provider: aws, since: "6.0", then: …, before: …}`, where `before` may be `{unknown: "why"}`."""
    if not value.is_mapping:
        return _scalar(value)
    names = ("provider", "since", "then", "before")
    members = value.mapping(names, required=names)
    since = members["since"].text()
    if not re.fullmatch(r"\d+(\.\d+)*", since):
        raise members["since"].error("expected a version such as 6.0")
    before = members["before"]
    unknown = _unknown(before) if before.is_mapping else None
    then = _scalar(members["then"])
    return Versioned(members["provider"].text(), since, then, _scalar(before) if unknown is None else None, unknown)


def _scalar(value: Marked) -> Plain:
    data = value.plain()
    if not isinstance(data, str | bool | int):
        raise value.error("expected a string, a boolean or a whole number")
    return data


def _unknown(value: Marked) -> str:
    return value.mapping(("unknown",), required=("unknown",))["unknown"].text()


def _part(name: str, body: Marked, source: str | None) -> Part:
    members = body.mapping((*_LANGUAGES, *_MEMBER_KEYS, "many", "missing", "source"))
    source = optional(members, "source", Marked.text) or source
    missing = members.get("missing")
    is_defaults = missing is not None and not missing.is_mapping
    if missing is not None and is_defaults and missing.text() != "defaults":
        raise missing.error('expected "defaults" or {unknown: "why"}')
    made = _members(members, source)
    return Part(
        name=name,
        places={
            language: tuple(_place(one, made, language) for one in members[language.value].one_or_many())
            for language in Language
            if language.value in members
        },
        many=optional(members, "many", Marked.flag) or False,
        missing=None if missing is None or is_defaults else _unknown(missing),
        missing_is_defaults=is_defaults,
        members=made,
    )


def _place(value: Marked, members: Members, language: Language) -> Place:
    keys = value.mapping(("type", "owner", "path", "when", "names", "as"))
    if ("type" in keys) != ("owner" in keys):
        raise value.error('"type" and "owner" belong together: the resource, and its argument that names the owner')
    if "path" not in keys and "type" not in keys:
        raise value.error('a place needs a "path" in the owner, or a "type" and its "owner" argument')
    names = keys["names"].mapping() if "names" in keys else {}
    for name, body in names.items():
        if name not in members.names():
            raise body.error(f'the part has no "{name}"{did_you_mean(name, members.names())}')
    if "as" in keys and keys["as"].text() != "json":
        raise keys["as"].error('a place can only be read "as: json"')
    place = Place(
        type=optional(keys, "type", Marked.text),
        owner=optional(keys, "owner", _path) or (),
        path=optional(keys, "path", _path) or (),
        when=_when(keys),
        names={name: _paths(body) for name, body in names.items()},
    )
    return replace(place, json=_spellings(place, members, language)) if "as" in keys else place


def _spellings(place: Place, members: Members, language: Language) -> dict[str, str]:
    """Every name that the map asks of what stands at `place`, by its small letters."""
    paths = [place.path, *((name,) for name in place.when), *(path for each in place.names.values() for path in each)]
    return {str(step).lower(): str(step) for path in (*paths, *_asked(members, language)) for step in path}


def _asked(members: Members, language: Language) -> Iterator[NativePath]:
    for attribute in members.attributes.values():
        yield from attribute.paths.get(language, ())
    for link in members.links.values():
        yield from link.paths.get(language, ())
    for part in members.parts.values():
        for place in part.places.get(language, ()):
            yield place.path
        yield from _asked(part.members, language)


def _linked(name: str, body: Marked) -> Linked:
    members = body.mapping(("to", "many", "inverse_of", *_LANGUAGES), required=("to",))
    inverse = None
    if "inverse_of" in members:
        service, noun, *steps = members["inverse_of"].text().split(".")
        inverse = Inverse(f"{service}.{noun}", tuple(steps))
    ways = _by_language(members, lambda value: value.one_or_many())
    return Linked(
        name=name,
        to=members["to"].text(),
        many=optional(members, "many", Marked.flag) or inverse is not None,
        paths={language: tuple(_path(way) for way in found if not way.is_mapping) for language, found in ways.items()},
        vias={language: tuple(_via(way) for way in found if way.is_mapping) for language, found in ways.items()},
        inverse=inverse,
    )


def _via(value: Marked) -> Via:
    keys = value.mapping(("via", "near", "far", "when"), required=("via", "near", "far"))
    return Via(keys["via"].text(), _path(keys["near"]), _path(keys["far"]), _when(keys))


def _when(keys: Mapping[str, Marked]) -> dict[str, Plain]:
    return {name: _scalar(one) for name, one in keys["when"].mapping().items()} if "when" in keys else {}


def _paths(value: Marked) -> tuple[NativePath, ...]:
    return tuple(_path(one) for one in value.one_or_many())


def _path(value: Marked) -> NativePath:
    text = value.text()
    steps: list[str | int] = []
    at = 0
    for match in _STEP.finditer(text):
        if match.start() != at:
            break
        at = match.end()
        name, position, _ = match.groups()
        if name is not None or position is not None:
            steps.append(name if position is None else int(position))
    if at != len(text) or not steps:
        raise value.error(f'"{text}" is not a native path: names joined by dots, with [0] where needed')
    return tuple(steps)
