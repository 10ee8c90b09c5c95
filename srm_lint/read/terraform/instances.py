"""`count` and `for_each` of a block in, its instances out: which there are, and what each and count name in them.

See https://developer.hashicorp.com/terraform/language/meta-arguments/count and …/for_each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from srm_lint.model.source import Span
from srm_lint.model.value import MAX_CANDIDATES, List, Object, Scalar, Unknown, Value, either
from srm_lint.read.terraform.conversion import ConversionError, is_null, to_number, to_text
from srm_lint.read.terraform.expressions import Conditional, Literal
from srm_lint.read.terraform.session import Session
from srm_lint.read.terraform.syntax import Attribute, Block
from srm_lint.read.terraform.world import Each, Scope, Uncounted

Settle = Callable[[Attribute, Scope], Value]


class Place(Struct, frozen=True):
    """One instance: what follows the plain address (`[0]`, `["k"]`), its scope, and whether it exists."""

    suffix: str
    key: str | int | None
    scope: Scope
    exists: Value


class Places(Struct, frozen=True):
    """All instances of a block. `many` is the meta-argument that made them; `doubt` is set where their number is not
    known.
    """

    places: tuple[Place, ...]
    many: str | None
    span: Span
    doubt: Unknown | None = None

    def value(self, each: Callable[[Place], Value]) -> Value:
        """What the block's plain address is worth, made of what `each` instance is."""
        if self.doubt is not None:
            one = each(self.places[0])
            return Uncounted(span=self.span, one=one, plain=_plain(one, self.doubt, counted=self.many == "count"))
        if self.many in (None, "enabled"):
            return each(self.places[0]) if self.places else Scalar(span=self.span, data=None)
        if self.many == "count":
            return List(span=self.span, items=tuple([each(place) for place in self.places]))
        return Object(span=self.span, members={str(place.key): each(place) for place in self.places})


def _plain(one: Value, doubt: Unknown, *, counted: bool) -> Unknown:
    """All instances as a value: where there is none or one, that is a choice of two lists."""
    counts = [candidate.data for candidate in doubt.candidates if isinstance(candidate, Scalar)]
    if not counted or not counts or len(counts) != len(doubt.candidates) or not set(counts) <= {0, 1}:
        return replace(doubt, candidates=())
    lists = [List(span=doubt.span, items=(one,) * int(count or 0)) for count in dict.fromkeys(counts)]
    choice = either(lists, span=doubt.span, reason=doubt.reason, references=doubt.references)
    return choice if isinstance(choice, Unknown) else doubt


def places_of(block: Block, scope: Scope, session: Session, settle: Settle, references: Sequence[str] = ()) -> Places:
    """The instances of a resource, data source or module call. `references` is the plain address, for what is not
    known of them.
    """
    count = block.attributes.get("count")
    each = block.attributes.get("for_each")
    if count is not None and each is not None and scope.certain:
        message = 'Invalid combination of "count" and "for_each": only one of them may be used.'
        session.problem("syntax", message, each.name_span)
    if count is not None:
        return _counted(block, count, scope, session, settle, references)
    if each is not None:
        return _each(block, each, scope, session, settle, references)
    enabled = _enabled(block)
    if enabled is not None:
        return _switched(block, enabled, scope, settle)
    return Places((Place("", None, scope, _exists(block)),), None, block.header)


def _enabled(block: Block) -> Attribute | None:
    """OpenTofu's switch of a block, https://opentofu.org/docs/language/meta-arguments/enabled/."""
    lifecycles = (nested for nested in block.blocks if nested.keyword == "lifecycle")
    return next((each.attributes["enabled"] for each in lifecycles if "enabled" in each.attributes), None)


def _switched(block: Block, enabled: Attribute, scope: Scope, settle: Settle) -> Places:
    """The block itself, unless it is switched off."""
    value = settle(enabled, scope)
    if isinstance(value, Scalar) and value.data is False:
        return Places((), "enabled", block.header)
    exists: Value = _exists(block)
    if isinstance(value, Unknown):
        exists = replace(value, reason=f"created only if {enabled.text()}", candidates=(), pieces=(), encodes=None)
    return Places((Place("", None, scope, exists),), "enabled", block.header)


def _exists(block: Block) -> Scalar:
    return Scalar(span=block.header, data=True)


def _doubtful(
    block: Block, scope: Scope, many: str, exists: Value, doubt: Unknown, references: Sequence[str]
) -> Places:
    """One instance that stands for all, of which neither the number nor the names are known."""
    reason, span = doubt.reason, doubt.span
    known = tuple(dict.fromkeys((*doubt.references, *references)))
    doubt = replace(doubt, references=known)
    unknown = Unknown(span=span, reason=reason, references=doubt.references)
    names: dict[str, Value]
    if many == "count":
        names = {"count": Each(span=span, members={"index": unknown})}
    else:
        names = {"each": any_item(doubt, unknown)}
    inner = Scope(scope.world, {**scope.names, **names}, certain=False)
    return Places((Place("", None, inner, exists),), many, block.header, doubt)


def any_item(doubt: Unknown, unknown: Unknown) -> Each:
    """`each` where the collection is not known: one of the items of all collections that it can be."""
    items: list[tuple[Value, Value]] = []
    for candidate in doubt.candidates:
        found = items_of(candidate)
        if found is None:
            return Each(span=doubt.span, members={"key": unknown, "value": unknown})
        items.extend(found)
    if not items or len(items) > MAX_CANDIDATES:
        return Each(span=doubt.span, members={"key": unknown, "value": unknown})
    keys, values = ([pair[side].inside(doubt) for pair in items] for side in (0, 1))

    def choice(values: Sequence[Value]) -> Value:
        if len(values) == 1:
            return values[0]
        return either(values, span=doubt.span, reason=doubt.reason, references=doubt.references)

    return Each(span=doubt.span, members={"key": choice(keys), "value": choice(values)})


