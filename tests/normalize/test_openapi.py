"""OpenAPI documents in every form, with the authorization of each operation and its place kept."""

import json

import pytest

from srm_lint.model.source import Source, Span
from srm_lint.model.value import Absent, List, Object, Scalar, Unknown, Value
from srm_lint.normalize.openapi import openapi
from srm_lint.normalize.yamltext import NotYaml, read_yaml

HERE = Span("main.tf", 1, 1, 1, 2)
SCHEMES = {
    "sigv4": {"type": "apiKey", "x-amazon-apigateway-authtype": "awsSigv4"},
    "users": {"x-amazon-apigateway-authorizer": {"type": "cognito_user_pools"}},
    "token": {"type": "apiKey", "x-amazon-apigateway-authorizer": {"type": "token"}},
    "key": {"type": "apiKey", "name": "x-api-key"},
    "login": {"type": "oauth2"},
}


def operations(value: Value, sources: dict[str, Source] | None = None) -> tuple[Value, ...]:
    made = openapi(value, sources or {})
    assert isinstance(made, Object), made
    listed = made.get("operations")
    assert isinstance(listed, List), listed
    return listed.items


def described(operation: object, **root: object) -> tuple[Value, ...]:
    body = {"paths": {"/x": {"get": operation}}, "components": {"securitySchemes": SCHEMES}, **root}
    return operations(Scalar(data=json.dumps(body), span=HERE))


def word(value: Value, name: str = "authorization") -> object:
    assert isinstance(value, Object)
    found = value.get(name)
    return found.data if isinstance(found, Scalar) else type(found)


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ({}, "NONE"),
        ({"security": []}, "NONE"),
        ({"security": [{"sigv4": []}]}, "AWS_IAM"),
        ({"security": [{"users": []}]}, "COGNITO_USER_POOLS"),
        ({"security": [{"token": []}]}, "CUSTOM"),
        ({"security": [{"key": []}]}, "API_KEY"),
        ({"security": [{"key": []}, {"sigv4": []}]}, "AWS_IAM"),
        ({"security": [{"key": [], "sigv4": []}]}, "AWS_IAM"),
        ({"security": [{"NONE": []}]}, "NONE"),
        ({"security": [{"NONE": []}, {"api_key": []}]}, "API_KEY"),
        ({"security": [{"login": []}]}, Unknown),
        ({"security": [{"nobody": []}]}, Unknown),
        ({"security": [{"nobody": []}, {"sigv4": []}]}, "AWS_IAM"),
        ({"x-amazon-apigateway-auth": {"type": "AWS_IAM"}}, "AWS_IAM"),
        ({"x-amazon-apigateway-auth": {"type": "NONE"}}, "NONE"),
        ({"x-amazon-apigateway-auth": {"type": "NONE"}, "security": [{"token": []}]}, "CUSTOM"),
    ],
)
def test_the_authorization_of_an_operation(operation: object, expected: object) -> None:
    (only,) = described(operation)
    assert word(only) == expected


def test_schemes_of_swagger_2_count_as_well() -> None:
    body = {"paths": {"/x": {"get": {"security": [{"sigv4": []}]}}}, "securityDefinitions": SCHEMES}
    (only,) = operations(Scalar(data=json.dumps(body), span=HERE))
    assert word(only) == "AWS_IAM"


def test_the_security_of_the_root_is_not_that_of_an_operation() -> None:
    (without,) = described({}, security=[{"sigv4": []}])
    assert (word(without), word(without, "inherited")) == ("NONE", Unknown)
    (own,) = described({"security": []}, security=[{"sigv4": []}])
    assert (word(own), word(own, "inherited")) == ("NONE", Absent)


def test_verbs_are_those_of_methods_and_other_members_of_a_path_are_none() -> None:
    paths: object = {"/x": {"x-amazon-apigateway-any-method": {}, "parameters": [], "post": {}}}
    made = operations(Scalar(data=json.dumps({"paths": paths}), span=HERE))
    assert [(word(one, "path"), word(one, "verb")) for one in made] == [("/x", "POST"), ("/x", "ANY")]


def test_the_policy_of_the_api_may_stand_in_its_description() -> None:
    text = json.dumps({"paths": {}, "x-amazon-apigateway-policy": {"Statement": [{"Effect": "Deny"}]}})
    made = openapi(Scalar(data=text, span=HERE), {})
    assert isinstance(made, Object)
    policy = made.get("policy")
    assert isinstance(policy, Object)
    statements = policy.get("statements")
    assert isinstance(statements, List)
    assert [word(one, "effect") for one in statements.items] == ["Deny"]


def test_what_is_behind_an_operation() -> None:
    behind = {"uri": "http://example.com", "connectionType": "VPC_LINK"}
    (only,) = described({"x-amazon-apigateway-integration": behind})
    assert (word(only, "backend"), word(only, "connection")) == ("http://example.com", "VPC_LINK")


