"""Values in; whether a secret is written in them out. No sentence of these verbs ever quotes a value.

`hardcoded` asks about an argument that is a secret (a password): is it a literal? `holds_secret` asks about what should
hold none (user data, environment variables), `spells_out_secret` about any text by its name. What a secret looks like,
only `secret_texts` knows.
"""

from __future__ import annotations

from collections.abc import Iterator

from srm_lint.model.condition import Truth, Verb
from srm_lint.model.value import List, Object, Scalar, Unknown, Value
from srm_lint.policy.predicates import decided, truth
from srm_lint.policy.secret_texts import assigned, could_be_assigned, scanned
from srm_lint.policy.wildcards import GAP

_DYNAMIC_REFERENCE = "{{resolve:"
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html"""

_NOTHING = frozenset(("", "null", "none", "nil"))
"""What is written where there is no secret."""


def _hardcoded(value: Value, wanted: object) -> Truth:
    answer = _is_literal(value)
    return answer if wanted is True else answer.mirrored()


def _is_literal(value: Value) -> Truth:
    """Whether a secret is spelt out. An empty text is none, nor is "null"; "changeme" is: it is what is deployed.

    What comes from a resource, a data source or from whoever deploys (a variable or parameter without a value) is not
    written in the configuration. An unknown that refers to nothing may be anything.
    """
    if isinstance(value, Scalar):
        if value.data is None or isinstance(value.data, bool):
            return Truth.FALSE
        text = str(value.data)
        return truth(text.lower() not in _NOTHING and not text.startswith(_DYNAMIC_REFERENCE))
    if isinstance(value, Unknown):
        elsewhere = bool(value.references) or _DYNAMIC_REFERENCE in "".join(filter(None, value.pieces))
        return Truth.FALSE if elsewhere else Truth.UNKNOWN
    return Truth.FALSE


def _holds_secret(value: Value, wanted: object) -> Truth:
    answer = _holds(value, "")
    return answer if wanted is True else answer.mirrored()


def _is_spelt_out(value: Value, wanted: object) -> Truth:
    answer = _spelt_out(value) if isinstance(value, Object) else Truth.FALSE
    return answer if wanted is True else answer.mirrored()


def _spelt_out(text: Object) -> Truth:
    """Whether a text, `{name, value}`, is a secret or holds one, whatever argument it stands in.

    What is not known of it comes from elsewhere, so it is not written here: only a choice leaves the answer open.
    """
    called = text.get("name")
    name = str(called.data) if isinstance(called, Scalar) else ""

    def one(value: Value) -> Truth:
        return truth(_holds(value, name) is Truth.TRUE)

    return decided(text.get("value"), one)


def _holds(value: Value, name: str) -> Truth:
    """Whether `value`, called `name` (empty where nobody named it), holds a secret anywhere."""
    if isinstance(value, Object | List):
        return max((_holds_inside(inner, inner_name) for inner_name, inner in _inner(value, name)), default=Truth.FALSE)
    if isinstance(value, Scalar):
        return _text_holds(str(value.data), name) if isinstance(value.data, str) else Truth.FALSE
    if not isinstance(value, Unknown):
        return Truth.FALSE
    if value.encodes is not None:
        return _holds_inside(value.encodes, name)
    if any(value.pieces):
        return _text_holds("".join(GAP if piece is None else piece for piece in value.pieces), name)
    # A value from elsewhere is a secret only if its name says so; of a whole text or map nothing is known.
    return truth(False) if name and not could_be_assigned(name) else Truth.UNKNOWN  # noqa: FBT003 - a conversion


def _holds_inside(value: Value, name: str) -> Truth:
    return decided(value, lambda one: _holds(one, name))


def _inner(value: Object | List, name: str) -> Iterator[tuple[str, Value]]:
    """The members by their names, the items by the name of their list; `{name: …, value: …}` is one named value."""
    if isinstance(value, List):
        yield from ((name, item) for item in value.items)
        return
    members = {key.lower(): member for key, member in value.members.items()}
    called = members.get("name")
    if set(members) == {"name", "value"} and isinstance(called, Scalar):
        yield str(called.data), members["value"]
    else:
        yield from value.members.items()


def _text_holds(text: str, name: str) -> Truth:
    return max(assigned(name, text) if name else Truth.FALSE, scanned(text))


VERBS: tuple[Verb, ...] = (
    Verb(
        "hardcoded",
        _hardcoded,
        "{name} is a literal in the configuration",
        takes=bool,
        denies="{name} is not a literal in the configuration",
    ),
    Verb(
        "spells_out_secret", _is_spelt_out, "a secret is written here", takes=bool, denies="no secret is written here"
    ),
    Verb("holds_secret", _holds_secret, "{name} holds a secret", takes=bool, denies="{name} holds no secret"),
)
"""Questions about secrets."""

NAMES = frozenset(verb.name for verb in VERBS)
"""The verbs that find secrets."""