def items_of(collection: Value) -> list[tuple[Value, Value]] | None:
    """The keys and values of a map, object, list or set, or None where it is none of these."""
    if isinstance(collection, Object):
        keys = collection.keys
        return [
            (Scalar(span=keys.get(name, value.span), data=name).inside(collection), value.inside(collection))
            for name, value in sorted(collection.members.items())
        ]
    if isinstance(collection, List):
        items = [item.inside(collection) for item in collection.items]
        if collection.unordered:
            return [(item, item) for item in items]
        return [(Scalar(span=item.span, data=at, trace=item.trace), item) for at, item in enumerate(items)]
    return None


def _counted(
    block: Block, count: Attribute, scope: Scope, session: Session, settle: Settle, references: Sequence[str]
) -> Places:
    value = settle(count, scope)
    if isinstance(value, Unknown):
        numbers = [_number(candidate) for candidate in value.candidates]
        certain = bool(numbers) and all(number is not None and number > 0 for number in numbers)
        exists: Value = _exists(block) if certain else _depends(count, value)
        return _doubtful(block, scope, "count", exists, value, references)
    number = _number(value)
    span = count.expression.span
    if is_null(value):
        return _unreadable(block, count, scope, "count", "its count is null", references)
    if number is None or number < 0:
        session.problem("syntax", "Invalid count argument: a whole number of at least 0 is required.", span)
        return _unreadable(block, count, scope, "count", "its count is not a whole number", references)
    if not session.reserve(number):
        session.problem("limit", _too_many(number, session), span)
        unknown = Unknown(span=span, reason=f"it is one of {number:,} instances")
        return _doubtful(block, scope, "count", _exists(block), unknown, references)
    places = [
        Place(f"[{at}]", at, scope.within({"count": _count(at, span, value)}), _exists(block)) for at in range(number)
    ]
    return Places(tuple(places), "count", block.header)


def _count(at: int, span: Span, value: Value) -> Each:
    return Each(span=span, members={"index": Scalar(span=span, data=at, sensitive=value.sensitive)})


def _too_many(number: int, session: Session) -> str:
    most = f"the {session.most_instances():,} that are judged in this configuration"
    return f"{number:,} instances are more than {most}; one stands for all"


def _number(value: Value) -> int | None:
    if not isinstance(value, Scalar):
        return None
    try:
        number = to_number(value)
    except ConversionError:
        return None
    return number if isinstance(number, int) else None


def _unreadable(
    block: Block, argument: Attribute, scope: Scope, many: str, reason: str, references: Sequence[str]
) -> Places:
    unknown = Unknown(span=argument.expression.span, reason=reason)
    return _doubtful(block, scope, many, replace(unknown, references=tuple(references)), unknown, references)


def _depends(argument: Attribute, value: Unknown) -> Unknown:
    """Why it is not known whether there is an instance."""
    expression = argument.expression
    text = argument.text()
    if argument.name == "for_each":
        reason = f"created once for each of {text}"
    elif (
        isinstance(expression, Conditional)
        and isinstance(expression.then, Literal)
        and isinstance(expression.otherwise, Literal)
    ):
        condition = argument.text(expression.condition.span)
        zero = expression.then.value.data == 0
        reason = f"created only if {condition} is false" if zero else f"created only if {condition}"
    else:
        reason = f"created only if {text} > 0"
    return replace(value, reason=reason, candidates=(), pieces=(), encodes=None)


def _each(
    block: Block, each: Attribute, scope: Scope, session: Session, settle: Settle, references: Sequence[str]
) -> Places:
    value = settle(each, scope)
    span = each.expression.span
    if isinstance(value, Unknown):
        sizes = [items_of(candidate) for candidate in value.candidates]
        exists: Value = _exists(block) if sizes and all(sizes) else _depends(each, value)
        return _doubtful(block, scope, "for_each", exists, value, references)
    if (
        is_null(value)
        or not isinstance(value, Object | List)
        or (isinstance(value, List) and value.items and not value.unordered)
    ):
        if scope.certain and not is_null(value):
            session.problem("syntax", "Invalid for_each argument: a map, or a set of strings, is required.", span)
        return _unreadable(
            block, each, scope, "for_each", "its for_each is neither a map nor a set of strings", references
        )
    if isinstance(value, List) and (unknown := next((item for item in value.items if isinstance(item, Unknown)), None)):
        return _doubtful(block, scope, "for_each", _exists(block), replace(unknown, candidates=()), references)
    items = items_of(value) or []
    if not session.reserve(len(items)):
        session.problem("limit", _too_many(len(items), session), span)
        unknown = Unknown(span=span, reason=f"it is one of {len(items):,} instances")
        return _doubtful(block, scope, "for_each", _exists(block), unknown, references)
    return Places(tuple(_each_places(block, items, scope, session, span)), "for_each", block.header)


def _each_places(
    block: Block, items: Sequence[tuple[Value, Value]], scope: Scope, session: Session, span: Span
) -> Iterator[Place]:
    for key, item in items:
        try:
            name = to_text(key) if isinstance(key, Scalar) else None
        except ConversionError:
            name = None
        if name is None:
            session.problem("syntax", "Invalid for_each set argument: the set must hold only strings.", span)
            continue
        quoted = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        names = {"each": Each(span=span, members={"key": key, "value": item})}
        yield Place(f'["{quoted}"]', name, scope.within(names), _exists(block))
