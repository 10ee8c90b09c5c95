"""The border between languages: what resources become, seen from above, where nobody can tell the language."""

from pathlib import Path

import pytest

from srm_lint.model.inventory import Entity, Inventory
from srm_lint.model.resource import Configuration, Language, Resource
from srm_lint.model.source import Source, Span
from srm_lint.model.value import Absent, Link, List, Object, Origin, Scalar, Unknown, Value, either
from srm_lint.normalize import normalize
from srm_lint.normalize.addresses import Addresses, Named
from srm_lint.schema.loader import Schema

MAP = """\
shop.store:
  terraform: [aws_store, aws_old_store]
  cloudformation: AWS::Shop::Store
  attributes:
    name: {terraform: name, cloudformation: StoreName}
    open: {terraform: is_open, cloudformation: Open, as: boolean, default: false, source: "https://example.com"}
    size: {terraform: [size, old_size], cloudformation: Size, as: number}
    level: {terraform: level, cloudformation: Level, words: {HIGH: high}, missing: {unknown: "the account decides"}}
    pin: {terraform: pin, cloudformation: Pin, secret: true}
    days: {terraform: keep.days, cloudformation: "Keep[0].Days"}
  parts:
    lock:
      terraform: [{type: aws_store_lock, owner: store}, {path: lock}]
      cloudformation: {path: Lock}
      missing: {unknown: "nobody knows"}
      attributes:
        on: {terraform: "on", cloudformation: "On", as: boolean, default: true, source: "https://example.com"}
    doors:
      many: true
      terraform:
        - {path: door}
        - {type: aws_store_door, owner: store_id, when: {side: front}, names: {width: cm}}
      cloudformation: {path: Doors}
      attributes:
        width: {terraform: width, cloudformation: Width}
    alarm:
      terraform: {path: alarm}
      cloudformation: {path: Alarm}
      missing: defaults
      attributes:
        loud: {terraform: loud, cloudformation: Loud, default: true, source: "https://example.com"}
    shelves:
      many: true
      terraform: {path: plan.shelves, as: json}
      cloudformation: {path: Plan.Shelves}
      attributes:
        height: {terraform: height, cloudformation: Height, as: number}
        lit: {terraform: light.isOn, cloudformation: Light.IsOn, as: boolean}
      links:
        keeper: {to: shop.person, terraform: keeper, cloudformation: Keeper}
  links:
    owner: {to: shop.person, terraform: owner_id, cloudformation: OwnerId}
    guards: {to: shop.person, many: true, terraform: {via: aws_guard, near: store, far: person}}
    chiefs: {to: shop.person, many: true, terraform: {via: aws_guard, near: store, far: person, when: {chief: true}}}
shop.person:
  terraform: aws_person
  cloudformation: AWS::Shop::Person
  attributes:
    name: {terraform: name, cloudformation: PersonName}
  links:
    stores: {to: shop.store, inverse_of: shop.store.owner}
    shelved: {to: shop.store, inverse_of: shop.store.shelves.keeper}
"""

LINES = iter(range(1, 100_000))


def span() -> Span:
    line = next(LINES)
    return Span("main.tf", line, 1, line, 9)


def wrap(data: object) -> Value:
    """Plain Python data as a value: dicts and lists nest, values stay."""
    if isinstance(data, Value):
        return data
    if isinstance(data, dict):
        return Object(members={name: wrap(one) for name, one in data.items()}, span=span())
    if isinstance(data, list):
        return List(items=tuple(wrap(one) for one in data), span=span())
    assert isinstance(data, str | bool | int)
    return Scalar(data=data, span=span())


def resource(address: str, body: dict[str, object], exists: Value | None = None) -> Resource:
    made = wrap(body)
    assert isinstance(made, Object)
    return Resource(address, address.split(".")[-2], made, made.span, exists or wrap(True))


def ref(*addresses: str) -> Unknown:
    return Unknown(reason="known only after apply", references=addresses, span=span())


@pytest.fixture
def schema(tmp_path: Path) -> Schema:
    (tmp_path / "shop.yaml").write_text(MAP, "utf-8")
    return Schema(tmp_path)


def inventory(schema: Schema, *resources: Resource, language: Language = Language.TERRAFORM) -> Inventory:
    return normalize(Configuration(language, ".", {"main.tf": Source("main.tf", "")}, resources, (), ()), schema)


