# ruff: noqa: E501 - tables and templates are read line by line
"""What is no template, and what is a bad one: a Problem with its place and a sentence that helps, in bounded time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from cloudformation_reading import configuration, plain, told

from srm_lint.model.source import Source, Tree
from srm_lint.model.value import Unknown
from srm_lint.read.cloudformation import read
from srm_lint.read.cloudformation.reader import MAX_PROBLEMS, read_source
from srm_lint.read.cloudformation.syntax import MAX_DEPTH

GOOD = "  Good: {Type: AWS::S3::Bucket}\n"


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "x", "dependencies": {"a": "1"}}',
        "on: push\njobs:\n  build:\n    steps: [{uses: a/b@v1}]\n",
        "kind: Deployment\nmetadata:\n  name: {{ .Values.name }}\n",
        "{{- if .Values.x }}\nResources: {}\n{{- end }}\n",
        "resources:\n  Resources:\n    B: {Type: AWS::S3::Bucket}\n",
        "service: x\nresources:\n  Resources:\n    B:\n      Type: AWS::S3::Bucket\n   broken\n",
        "data:\n  t.yaml: |\n    AWSTemplateFormatVersion: x\n",
        "data:\n  t.yaml: |\n    AWSTemplateFormatVersion: x\n  b: [\n",
        '{"Resources": ["AWS::S3::Bucket"]}',
        '[{"a": "AWSTemplateFormatVersion"}]',
        "Resources: {cpu: {Type: big}}\n# AWS::X",
        "",
        "just text with AWSTemplateFormatVersion",
    ],
)
def test_what_is_no_template_is_skipped_without_noise(text: str) -> None:
    assert read_source(Source("x.yaml", text)) is None


@pytest.mark.parametrize(
    "text",
    [
        f"AWSTemplateFormatVersion: '2010-09-09'\nResources:\n{GOOD}",
        f"Resources:\n{GOOD}",
        '{"Resources":{"Good":{"Type":"AWS::S3::Bucket"}}}',
        "{Resources: {Good: {Type: AWS::S3::Bucket}}}",
        f"Transform: AWS::Serverless-2016-10-31\nResources:\n{GOOD}",
        "Resources: {Good: {Type: 'Custom::Thing'}}",
    ],
)
def test_a_template_is_known_by_what_it_holds(text: str) -> None:
    found = read_source(Source("x.yaml", text))
    assert found is not None
    assert [resource.address for resource in found.resources] == ["Good"]
    assert found.problems == ()


BROKEN = [
    (
        "Resources:\n  A: {Type: AWS::S3::Bucket}\n  B:\n    Type: AWS::S3::Bucket\n   Oops: 1\n",
        5,
        4,
        "check the indentation",
        ["A"],
    ),
    ("Resources:\n  A: {Type: AWS::S3::Bucket}\n\tB: 1\n", 3, 1, "not with tabs", []),
    (
        "Resources:\n  A: {Type: AWS::S3::Bucket}\n  B: {Type: AWS::X::Y}\n  C: 'open\n",
        5,
        1,
        "check the quotes",
        ["A", "B"],
    ),
    ("Resources:\n  A: {Type: AWS::S3::Bucket}\n  {% if x %}\n", 3, 4, "template of another program", []),
    ("Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties: a: b\n", 4, 18, "quote a text that holds ': '", []),
    (
        "Resources:\n  A: {Type: AWS::S3::Bucket}\n  B: *nowhere\n",
        3,
        6,
        "nothing before this is anchored as &nowhere",
        ["A"],
    ),
    ("Resources:\n  A: {Type: AWS::S3::Bucket, X: \x07}\n", 2, 33, "U+0007 is not allowed", []),
    (
        '{"Resources": {\n "A": {"Type": "AWS::S3::Bucket"},\n "B": {"Type": "AWS::X::Y"}\n "C": {}}}',
        4,
        2,
        "expected a comma",
        ["A"],
    ),
    ('{"Resources": {"A": {"Type": "AWS::S3::Bucket",}}', 1, 48, "expected another value after the comma", []),
    ('{"Resources": {"A": {"Type": "AWS::S3::Bucket"', 1, 47, "expected a comma or '}'", []),
    ('{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}} x', 1, 51, "expected the end", ["A"]),
    ('{"Resources": {"A": {"Type": "AWS::S3::Bucket", "B": tru}}}}', 1, 54, "expected a value", []),
    ('{"Resources": {"A": {"Type" "AWS::S3::Bucket"}}, "AWSTemplateFormatVersion": ""}', 1, 29, "expected a colon", []),
]


@pytest.mark.parametrize(("text", "line", "column", "message", "read_too"), BROKEN)
def test_a_broken_template_is_told_and_what_stands_before_is_read(
    text: str, line: int, column: int, message: str, read_too: list[str]
) -> None:
    found = configuration(text, dedent=False)
    assert told(found) == [("syntax", line, column)]
    assert message in found.problems[0].message
    assert [resource.address for resource in found.resources] == read_too


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ('{"Resources": {"A": {"Type": "AWS::S3::Bucket",}}}', 48, "remove the comma"),
        ('{"Resources": {"A": {"Type": "AWS::S3\n::Bucket"}}}', 38, "invalid control character"),
        ('{Resources: {"A": {"Type": "AWS::S3::Bucket"}}}', 2, "a key in double quotes"),
    ],
)
def test_json_that_only_yaml_understands_is_read_but_told(text: str, column: int, message: str) -> None:
    strict = read_source(Source("x.json", text))
    assert strict is not None
    assert told(strict) == [("syntax", 1, column)]
    assert message in strict.problems[0].message
    assert [resource.address for resource in strict.resources] == ["A"]
    lenient = read_source(Source("x.yaml", text))
    assert lenient is not None
    assert lenient.problems == ()


def test_a_name_that_a_broken_template_lacks_is_not_called_wrong() -> None:
    found = configuration("""
        Resources:
          A: {Type: AWS::X::Y, Properties: {P: !Ref Later, Q: !If [Later, 1, 2], R: !FindInMap [Later, a, b]}}
          B: {Type: AWS::X::Y}
          C: {Type: AWS::X::Y}}
          Later: {Type: AWS::X::Y}
    """)
    assert [problem.kind for problem in found.problems] == ["syntax"]
    assert plain(found.resources[0].body) == {"P": ("?",), "Q": ("one of", 1, 2), "R": ("?",)}


def test_a_list_is_no_template() -> None:
    found = configuration("- AWSTemplateFormatVersion: '2010-09-09'\n  Resources: {}\n")
    assert told(found) == [("syntax", 1, 1)]
    assert "must be a mapping" in found.problems[0].message


def test_a_template_without_resources_says_so() -> None:
    found = configuration("AWSTemplateFormatVersion: '2010-09-09'\nResources:\n")
    assert told(found) == [("syntax", 2, 1)]
    assert "at least one resource" in found.problems[0].message


def test_the_last_of_duplicate_keys_wins_and_is_told() -> None:
    for text in (
        "Resources:\n  A:\n    Type: AWS::X::Y\n    Properties: {P: 1,\n      P: 2}\n",
        '{"Resources":\n {"A":\n  {"Type": "AWS::X::Y",\n  "Properties": {"P": 1,\n      "P": 2}}}}',
    ):
        found = configuration(text, dedent=False)
        assert told(found) == [("syntax", 5, 7)]
        assert found.problems[0].message == "the key P is already written on line 4; keep one"
        assert plain(found.resources[0].body) == {"P": 2}


def test_resources_that_are_none_are_told_and_the_others_read() -> None:
    found = configuration(f"""
        Resources:
          Text: hello
          Nothing:
          Untyped: {{Properties: {{}}}}
          Listed: {{Type: AWS::X::Y, Properties: [a]}}
          Choice: {{Type: AWS::X::Y, Condition: [a]}}
        {GOOD}""")
    assert [problem.span.line for problem in found.problems] == [2, 3, 4, 5, 6]
    assert {problem.kind for problem in found.problems} == {"syntax"}
    assert [resource.address for resource in found.resources] == ["Listed", "Choice", "Good"]


def test_keys_that_are_no_text_are_told() -> None:
    found = configuration(f"Resources:\n{GOOD}Metadata:\n  ? [a, b]\n  : c\n  d: e\n", dedent=False)
    assert told(found) == [("syntax", 4, 5)]


def test_sections_that_are_none_are_told() -> None:
    found = configuration(f"Parameters: [a]\nMappings: text\nConditions:\nResources:\n{GOOD}", dedent=False)
    assert told(found) == [("syntax", 1, 1), ("syntax", 2, 1)]


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        ("text", "must be a mapping with a Type"),
        ("{Default: a}", "has no Type"),
        ("{Type: Number, Default: many}", "is a Number, but this is not one"),
        ("{Type: String, Default: [a]}", "must be text"),
        ("{Type: String, Default: !Ref AWS::Region}", "must be text"),
    ],
)
def test_a_wrong_parameter_is_told(parameter: str, message: str) -> None:
    found = configuration(
        f"Parameters:\n  P: {parameter}\nResources:\n  A: {{Type: AWS::X::Y, Properties: {{V: !Ref P}}}}\n"
    )
    assert [(problem.kind, problem.span.line) for problem in found.problems] == [("syntax", 2)]
    assert message in found.problems[0].message


def test_more_documents_than_one_are_told() -> None:
    found = configuration(f"---\nResources:\n{GOOD}---\nResources:\n  More: {{Type: AWS::X::Y}}\n", dedent=False)
    assert told(found) == [("unsupported", 4, 1)]
    assert [resource.address for resource in found.resources] == ["Good"]
    only_later = configuration(f"---\na: 1\n---\nResources:\n{GOOD}", dedent=False)
    assert told(only_later) == [("unsupported", 3, 1)]


def test_transforms_that_hide_something_are_told_and_open_names() -> None:
    serverless = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Fn: {Type: AWS::Serverless::Function, Properties: {Role: !Ref FnRole, Runtime: r, Handler: h}}\n"
    assert configuration(serverless).problems == ()
    assert told(configuration(serverless.replace("!Ref FnRole", "!Ref Typo"))) == [("syntax", 3, 60)]
    macro = configuration(f"Transform: [Mine]\nResources:\n{GOOD}", dedent=False)
    assert told(macro) == [("unsupported", 1, 13)]
    loop = configuration(
        f"Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::B: [I, [a], {{}}]\n{GOOD}", dedent=False
    )
    assert told(loop) == []
    assert [resource.address for resource in loop.resources] == ["Good"]
    include = configuration(
        "Resources:\n  A:\n    Type: AWS::X::Y\n    Properties:\n      Fn::Transform: {Name: AWS::Include}\n      P: 1\n"
    )
    assert told(include) == [("unsupported", 5, 7)]
    assert plain(include.resources[0].body) == {"P": 1}


def test_a_file_of_the_serverless_framework_is_not_blamed_for_its_variables() -> None:
    found = configuration(
        "Resources:\n  A: {Type: AWS::X::Y, Properties: {N: '${self:service}-a', R: !Ref Elsewhere}}\n"
    )
    assert found.problems == ()
    assert plain(found.resources[0].body) == {"N": ("?",), "R": ("?",)}


def deep(opening: str, closing: str, depth: int) -> str:
    return opening * depth + closing * depth


BOMBS = {
    "flow": "Resources:\n  A: {Type: AWS::X::Y}\n  B: " + deep("[", "]", 10_000) + "\n",
    "open": "Resources:\n  A: {Type: AWS::X::Y}\n  B: " + "[" * 1_000_000,
    "dashes": "Resources:\n  A: {Type: AWS::X::Y}\n  B:\n    " + "- " * 1_000_000 + "a\n",
    "json": '{"Resources": {"A": {"Type": "AWS::X::Y"}, "B": ' + deep("[", "]", 10_000) + "}}",
    "json objects": '{"Resources": {"A": {"Type": "AWS::X::Y"}, "B": ' + deep('{"a":', "}", 10_000) + "}}",
    "aliases": "Resources:\n  A: {Type: AWS::X::Y, Properties: {P: *z}}\n".replace(
        "Resources", "Metadata:\n  a: &a [x]\n"
        + "".join(f"  {b}: &{b} [{', '.join(['*' + a] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghz", strict=True))
        + "Resources",
    ),
    "long texts": "Metadata:\n  a: &a " + "x" * 100_000 + "\n  b: [" + "*a, " * 100_000 + "]\nResources:\n  A: {Type: AWS::X::Y}\n",
    "merges": "Metadata:\n  a: &a {" + ", ".join(f"k{n}: 1" for n in range(1000)) + "}\n"
    + "".join(f"  m{n}: {{<<: *a}}\n" for n in range(1000)) + "Resources:\n  A: {Type: AWS::X::Y}\n",
    "items": "Resources:\n  A: {Type: AWS::X::Y, Properties: {P: [" + "1," * 400_000 + "]}}\n",
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_depth_and_size_are_bounded(name: str) -> None:
    began = time.perf_counter()
    found = configuration(BOMBS[name], dedent=False)
    assert [problem.kind for problem in found.problems] == ["limit"]
    assert time.perf_counter() - began < 5


def test_an_alias_of_what_holds_it_is_told() -> None:
    found = configuration("Resources:\n  A: &a {Type: AWS::X::Y, Properties: {P: *a}}\n")
    assert told(found) == [("syntax", 2, 43)]


def test_the_deepest_tree_that_is_read_is_evaluated() -> None:
    nested = deep("{'Fn::Base64': ", "}", MAX_DEPTH - 5).replace("'Fn::Base64': }", "'Fn::Base64': x}")
    found = configuration(f"Resources:\n  A: {{Type: AWS::X::Y, Properties: {{P: {nested}, Q: 1}}}}\n", dedent=False)
    assert len(found.resources) == 1
    assert {problem.kind for problem in found.problems} <= {"limit"}


WORK = {
    "doubling": "!Sub ['${x}${x}', {x: " * 30 + "abcdefgh" + "}]" * 30,
    "joins": "[" + ", ".join(["!Join [',', !Ref Many]"] * 2000) + "]",
    "splits": "[" + ", ".join(["!Split [',', !Join [',', !Ref Many]]"] * 2000) + "]",
    "blocks": "[" + ", ".join(["!Cidr [10.0.0.0/8, 256, 8]"] * 20_000) + "]",
    "texts": "[" + ", ".join(["!Sub '${Long}${Long}'"] * 2000) + "]",
    "base64": "!Base64 {'Fn::Base64': " * 40 + "!Ref Long" + "}" * 40,
}


@pytest.mark.parametrize("name", WORK)
def test_what_functions_make_is_bounded(name: str) -> None:
    many, long = ",".join(["a"] * 20_000), "x" * 50_000
    began = time.perf_counter()
    found = configuration(
        f"Parameters:\n  Many: {{Type: CommaDelimitedList, Default: '{many}'}}\n  Long: {{Type: String, Default: {long}}}\n"
        f"Resources:\n  A: {{Type: AWS::X::Y, Properties: {{P: {WORK[name]}}}}}\n",
        dedent=False,
    )
    assert {problem.kind for problem in found.problems} == {"limit"}
    assert len(found.resources) == 1
    assert time.perf_counter() - began < 5


def test_variables_made_of_variables_are_evaluated_once_each() -> None:
    nested = "!Sub ['${x}${x}', {x: " * 30 + "''" + "}]" * 30
    found = configuration(f"Resources:\n  A: {{Type: AWS::X::Y, Properties: {{P: {nested}}}}}\n")
    assert found.problems == ()
    assert plain(found.resources[0].body) == {"P": ""}


@pytest.mark.parametrize(
    "text",
    [
        "AWSTemplateFormatVersion\n" + "Resources:\n" * 300_000 + "\t",
        "AWSTemplateFormatVersion [\n" + "\n" * 1_000_000,
        "AWSTemplateFormatVersion" + "[ " * 500_000,
        "# srm-lint AWSTemplateFormatVersion\n" + "a: b # srm-lint\n" * 50_000 + "Resources: {A: {Type: AWS::X::Y}}\n",
        "Resources:\n" + "".join(f"  A{n}: {{Type: AWS::X::Y, Properties: !Ref B{n}}}\n" for n in range(20_000)),
    ],
    ids=["keys", "blank", "brackets", "comments", "names"],
)
def test_no_text_takes_long(text: str) -> None:
    began = time.perf_counter()
    found = read_source(Source("x", text))
    assert time.perf_counter() - began < 8
    assert found is None or len(found.problems) <= MAX_PROBLEMS + 1


def test_the_number_of_problems_is_bounded() -> None:
    found = configuration("Resources:\n  A: {Type: AWS::X::Y, Properties: {P: [" + "!Ref Nobody, " * 1000 + "]}}\n")
    assert len(found.problems) == MAX_PROBLEMS + 1
    assert found.problems[-1].kind == "limit"
    assert found.problems[-1].message == "800 more problems of this template are not shown; fix those above first"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xfeR\0", "unreadable"),
        (b"AWSTemplateFormatVersion: \xff", "unreadable"),
        (b"AWSTemplateFormatVersion: \0", "unreadable"),
        (b" " * (8 * 1024 * 1024 + 1), "limit"),
    ],
    ids=["utf-16", "latin", "nul", "large"],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, data: bytes, kind: str) -> None:
    (tmp_path / "a.template").write_bytes(data)
    found = next(read([tmp_path / "a.template"], Tree(tmp_path)), None)
    assert found is not None
    assert [problem.kind for problem in found.problems] == [kind]
    assert found.resources == ()


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    for text in (f"Resources:\r\n{GOOD}", '{"Resources": {"Good": {"Type": "AWS::S3::Bucket"}}}'):
        (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbf" + text.encode())
        found = next(read([tmp_path / "a.yaml"], Tree(tmp_path)), None)
        assert found is not None
        assert found.problems == ()
        assert found.resources[0].span.column == (3 if "\r" in text else 16)


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ("{Fn::Transform: {Name: AWS::Include}, P: 1}", "Fn::Transform adds properties at deployment"),
        ("{Fn::If: [C, {P: 1}, {P: 2}]}", "the Properties of A are not written out, so they are unknown"),
        ("!If [C, {P: 1}, {P: 2}]", "the Properties of A must be a mapping"),
    ],
)
def test_what_may_be_set_outside_of_the_template_is_not_absent(properties: str, reason: str) -> None:
    found = configuration(f"""
        AWSTemplateFormatVersion: '2010-09-09'
        Conditions: {{C: !Equals [!Ref AWS::Region, x]}}
        Resources:
          A:
            Type: AWS::X::Y
            Properties: {properties}
    """)
    value = found.resources[0].body.get("Q")
    assert isinstance(value, Unknown)
    assert value.reason == reason
    assert len(found.problems) == 1