YAML = """\
paths:
  /x:
    get: &open
      summary: ${name}
    post:
      security:
        - sigv4: []
  /y: {get: *open}
components:
  securitySchemes:
    sigv4: {x-amazon-apigateway-authtype: awsSigv4}
"""


def test_yaml_that_is_a_whole_file_keeps_its_lines() -> None:
    span = Span("api.yaml", 1, 1, 12, 1)
    made = operations(Scalar(data=YAML, span=span), {"api.yaml": Source("api.yaml", YAML)})
    assert [(word(one), one.span.line) for one in made] == [("NONE", 3), ("AWS_IAM", 5), ("NONE", 8)]
    assert isinstance(made[1], Object)
    assert made[1].get("authorization").span == Span("api.yaml", 7, 11, 7, 16)


def test_a_text_with_a_gap_is_read_around_it() -> None:
    before, after = YAML.split("${name}")
    made = operations(Unknown(span=HERE, reason="who knows", pieces=(before, None, after)))
    assert [word(one) for one in made] == ["NONE", "AWS_IAM", "NONE"]


def test_what_jsonencode_made_is_read_from_the_structure() -> None:
    get = Object(span=Span("main.tf", 7, 1, 7, 3), members={})
    item = Object(span=HERE, members={"get": get}, keys={"get": Span("main.tf", 6, 1, 6, 3)})
    paths = Object(span=HERE, members={"/x": item})
    (only,) = operations(Scalar(span=HERE, data="?", encodes=Object(span=HERE, members={"paths": paths})))
    assert (word(only), only.span.line) == ("NONE", 6)


def test_each_that_it_may_be_is_read() -> None:
    texts = [Scalar(data=json.dumps({"paths": {"/x": {"get": {}}}}), span=HERE), Scalar(data="- no", span=HERE)]
    made = openapi(Unknown(span=HERE, reason="a or b", candidates=tuple(texts)), {})
    assert isinstance(made, Unknown)
    assert [type(one) for one in made.candidates] == [Object, Unknown]


def test_what_a_transform_puts_in_is_unknown() -> None:
    made = openapi(Object(span=HERE, members={"Fn::Transform": Object(span=HERE, members={})}), {})
    assert isinstance(made, Object)
    assert isinstance(made.get("operations"), Unknown)


@pytest.mark.parametrize("text", ["{", "", "a: [", "just text", "a: b: c"])
def test_what_is_no_document_is_unknown(text: str) -> None:
    assert isinstance(openapi(Scalar(data=text, span=HERE), {}), Unknown)


@pytest.mark.parametrize(
    ("text", "message"),
    [("a: &a [*a]", "names nothing"), ("[" * 3_000_000, "nested"), ("- " * 3_000_000, "nested"), ("# no", "empty")],
    ids=["holds itself", "deep", "deep in blocks", "empty"],
)
def test_yaml_that_cannot_be_a_document_is_refused(text: str, message: str) -> None:
    with pytest.raises(NotYaml, match=message):
        read_yaml((text,), Scalar(data=text, span=HERE), {})


def test_aliases_are_read_once() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    text = "\n".join(lines)
    made = read_yaml((text,), Scalar(data=text, span=HERE), {})
    assert isinstance(made, Object)
    assert len(made.members) == 60


def test_a_tag_is_not_guessed_at() -> None:
    made = read_yaml(("a: !Sub x",), Scalar(data="a: !Sub x", span=HERE), {})
    assert isinstance(made, Object)
    assert isinstance(made.get("a"), Unknown)


def test_what_is_merged_into_an_operation_counts_below_what_it_says() -> None:
    text = (
        "x: &d {security: [{sigv4: []}], operationId: a}\ny: &e {security: []}\n"
        "paths:\n  /a:\n    get: {<<: *d, operationId: b}\n    put: {<<: [*e, *d]}\n    post: {security: [], <<: *d}\n"
        "components: {securitySchemes: {sigv4: {type: apiKey, x-amazon-apigateway-authtype: awsSigv4}}}\n"
    )
    assert [word(one) for one in operations(Scalar(span=HERE, data=text))] == ["AWS_IAM", "NONE", "NONE"]


@pytest.mark.parametrize(
    "text", ["paths: []", "paths: {/a: {$ref: other.yaml}}", "{Bucket: b, Key: k}"], ids=["list", "reference", "bucket"]
)
def test_what_is_described_elsewhere_is_unknown(text: str) -> None:
    made = openapi(Scalar(span=HERE, data=text), {})
    assert isinstance(made, Object)
    found = made.get("operations")
    assert isinstance(found.items[0] if isinstance(found, List) else found, Unknown)