def store(schema: Schema, *resources: Resource, at: str = "aws_store.s") -> Entity:
    return inventory(schema, *resources).entities[at]


def data(entity: Entity, *names: str) -> object:
    value: Value = entity.body
    for name in names:
        assert isinstance(value, Object), name
        value = value.get(name)
    assert isinstance(value, Scalar), value
    return value.data


def test_attributes_get_neutral_names_shapes_and_words(schema: Schema) -> None:
    body: dict[str, object] = {"name": "s", "is_open": "true", "old_size": "7", "level": "HIGH", "keep": [{"days": 3}]}
    entity = store(schema, resource("aws_store.s", body))
    assert entity.kind == "shop.store"
    assert [data(entity, name) for name in ("name", "open", "size", "level", "days")] == ["s", True, 7, "high", 3]


def test_both_languages_give_the_same_entity(schema: Schema) -> None:
    terraform = resource("aws_store.s", {"name": "s", "is_open": True, "keep": [{"days": 3}], "lock": [{"on": False}]})
    body = wrap({"StoreName": "s", "Open": "yes", "Keep": [{"Days": 3}], "Lock": {"On": "no"}})
    assert isinstance(body, Object)
    template = Resource("S", "AWS::Shop::Store", body, body.span, wrap(True))
    one = inventory(schema, terraform).entities["aws_store.s"]
    other = inventory(schema, template, language=Language.CLOUDFORMATION).entities["S"]
    for names in (("name",), ("open",), ("days",), ("lock", "on"), ("alarm", "loud")):
        assert data(one, *names) == data(other, *names)
    assert one.kind == other.kind


def test_what_nobody_wrote_is_the_default_unknown_or_absent(schema: Schema) -> None:
    entity = store(schema, resource("aws_store.s", {}))
    opened = entity.body.get("open")
    assert (data(entity, "open"), opened.origin, opened.span) == (False, Origin.DEFAULT, entity.resource.body.span)
    level = entity.body.get("level")
    assert isinstance(level, Unknown)
    assert level.reason == "the account decides"
    assert isinstance(entity.body.get("size"), Absent)


def test_a_choice_of_written_and_null_is_a_choice_of_written_and_default(schema: Schema) -> None:
    choice = Unknown(reason="var.x decides", candidates=(wrap("true"), Absent(span=span())), span=span())
    value = store(schema, resource("aws_store.s", {"is_open": choice})).body.get("open")
    assert isinstance(value, Unknown)
    assert [one.data for one in value.candidates if isinstance(one, Scalar)] == [True, False]


def test_what_does_not_fit_its_shape_is_unknown_and_says_so(schema: Schema) -> None:
    value = store(schema, resource("aws_store.s", {"is_open": "perhaps"})).body.get("open")
    assert isinstance(value, Unknown)
    assert value.reason == "true or false was expected here"


def test_secrets_are_marked(schema: Schema) -> None:
    assert store(schema, resource("aws_store.s", {"pin": "1234"})).body.get("pin").sensitive


def test_two_blocks_where_one_is_expected_are_not_guessed_between(schema: Schema) -> None:
    value = store(schema, resource("aws_store.s", {"keep": [{"days": 1}, {"days": 2}]})).body.get("days")
    assert isinstance(value, Unknown)
    assert len(value.candidates) == 2


@pytest.mark.parametrize("owner", [ref("aws_store.s"), "s"])
def test_a_part_of_its_own_is_folded_into_its_owner(schema: Schema, owner: object) -> None:
    lock = resource("aws_store_lock.l", {"store": owner, "on": False})
    found = inventory(schema, resource("aws_store.s", {"name": "s"}), lock)
    assert list(found.entities) == ["aws_store.s"]
    value = found.entities["aws_store.s"].body.get("lock")
    assert isinstance(value, Object)
    assert data(found.entities["aws_store.s"], "lock", "on") is False
    assert value.get("on").span.line > lock.span.line - 10


def test_a_part_is_found_through_another_part_of_its_owner(schema: Schema) -> None:
    lock = resource("aws_store_lock.l", {"store": ref("aws_store.s"), "on": True})
    door = resource("aws_store_door.d", {"store_id": ref("aws_store_lock.l"), "side": "front", "cm": 90})
    doors = store(schema, resource("aws_store.s", {}), lock, door).body.get("doors")
    assert isinstance(doors, List)
    assert len(doors.items) == 1


