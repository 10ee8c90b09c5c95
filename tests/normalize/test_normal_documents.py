"""Policy documents in every form, with the place of each statement kept."""

import pytest

from srm_lint.model.source import Source, Span
from srm_lint.model.value import List, Object, Scalar, Unknown, Value
from srm_lint.normalize.documents import document
from srm_lint.normalize.jsontext import MAX_DEPTH, read_json

HEREDOC = """\
resource "aws_x" "y" {
  policy = <<-EOT
    {
      "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Principal": {"AWS": ["a", "b"]}},
        {"Effect": "Deny", "Action": ["s3:Get*"], "Principal": "*",
         "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
      ]
    }
  EOT
}
"""
TEXT = "\n".join(line.removeprefix("    ") for line in HEREDOC.split("\n")[2:9]) + "\n"
SPAN = Span("main.tf", 2, 12, 10, 6)
SOURCES = {"main.tf": Source("main.tf", HEREDOC)}


def statements(value: Value) -> tuple[Value, ...]:
    return document_of(value, SOURCES)


def document_of(value: Value, sources: dict[str, Source]) -> tuple[Value, ...]:
    made = document(value, sources)
    assert isinstance(made, Object), made
    listed = made.get("statements")
    assert isinstance(listed, List)
    return listed.items


def member(value: Value, *names: str) -> Value:
    for name in names:
        assert isinstance(value, Object)
        value = value.get(name)
    return value


def texts(value: Value) -> list[object]:
    assert isinstance(value, List)
    return [item.data for item in value.items if isinstance(item, Scalar)]


def test_json_text_in_a_heredoc_keeps_its_lines() -> None:
    first, second = statements(Scalar(data=TEXT, span=SPAN))
    assert (first.span.line, first.span.column) == (5, 9)
    assert member(second, "effect").span == Span("main.tf", 6, 20, 6, 26)
    assert member(second, "conditions").span.line == 7
    assert texts(member(first, "actions")) == ["s3:*"]


def test_json_text_that_is_a_whole_file_keeps_its_lines() -> None:
    text = '{\n  "Statement": [\n    {"Effect": "Allow"}\n  ]\n}\n'
    (only,) = document_of(Scalar(data=text, span=Span("p.json", 1, 1, 6, 1)), {"p.json": Source("p.json", text)})
    assert only.span == Span("p.json", 3, 5, 3, 24)


def test_principals_are_a_list_of_types_and_ids() -> None:
    first, second = statements(Scalar(data=TEXT, span=SPAN))
    listed = member(first, "principals")
    assert isinstance(listed, List)
    assert [texts(List(items=(member(one, "type"), member(one, "id")), span=SPAN)) for one in listed.items] == [
        ["AWS", "a"],
        ["AWS", "b"],
    ]
    everyone = member(second, "principals")
    assert isinstance(everyone, List)
    assert member(everyone.items[0], "id").span.line == 6


def test_conditions_are_a_list() -> None:
    _, second = statements(Scalar(data=TEXT, span=SPAN))
    conditions = member(second, "conditions")
    assert isinstance(conditions, List)
    (only,) = conditions.items
    operator, key = member(only, "operator"), member(only, "key")
    assert isinstance(operator, Scalar)
    assert isinstance(key, Scalar)
    assert (operator.data, key.data, texts(member(only, "values"))) == ("Bool", "aws:SecureTransport", ["false"])


def test_gaps_stay_unknown_where_they_stand() -> None:
    pieces = ('{"Statement": {"Effect": "Allow", "Resource": "', None, '/*", "Action": ', None, "}}")
    (only,) = statements(Unknown(reason="var.arn has no value", references=("var.arn",), pieces=pieces, span=SPAN))
    resources, actions = member(only, "resources"), member(only, "actions")
    assert isinstance(resources, List)
    (resource,) = resources.items
    assert isinstance(resource, Unknown)
    assert resource.pieces == (None, "/*")
    assert isinstance(actions, Unknown)
    assert actions.reason == "var.arn has no value"
    assert texts(List(items=(member(only, "effect"),), span=SPAN)) == ["Allow"]


def test_what_it_was_encoded_from_is_better_than_its_text() -> None:
    here = Span("main.tf", 3, 1, 3, 5)
    allow = Scalar(data="Allow", span=here)
    encoded = Object(members={"Statement": Object(members={"Effect": allow}, span=here)}, span=here)
    (only,) = statements(Unknown(reason="r", encodes=encoded, pieces=(None,), span=SPAN))
    assert member(only, "effect") == allow


def test_a_choice_of_documents_is_a_choice_of_what_they_hold() -> None:
    made = document(Unknown(reason="r", candidates=(Scalar(data=TEXT, span=SPAN),) * 2, span=SPAN), SOURCES)
    assert isinstance(made, Unknown)
    assert all(isinstance(one, Object) and "statements" in one.members for one in made.candidates)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nonsense", "a value was expected in line 1"),
        ('{"a": 1', '"," was expected in line 1'),
        ('{"a": "x', "the end of a string was expected"),
        ("[" * (MAX_DEPTH + 5), f"nested more than {MAX_DEPTH} deep"),
        (" ", "a value was expected"),
    ],
)
def test_text_that_is_no_document_is_unknown_and_says_why(text: str, message: str) -> None:
    made = document(Scalar(data=text, span=SPAN), SOURCES)
    assert isinstance(made, Unknown)
    assert message in made.reason


def test_no_text_is_no_statement() -> None:
    assert statements(Scalar(data="", span=SPAN)) == ()


def test_a_name_with_gaps_costs_only_itself() -> None:
    pieces = ('{"Statement": {"Effect": "Deny", "Condition": {"StringEquals": {"aws:ResourceTag/', None, '": "x"}}}}')
    (only,) = statements(Unknown(reason="r", pieces=pieces, span=SPAN))
    conditions = member(only, "conditions")
    assert isinstance(conditions, List)
    key = member(conditions.items[0], "key")
    assert isinstance(key, Scalar)
    assert key.data == "aws:ResourceTag/…"


def test_a_statement_alone_is_a_document_of_one() -> None:
    text = '{"Effect": "Allow", "Principal": "*", "Action": "events:PutEvents"}'
    (statement,) = document_of(Scalar(data=text, span=SPAN), {})
    assert texts(member(statement, "actions")) == ["events:PutEvents"]
    assert document_of(Scalar(data='{"Version": "2012-10-17"}', span=SPAN), {}) == ()


def test_a_number_of_thousands_of_digits_is_read() -> None:
    made = read_json(('{"a": ' + "9" * 5_000 + "}",), Scalar(span=Span("p.json", 1, 1, 1, 2), data=""), {})
    assert isinstance(made, Object)
    assert made.get("a").to_python() == 10**5_000 - 1
