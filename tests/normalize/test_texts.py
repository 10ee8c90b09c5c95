"""Which texts a resource holds, and what each is called."""

from srm_lint.model.resource import Configuration, Language, Resource
from srm_lint.model.source import Span
from srm_lint.model.value import List, Object, Scalar, Unknown, Value
from srm_lint.normalize.texts import texts

HERE = Span("main.tf", 1, 1, 1, 2)


def text(data: str | bool, line: int = 1) -> Scalar:
    return Scalar(span=Span("main.tf", line, 1, line, 9), data=data)


def members(**given: Value) -> Object:
    return Object(span=HERE, members=given)


def found(body: Object, *lines: int) -> list[tuple[object, object]]:
    there = Scalar(span=HERE, data=True)
    resources = (Resource("x.y", "x", body, HERE, there),)
    configuration = Configuration(Language.TERRAFORM, ".", {}, resources, (), ())
    places = {Span("main.tf", line, 1, line, 9) for line in lines} if lines else None
    inventory = texts(configuration, places)
    assert {entity.kind for entity in inventory.entities.values()} <= {"any.text"}
    assert {entity.resource.address for entity in inventory.entities.values()} <= {"x.y"}
    bodies = [entity.body for entity in inventory.entities.values()]
    return [(body.get("name").to_python(), body.get("value").to_python()) for body in bodies]


def test_every_text_is_found_under_the_name_nearest_to_it() -> None:
    body = members(
        a=text("1"), flag=text(True), block=List(span=HERE, items=(members(b=text("2")), members(b=text("3"))))
    )
    assert found(body) == [("a", "1"), ("b", "2"), ("b", "3")]


def test_a_named_value_is_called_by_its_name() -> None:
    listed = List(span=HERE, items=(members(Name=text("DB_PASSWORD"), Value=text("x"), Other=text("y")),))
    assert found(members(env=listed)) == [("Name", "DB_PASSWORD"), ("DB_PASSWORD", "x"), ("Other", "y")]


def test_what_a_text_was_encoded_from_is_looked_at_instead() -> None:
    inner = members(password=text("x", 3))
    known = Scalar(span=HERE, data='{"password":"x"}', encodes=inner)
    half = Unknown(span=HERE, reason="why", encodes=inner)
    assert found(members(a=known)) == found(members(a=half)) == [("password", "x")]


def test_choices_and_half_known_texts_are_texts_and_what_is_unknown_is_none() -> None:
    choice = Unknown(span=HERE, reason="why", candidates=(text("1"), text("2")))
    half = Unknown(span=HERE, reason="why", pieces=("a", None))
    nothing = Unknown(span=HERE, reason="why")
    assert [name for name, _ in found(members(choice=choice, half=half, nothing=nothing))] == ["choice", "half"]
    blocks = Unknown(span=HERE, reason="why", candidates=(members(b=text("1")), members(c=text("2"))))
    assert found(members(a=blocks)) == [("b", "1"), ("c", "2")]


def test_only_texts_at_the_places_asked_for() -> None:
    choice = Unknown(span=HERE, reason="why", candidates=(text("3", 3), text("4", 4)))
    body = members(a=text("1", 1), b=text("2", 2), c=choice)
    assert [name for name, _ in found(body, 2, 4)] == ["b", "c"]


def test_what_is_shared_is_told_once_for_each_name() -> None:
    shared = text("1")
    pair = List(span=HERE, items=(shared,) * 1000)
    for _ in range(40):
        pair = List(span=HERE, items=(pair, pair))
    assert found(members(a=pair, b=shared)) == [("a", "1"), ("b", "1")]