def test_a_part_that_may_not_exist_is_a_choice(schema: Schema) -> None:
    exists = Unknown(reason="created only if var.n > 0", references=("var.n",), span=span())
    lock = resource("aws_store_lock.l", {"store": ref("aws_store.s"), "on": False}, exists)
    value = store(schema, resource("aws_store.s", {}), lock).body.get("lock")
    assert isinstance(value, Unknown)
    assert value.reason == "created only if var.n > 0"
    assert (value.span, value.trace) == (exists.span, (lock.span,))


@pytest.mark.parametrize(
    ("address", "reason", "references", "there"),
    [
        ("aws_store_lock.l", "created only if var.n > 0", ("var.n",), True),
        ("module.m.aws_store_lock.l", "created only if var.n > 0", ("var.n",), False),
        ("aws_store_lock.l", "created only if var.n > 1", ("var.n",), False),
        ("aws_store_lock.l", "created only if var.n > 0", ("var.m",), False),
    ],
)
def test_a_part_is_there_with_its_owner_where_both_depend_on_the_same(
    schema: Schema, address: str, reason: str, references: tuple[str, ...], there: bool
) -> None:
    owner = resource("aws_store.s", {}, Unknown(reason="created only if var.n > 0", references=("var.n",), span=span()))
    exists = Unknown(reason=reason, references=references, span=span())
    lock = resource(address, {"store": ref("aws_store.s"), "on": False}, exists)
    assert isinstance(store(schema, owner, lock).body.get("lock"), Object) is there


def test_a_part_that_is_nowhere_is_what_the_map_says(schema: Schema) -> None:
    entity = store(schema, resource("aws_store.s", {}))
    lock = entity.body.get("lock")
    assert isinstance(lock, Unknown)
    assert lock.reason == "nobody knows"
    assert isinstance(entity.body.get("doors"), Absent)
    assert data(entity, "alarm", "loud") is True


def test_a_part_is_gathered_from_every_place(schema: Schema) -> None:
    front = resource("aws_store_door.f", {"store_id": ref("aws_store.s"), "side": "front", "cm": 90})
    back = resource("aws_store_door.b", {"store_id": ref("aws_store.s"), "side": "back", "cm": 70})
    doors = store(schema, resource("aws_store.s", {"door": [{"width": 100}]}), front, back).body.get("doors")
    assert isinstance(doors, List)
    widths = [item.get("width") for item in doors.items if isinstance(item, Object)]
    assert [width.data for width in widths if isinstance(width, Scalar)] == [100, 90]


def shelves(schema: Schema, plan: object) -> Value:
    people = resource("aws_person.p", {"name": "p"})
    return store(schema, resource("aws_store.s", {"plan": plan}), people).body.get("shelves")


ENCODED = {"shelves": [{"height": 2, "light": {"isOn": True}, "keeper": "p"}]}


@pytest.mark.parametrize(
    "plan",
    [
        '{"shelves": [{"height": 2, "light": {"isOn": true}, "keeper": "p"}]}',
        '{"Shelves": [{"HEIGHT": 2, "Light": {"ison": true}, "keeper": "p"}]}',
        Scalar(data="…", span=span(), encodes=wrap(ENCODED)),
        Unknown(reason="open", span=span(), encodes=wrap(ENCODED)),
        ENCODED,
    ],
)
def test_a_part_is_gathered_from_json_text_in_whatever_case(schema: Schema, plan: object) -> None:
    made = shelves(schema, plan)
    assert isinstance(made, List)
    (shelf,) = made.items
    assert isinstance(shelf, Object)
    height, lit, keeper = (shelf.get(name) for name in ("height", "lit", "keeper"))
    assert isinstance(height, Scalar)
    assert isinstance(lit, Scalar)
    assert isinstance(keeper, Link)
    assert (height.data, lit.data, keeper.address) == (2, True, "aws_person.p")


def test_a_null_in_json_text_is_what_nobody_wrote(schema: Schema) -> None:
    made = shelves(schema, '{"shelves": [{"height": null}]}')
    assert isinstance(made, List)
    assert isinstance(made.items[0], Object)
    assert isinstance(made.items[0].get("height"), Absent)
    choice = Unknown(reason="open", span=span(), candidates=(wrap(2), Scalar(data=None, span=span())))
    encoded = Scalar(data="…", span=span(), encodes=wrap({"shelves": [{"height": choice}]}))
    made = shelves(schema, encoded)
    assert isinstance(made, List)
    assert isinstance(made.items[0], Object)
    height = made.items[0].get("height")
    assert isinstance(height, Unknown)
    assert [type(one) for one in height.candidates] == [Scalar, Absent]


