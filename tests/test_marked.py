"""Mistakes in our own YAML files are told with file, line and what was probably meant."""

from pathlib import Path

import pytest

from srm_lint.marked import MarkedError, load, parse
from srm_lint.model.policy import Outcome


def ask_of(text: str, ask: str) -> object:
    return eval(ask, {"root": parse(text, "own.yaml"), "Outcome": Outcome})


def told(text: str, ask: str) -> str:
    with pytest.raises(MarkedError) as caught:
        ask_of(text, ask)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "ask", "message"),
    [
        (
            "a: 1\nsevrity: x\n",
            'root.mapping(("a", "severity"))',
            'own.yaml:2:1: "sevrity" is not known here; did you mean "severity"?',
        ),
        ("a: 1\na: 2\n", 'root.mapping(("a",))', 'own.yaml:2:1: "a" stands here twice'),
        ("a: 1\n", 'root.mapping(("a", "b"), ("b",))', 'own.yaml:1:1: "b" is missing'),
        ("- 1\n", "root.mapping()", "own.yaml:1:1: expected a mapping"),
        ("a: 1\n", "root.sequence()", "own.yaml:1:1: expected a list"),
        ("a: 1\n", 'root.mapping()["a"].text()', "own.yaml:1:4: expected text (put it in quotes)"),
        ("a: x\n", 'root.mapping()["a"].flag()', "own.yaml:1:4: expected true or false"),
        (
            "a: fial\n",
            'root.mapping()["a"].word(Outcome)',
            'own.yaml:1:4: "fial" is not known here; did you mean "fail"?',
        ),
        ("a: [\n", "root", "own.yaml:2:1: is not YAML"),
        ("", "root", "own.yaml:1:1: is empty"),
        ("a: b\n--- \nc: d\n", "root", "own.yaml:2:1: is not YAML"),
    ],
)
def test_a_mistake_names_its_line(text: str, ask: str, message: str) -> None:
    assert told(text, ask).startswith(message)


def test_a_file_that_is_not_there_is_told(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MarkedError, match=r"gone\.yaml:1:1: cannot be read: No such file"):
        load(tmp_path / "gone.yaml")


def test_what_stands_under_the_last_key_can_be_left_out(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a: 1\nmore:\n  - x: |\n      b: 2\n# end\n", "utf-8")
    assert set(load(file, but="more").mapping()) == {"a"}
    assert set(load(file).mapping()) == {"a", "more"}
    file.write_text("more:\n  - 1\n", "utf-8")
    assert set(load(file, but="more").mapping()) == {"more"}
    file.write_text("a: 1\nmore:\n  - 1\nb: 2\n", "utf-8")
    assert set(load(file, but="more").mapping()) == {"a", "more", "b"}


@pytest.mark.parametrize("text", ["a: " + "[" * 200_000, "{a: " * 200_000, "- " * 200_000, "? " * 200_000])
def test_what_is_nested_too_deep_is_refused_and_not_fallen_over(text: str) -> None:
    with pytest.raises(MarkedError, match="is nested more than 1,000 levels deep"):
        parse(text, "own.yaml")


def test_a_long_list_is_not_nested() -> None:
    assert len(parse("- [1, {a: 2}]\n" * 2_000, "own.yaml").sequence()) == 2_000