def test_gaps_in_json_text_are_unknown_and_what_is_no_json_says_so(schema: Schema) -> None:
    gaps = Unknown(reason="var.h has no value", span=span(), pieces=('{"shelves": [{"height": ', None, "}]}"))
    made = shelves(schema, gaps)
    assert isinstance(made, List)
    assert isinstance(made.items[0], Object)
    height = made.items[0].get("height")
    assert isinstance(height, Unknown)
    assert height.reason == "var.h has no value"
    broken = shelves(schema, "{shelves")
    assert isinstance(broken, List)
    assert isinstance(broken.items[0], Unknown)
    assert "not JSON" in broken.items[0].reason


def test_each_text_that_it_may_be_is_read(schema: Schema) -> None:
    texts = ('{"shelves": [{"height": 2}]}', '{"shelves": [{"height": 3}]}')
    made = shelves(schema, Unknown(reason="open", span=span(), candidates=tuple(map(wrap, texts))))
    assert isinstance(made, List)
    (choice,) = made.items
    assert isinstance(choice, Unknown)
    assert len(choice.candidates) == 2


def test_a_part_whose_owner_is_outside_stands_for_it(schema: Schema) -> None:
    door = resource("aws_store_door.f", {"store_id": ref("var.store"), "side": "front", "cm": 90})
    entity = inventory(schema, door).entities["aws_store_door.f"]
    assert (entity.kind, entity.only) == ("shop.store", frozenset({"doors"}))
    doors = entity.body.get("doors")
    assert isinstance(doors, List)
    assert len(doors.items) == 1
    assert isinstance(entity.body.get("open"), Unknown)


def test_a_reference_to_all_instances_may_mean_any_of_them(schema: Schema) -> None:
    stores = [resource(f"aws_store.s[{key}]", {}) for key in ('"a"', '"b"')]
    stores = [Resource(one.address, "aws_store", one.body, one.span, one.exists) for one in stores]
    lock = resource("aws_store_lock.l", {"store": ref("aws_store.s"), "on": False})
    found = inventory(schema, *stores, lock).entities
    assert set(found) == {'aws_store.s["a"]', 'aws_store.s["b"]'}
    assert all(isinstance(entity.body.get("lock"), Unknown) for entity in found.values())


def test_a_link_is_followed_by_reference_name_third_resource_and_backwards(schema: Schema) -> None:
    person = resource("aws_person.p", {"name": "pat"})
    guard = resource("aws_guard.g", {"store": ref("aws_store.s"), "person": "pat"})
    found = inventory(schema, resource("aws_store.s", {"owner_id": ref("aws_person.p")}), person, guard).entities
    owner, guards = (found["aws_store.s"].body.get(name) for name in ("owner", "guards"))
    assert isinstance(owner, Link)
    assert owner.address == "aws_person.p"
    assert isinstance(guards, List)
    assert [one.address for one in guards.items if isinstance(one, Link)] == ["aws_person.p"]
    stores = found["aws_person.p"].body.get("stores")
    assert isinstance(stores, List)
    assert [one.address for one in stores.items if isinstance(one, Link)] == ["aws_store.s"]


def test_one_of_several_that_are_not_all_known_is_no_link(schema: Schema) -> None:
    chosen = either([ref("aws_person.p"), wrap("someone")], span=span(), reason="var.x decides")
    found = inventory(schema, resource("aws_store.s", {"owner_id": chosen}), resource("aws_person.p", {})).entities
    owner = found["aws_store.s"].body.get("owner")
    assert isinstance(owner, Unknown)
    assert owner.reason == "var.x decides"
    lock = resource(
        "aws_store_lock.l", {"store": either([ref("aws_store.s"), ref("aws_x.y")], span=span(), reason="x")}
    )
    parts = inventory(schema, resource("aws_store.s", {}), lock).entities["aws_store.s"].body.get("lock")
    assert isinstance(parts, Unknown)


def test_a_link_within_a_part_is_followed_backwards(schema: Schema) -> None:
    keepers: list[object] = [{"height": 1}, {"keeper": ref("aws_person.p")}]
    stores = [resource("aws_store.s", {"plan": {"shelves": keepers}}), resource("aws_store.t", {})]
    person = inventory(schema, *stores, resource("aws_person.p", {})).entities["aws_person.p"]
    shelved = person.body.get("shelved")
    assert isinstance(shelved, List)
    assert [one.address for one in shelved.items if isinstance(one, Link)] == ["aws_store.s"]


def test_only_third_resources_count_that_are_of_the_wanted_kind(schema: Schema) -> None:
    person = resource("aws_person.p", {"name": "pat"})

    def chiefs(chief: object) -> Value:
        guard = resource("aws_guard.g", {"store": ref("aws_store.s"), "person": "pat", "chief": chief})
        listed = store(schema, resource("aws_store.s", {}), person, guard).body.get("chiefs")
        assert isinstance(listed, List)
        return listed.items[0] if listed.items else listed

    assert isinstance(chiefs(True), Link)
    assert isinstance(chiefs(False), List)
    perhaps = chiefs(ref("var.chief"))
    assert isinstance(perhaps, Unknown)
    assert [type(one) for one in perhaps.candidates] == [Link, Absent]


def test_a_link_through_a_third_resource_that_may_not_be_there_is_a_choice(schema: Schema) -> None:
    person = resource("aws_person.p", {"name": "pat"})
    exists = Unknown(reason="created only if var.n > 0", references=("var.n",), span=span())
    guard = resource("aws_guard.g", {"store": ref("aws_store.s"), "person": "pat"}, exists)
    guards = store(schema, resource("aws_store.s", {}), person, guard).body.get("guards")
    assert isinstance(guards, List)
    (link,) = guards.items
    assert isinstance(link, Unknown)
    assert (link.reason, link.span, link.trace) == (exists.reason, exists.span, (guard.span,))
    assert [type(one) for one in link.candidates] == [Link, Absent]


def test_a_third_resource_names_one_for_sure_beside_others_that_are_not_known(schema: Schema) -> None:
    stores = [
        Resource(f"aws_store.t[{at}]", "aws_store", (body := resource("aws_store.t", {})).body, body.span, wrap(True))
        for at in (0, 1)
    ]
    guard = resource("aws_guard.g", {"store": [ref("aws_store.s"), ref("aws_store.t"), ref("var.x")], "person": "pat"})
    found = inventory(schema, resource("aws_store.s", {}), *stores, resource("aws_person.p", {"name": "pat"}), guard)
    kinds = {}
    for address, entity in found.entities.items():
        guards = entity.body.get("guards")
        if isinstance(guards, List):
            kinds[address] = [type(one) for one in guards.items]
    assert kinds == {"aws_store.s": [Link], "aws_store.t[0]": [Unknown], "aws_store.t[1]": [Unknown]}


def test_third_resources_are_looked_through_once(schema: Schema, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    named_by = Addresses.named_by

    def counted(self: Addresses, value: Value, kind: str, hops: int = 0) -> Named:
        asked.append(kind)
        return named_by(self, value, kind, hops)

    monkeypatch.setattr(Addresses, "named_by", counted)
    many = 50
    stores = [resource(f"aws_store.s{at}", {}) for at in range(many)]
    guards = [resource(f"aws_guard.g{at}", {"store": ref(f"aws_store.s{at}"), "person": "pat"}) for at in range(many)]
    inventory(schema, *stores, *guards, resource("aws_person.p", {"name": "pat"}))
    assert many < len(asked) < 5 * many


def test_the_same_unknown_name_is_the_same_name(schema: Schema) -> None:
    name = Unknown(reason="var.name has no value", references=("var.name",), pieces=(None, "-x"), span=span())
    lock = resource("aws_store_lock.l", {"store": name, "on": False})
    assert data(store(schema, resource("aws_store.s", {"name": name}), lock), "lock", "on") is False
    other = resource("aws_store_lock.l", {"store": ref("var.name"), "on": False})
    assert isinstance(store(schema, resource("aws_store.s", {"name": name}), other).body.get("lock"), Unknown)


def test_a_link_that_leaves_the_configuration_says_so(schema: Schema) -> None:
    value = store(schema, resource("aws_store.s", {"owner_id": "somebody"})).body.get("owner")
    assert isinstance(value, Unknown)
    assert value.reason == "it names something outside this configuration"


def test_what_the_map_does_not_know_keeps_its_own_kind_and_names(schema: Schema) -> None:
    entity = inventory(schema, resource("aws_thing.t", {"colour": "red"})).entities["aws_thing.t"]
    assert entity.kind == "terraform:aws_thing"
    assert data(entity, "colour") == "red"
