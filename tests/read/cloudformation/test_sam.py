# ruff: noqa: E501 - templates are read line by line
"""SAM templates: what they deploy, and the lines of the user's own text that it stands at."""

from __future__ import annotations

import socket
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from cloudformation_reading import configuration, plain

from srm_lint.model.resource import Configuration, Resource
from srm_lint.model.source import Tree
from srm_lint.model.value import Absent, List, Object, Scalar, Unknown, Value
from srm_lint.read.cloudformation import Given, read
from srm_lint.read.cloudformation.parameters import Parameters

HEAD = "Transform: AWS::Serverless-2016-10-31\n"
FUNCTION = "Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: app.handler"


def sam(text: str) -> Configuration:
    """The template with these sections; line 1 names the transform, so that the text begins on line 2."""
    return configuration(HEAD + textwrap.dedent(text).removeprefix("\n"), dedent=False)


def types(found: Configuration) -> dict[str, str]:
    return {resource.address: resource.type for resource in found.resources}


def resource(found: Configuration, address: str) -> Resource:
    return next(one for one in found.resources if one.address == address)


def at(value: Value, *steps: str | int) -> Value:
    for step in steps:
        if isinstance(step, int):
            assert isinstance(value, List)
            value = value.items[step]
        else:
            assert isinstance(value, Object)
            value = value.get(step)
    return value


def lines(value: Value) -> list[tuple[Any, int]]:
    """The scalars of a value with their lines."""
    match value:
        case Object(members=members):
            return [each for member in members.values() for each in lines(member)]
        case List(items=items):
            return [each for item in items for each in lines(item)]
    return [(value.data if isinstance(value, Scalar) else "?", value.span.line)]


def test_a_function_becomes_a_function_and_a_role() -> None:
    found = sam(
        """
        Resources:
          Fn:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: python3.12
              Handler: app.handler
              Environment: {Variables: {KEY: value}}
              CodeUri: src/
        """
    )
    assert found.problems == ()
    assert types(found) == {"Fn": "AWS::Lambda::Function", "FnRole": "AWS::IAM::Role"}
    function, role = found.resources
    assert (function.made_by, role.made_by) == ("", "AWS::Serverless::Function Fn")
    assert [(one.span.line, one.span.end_line) for one in (function, role)] == [(3, 9), (3, 9)]
    assert plain(at(function.body, "Environment")) == {"Variables": {"KEY": "value"}}
    assert at(function.body, "Environment", "Variables", "KEY").span.line == 8
    uploaded = at(function.body, "Code", "S3Bucket")
    assert isinstance(uploaded, Unknown)
    assert (uploaded.span.line, uploaded.span.column) == (9, 16)
    assert at(role.body, "PermissionsBoundary") == Absent(span=role.body.span)
    assert role.body.span.line == 3


def test_policies_of_each_form_stand_where_they_are_written() -> None:
    found = sam(
        """
        Conditions: {Prod: !Equals [!Ref AWS::Region, a]}
        Resources:
          Bucket: {Type: AWS::S3::Bucket}
          Fn:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: python3.12
              Handler: app.handler
              Policies:
                - AmazonDynamoDBFullAccess
                - arn:aws:iam::aws:policy/AdministratorAccess
                - S3ReadPolicy:
                    BucketName: !Ref Bucket
                - Statement:
                    - Effect: Allow
                      Action: s3:*
                      Resource: '*'
                - !If [Prod, AWSLambdaExecute, !Ref AWS::NoValue]
        """
    )
    assert found.problems == ()
    role = resource(found, "FnRole").body
    arns = at(role, "ManagedPolicyArns")
    assert lines(arns)[:3] == [
        ("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", 10),
        ("arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess", 11),
        ("arn:aws:iam::aws:policy/AdministratorAccess", 12),
    ]
    assert plain(at(arns, 3)) == ("one of", "arn:aws:iam::aws:policy/AWSLambdaExecute", "absent")
    template = at(role, "Policies", 0, "PolicyDocument", "Statement", 0)
    assert ("s3:GetObject", 13) in lines(template)
    bucket = at(template, "Resource", 0)
    assert isinstance(bucket, Unknown)
    assert "Bucket" in bucket.references
    assert bucket.span.line == 13
    written = at(role, "Policies", 1, "PolicyDocument", "Statement", 0)
    assert lines(written) == [("Allow", 16), ("s3:*", 17), ("*", 18)]


def test_what_globals_give_stands_in_globals_and_what_overrides_them_does_not() -> None:
    found = sam(
        """
        Globals:
          Function:
            Runtime: python3.12
            Handler: app.handler
            VpcConfig:
              SubnetIds: [a]
            PropagateTags: false
            Environment:
              Variables:
                ALL: one
        Resources:
          Fn:
            Type: AWS::Serverless::Function
            Properties:
              Environment:
                Variables:
                  OWN: two
              Handler: own.handler
        """
    )
    body = resource(found, "Fn").body
    assert lines(at(body, "Runtime")) == [("python3.12", 4)]
    assert lines(at(body, "Handler")) == [("own.handler", 19)]
    assert lines(at(body, "Environment")) == [("one", 11), ("two", 18)]
    assert at(body, "VpcConfig").span.line == 6
    assert (body.keys["Runtime"].line, body.keys["Handler"].line) == (4, 19)


def test_events_make_what_they_need_at_the_line_of_the_event() -> None:
    found = sam(
        """
        Resources:
          Queue: {Type: AWS::SQS::Queue}
          Fn:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: python3.12
              Handler: app.handler
              Events:
                Get:
                  Type: Api
                  Properties: {Path: /get, Method: get}
                Wait:
                  Type: SQS
                  Properties:
                    Queue: !GetAtt Queue.Arn
                    Enabled: false
        Outputs:
          Stage: {Value: !Ref ServerlessRestApi.Stage}
        """
    )
    assert found.problems == ()
    made = types(found)
    deployment = next(name for name in made if name.startswith("ServerlessRestApiDeployment"))
    assert list(made) == [
        "Queue",
        "Fn",
        "FnRole",
        "FnGetPermissionProd",
        "FnWait",
        "ServerlessRestApi",
        deployment,
        "ServerlessRestApiProdStage",
    ]
    lines_of = {one.address: one.body.span.line for one in found.resources}
    assert (lines_of["FnGetPermissionProd"], lines_of["FnWait"], lines_of["ServerlessRestApi"]) == (10, 13, 10)
    assert resource(found, "ServerlessRestApiProdStage").made_by == "AWS::Serverless::Function Fn"
    wait = resource(found, "FnWait").body
    assert lines(at(wait, "Enabled")) == [(False, 17)]
    queue = at(wait, "EventSourceArn")
    assert isinstance(queue, Unknown)
    assert queue.references == ("Queue",)
    assert queue.span.line == 16
    path = at(resource(found, "ServerlessRestApi").body, "Body", "paths")
    assert isinstance(path, Object)
    assert path.keys["/get"].line == 12


def test_other_kinds_become_what_they_deploy() -> None:
    found = sam(
        """
        Resources:
          Table:
            Type: AWS::Serverless::SimpleTable
            Properties:
              SSESpecification: {SSEEnabled: false}
          Layer:
            Type: AWS::Serverless::LayerVersion
            Properties: {ContentUri: layer/}
          Machine:
            Type: AWS::Serverless::StateMachine
            Properties:
              DefinitionUri: machine.json
              Policies: [{LambdaInvokePolicy: {FunctionName: !Ref Table}}]
          Http:
            Type: AWS::Serverless::HttpApi
          Remote:
            Type: AWS::Serverless::Application
            Properties:
              Location: {ApplicationId: arn:aws:serverlessrepo:us-east-1:1:applications/x, SemanticVersion: 1.0.0}
          Graph:
            Type: AWS::Serverless::GraphQLApi
            Properties: {SchemaInline: 'type Query { a: String }', Auth: {Type: AWS_IAM}}
          Link:
            Type: AWS::Serverless::Connector
            Properties: {Source: {Id: Machine}, Destination: {Id: Table}, Permissions: [Read]}
        """
    )
    assert [problem.kind for problem in found.problems] == ["missing-module"]  # of the stack whose template is remote
    made = {name if not name.startswith("Layer") else "Layer…": kind for name, kind in types(found).items()}
    assert made == {
        "Table": "AWS::DynamoDB::Table",
        "Layer…": "AWS::Lambda::LayerVersion",
        "Machine": "AWS::StepFunctions::StateMachine",
        "MachineRole": "AWS::IAM::Role",
        "Http": "AWS::ApiGatewayV2::Api",
        "HttpApiGatewayDefaultStage": "AWS::ApiGatewayV2::Stage",
        "Remote": "AWS::CloudFormation::Stack",
        "Graph": "AWS::AppSync::GraphQLApi",
        "GraphCloudWatchRole": "AWS::IAM::Role",
        "GraphSchema": "AWS::AppSync::GraphQLSchema",
        "LinkPolicy": "AWS::IAM::ManagedPolicy",
    }
    assert lines(at(resource(found, "Table").body, "SSESpecification")) == [(False, 6)]
    assert resource(found, "MachineRole").body.span.line == 14


def test_a_public_url_is_said_at_the_line_that_makes_it_so() -> None:
    found = sam(
        f"""
        Resources:
          Fn: {{{FUNCTION},
            FunctionUrlConfig: {{
              AuthType: NONE,
              Cors: {{AllowOrigins: ['*']}}}}}}}}
        """
    )
    permissions = [one for one in found.resources if one.type == "AWS::Lambda::Permission"]
    assert len(permissions) == 2
    assert {at(one.body, "Principal").span.line for one in permissions} == {5}
    assert lines(at(resource(found, "FnUrl").body, "AuthType")) == [("NONE", 5)]


def test_conditions_and_intrinsic_functions_survive() -> None:
    found = sam(
        """
        Parameters:
          Stage: {Type: String, Default: dev}
          Name: {Type: String}
        Conditions:
          Prod: !Equals [!Ref Name, prod]
        Resources:
          Fn:
            Type: AWS::Serverless::Function
            Condition: Prod
            DeletionPolicy: Retain
            Properties:
              Runtime: !If [Prod, python3.12, python3.8]
              Handler: !Sub '${Stage}.handler'
              Description: {Fn::Join: [-, [a, !Ref Name]]}
              Role: !If [Prod, !Ref Name, !Ref AWS::NoValue]
        """
    )
    assert found.problems == ()
    function = resource(found, "Fn")
    assert isinstance(function.exists, Unknown)
    assert "Prod" in function.exists.reason
    assert plain(at(function.body, "Runtime")) == "python3.12"  # it exists only if Prod holds
    handler = at(function.body, "Handler")
    assert (plain(handler), handler.span.line) == ("dev.handler", 14)
    assert plain(at(function.body, "Description")) == ("?", "a-", None)
    role = resource(found, "FnRole").exists
    assert isinstance(role, Unknown)
    assert "NOTProd" in role.reason


def test_what_is_under_a_default_stays_a_reference_to_its_parameter() -> None:
    text = """
        Parameters:
          Stage: {Type: String, Default: dev}
          Alias: {Type: String}
          Secret: {Type: String, NoEcho: true, Default: hunter2}
        Resources:
          Fn:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: python3.12
              Handler: app.handler
              AutoPublishAlias: !Ref Alias
              EventInvokeConfig: {MaximumRetryAttempts: !Ref Stage}
              Environment: {Variables: {A: !Ref Secret, B: !Sub 'x${Secret}'}}
          Api:
            Type: AWS::Serverless::Api
            Properties:
              StageName: !Ref Stage
              Auth: {ApiKeyRequired: true, UsagePlan: {CreateUsagePlan: PER_API, Description: !Sub '${Secret}!'}}
    """
    found = sam(text)
    assert found.problems == ()
    assert "FnAliasAlias" in types(found)
    assert isinstance(at(resource(found, "FnAliasAlias").body, "Name"), Unknown)
    attempts = at(resource(found, "FnEventInvokeConfig").body, "MaximumRetryAttempts")
    assert (plain(attempts), attempts.span.line) == ("dev", 3)
    stage = at(next(one for one in found.resources if one.type == "AWS::ApiGateway::Stage").body, "StageName")
    assert (plain(stage), stage.span.line, stage.trace[0].line) == ("dev", 3, 18)
    variables = at(resource(found, "Fn").body, "Environment", "Variables")
    plan = at(resource(found, "ApiUsagePlan").body, "Description")
    assert [at(variables, "A").sensitive, at(variables, "B").sensitive, plan.sensitive] == [True, True, True]


def test_parameters_that_are_given_are_used(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(
        f"{HEAD}Parameters: {{Alias: {{Type: String, Default: old}}}}\nResources:\n  Fn: {{{FUNCTION}, AutoPublishAlias: !Ref Alias}}}}\n"
    )
    given = Scalar(span=configuration(HEAD + "Resources:\n  A: {Type: AWS::X::Y}\n").resources[0].span, data="new")
    (found,) = read([path], Tree(tmp_path), Given([Parameters(values={"Alias": given})]))
    assert plain(at(resource(found, "FnAliasnew").body, "Name")) == "new"


def test_resources_of_the_users_own_stay_and_get_what_sam_adds() -> None:
    found = sam(
        f"""
        Resources:
          Bucket:
            Type: AWS::S3::Bucket
            Properties:
              AccessControl: PublicRead
          Fn: {{{FUNCTION}, Events: {{New: {{Type: S3, Properties: {{Bucket: !Ref Bucket, Events: 's3:ObjectCreated:*'}}}}}}}}}}
        """
    )
    assert found.problems == ()
    bucket = resource(found, "Bucket")
    assert bucket.made_by == ""
    assert lines(at(bucket.body, "AccessControl")) == [("PublicRead", 6)]
    event = at(bucket.body, "NotificationConfiguration", "LambdaConfigurations", 0, "Event")
    assert lines(event) == [("s3:ObjectCreated:*", 7)]


def test_loops_are_written_out_before_sam() -> None:
    found = configuration(
        f"""
        Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
        Resources:
          Fn::ForEach::Each:
            - Name
            - [A, B]
            - Fn${{Name}}: {{{FUNCTION}, Description: !Ref Name}}}}
        """
    )
    assert found.problems == ()
    assert list(types(found)) == ["FnA", "FnARole", "FnB", "FnBRole"]
    assert plain(at(resource(found, "FnB").body, "Description")) == "B"


def test_a_local_application_is_a_nested_stack_and_no_root(tmp_path: Path) -> None:
    (tmp_path / "inner.yaml").write_text(f"{HEAD}Resources:\n  Fn: {{{FUNCTION}}}}}\n")
    (tmp_path / "outer.yaml").write_text(
        f"{HEAD}Resources:\n  App: {{Type: AWS::Serverless::Application, Properties: {{Location: inner.yaml}}}}\n"
    )
    (found,) = read([tmp_path / "inner.yaml", tmp_path / "outer.yaml"], Tree(tmp_path))
    assert list(types(found)) == ["App", "App/Fn", "App/FnRole"]
    assert resource(found, "App/FnRole").made_by == "AWS::Serverless::Function App/Fn"


def test_an_included_definition_is_unknown_and_still_translated() -> None:
    found = sam(
        """
        Resources:
          Api:
            Type: AWS::Serverless::Api
            Properties:
              StageName: prod
              Auth: {DefaultAuthorizer: AWS_IAM}
              DefinitionBody: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://bucket/api.yaml}}}
        """
    )
    assert types(found)["Api"] == "AWS::ApiGateway::RestApi"
    body = at(resource(found, "Api").body, "Body")
    assert isinstance(body, Unknown)
    assert body.span.line == 8


@pytest.mark.parametrize(
    ("properties", "message", "line"),
    [
        ("Handler: h", "SAM refuses Fn: Runtime and Handler needs to be present", 3),
        ("Runtime: r\n      Handler: h\n      Policies: {NoSuchPolicy: {}}", "SAM refuses Fn: Policy at index 0", 8),
        ("Runtime: r\n      Handler: h\n      Typo: 1", "SAM refuses Fn: property Typo not defined", 8),
        (
            "Runtime: r\n      Handler: h\n      Events:\n        E: {Type: SQS, Properties: {}}",
            "SAM refuses FnE: Missing required property 'Queue'",
            9,
        ),
        (
            "Runtime: r\n      Handler: h\n      AutoPublishAlias: {Fn::Sub: 'x${AWS::Region}'}",
            "'AutoPublishAlias' must be a string",
            8,
        ),
    ],
)
def test_what_sam_refuses_is_told_where_it_stands_and_judged_as_written(
    properties: str, message: str, line: int
) -> None:
    found = configuration(
        f"{HEAD}Resources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      {properties}\n  Good: {{Type: AWS::S3::Bucket}}\n",
        dedent=False,
    )
    (problem,) = found.problems
    assert message in problem.message
    assert problem.message.endswith("its AWS::Serverless resources are judged as they are written")
    assert problem.span.line == line
    assert types(found) == {"Fn": "AWS::Serverless::Function", "Good": "AWS::S3::Bucket"}


def test_each_cause_of_a_refusal_is_told() -> None:
    found = sam("Resources:\n  A: {Type: AWS::Serverless::Function}\n  B: {Type: AWS::Serverless::Api}\n")
    assert [(problem.kind, problem.span.line) for problem in found.problems] == [("syntax", 3), ("syntax", 4)]


@pytest.mark.parametrize(
    "text",
    [
        f"Globals: {{Function: [1]}}\nResources:\n  Fn: {{{FUNCTION}}}}}\n",
        f"Globals: nothing\nResources:\n  Fn: {{{FUNCTION}}}}}\n",
        f"Resources:\n  Fn: {{{FUNCTION}}}, Metadata: [1], Condition: [1]}}\n",
        f"Resources:\n  Fn: {{{FUNCTION}, Events: {{E: 1, F: {{Type: [1]}}}}}}}}\n",
        f"Resources:\n  Fn: {{{FUNCTION}, Policies: [1, [2], {{A: {{}}, B: {{}}}}, {{Fn::If: x}}]}}}}\n",
        f"Resources:\n  Fn: {{{FUNCTION}, Events: [1]}}}}\n  Fn-1: {{Type: AWS::Serverless::Api}}\n",
        f"Conditions: {{{'C' * 400}: !Equals [a, !Ref AWS::Region]}}\nResources:\n  Fn: {{Condition: {'C' * 400}, {FUNCTION}, EventInvokeConfig: {{DestinationConfig: {{OnSuccess: {{Type: SQS, Destination: !If [{'C' * 400}, a, !Ref AWS::NoValue]}}}}}}}}}}\n",
        "Resources:\n  Fn: 1\n  Api: {Type: AWS::Serverless::Api, Properties: 1}\n",
        "Resources: {Api: {Type: AWS::Serverless::Api, Properties: {StageName: [], DefinitionBody: {paths: 1, swagger: 2}, Auth: 3}}}\n",
    ],
)
def test_strange_templates_are_told_and_cost_no_traceback(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert configuration(HEAD + text, dedent=False).problems
    assert capsys.readouterr() == ("", "")


def test_what_one_stack_cannot_hold_is_not_translated() -> None:
    many = "".join(f"  F{number}: {{{FUNCTION}}}}}\n" for number in range(501))
    found = configuration(f"{HEAD}Resources:\n{many}", dedent=False)
    assert [(problem.kind, problem.span.line) for problem in found.problems] == [("limit", 1), ("limit", 2)]
    assert len(found.resources) == 501
    variables = "${A}" * 1001
    wide = configuration(f"{HEAD}Resources:\n  F: {{{FUNCTION}, Description: !Sub '{variables}'}}}}\n", dedent=False)
    assert "limit" in [problem.kind for problem in wide.problems]


def test_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    found = sam(
        """
        Parameters: {Id: {Type: String, Default: arn:aws:serverlessrepo:us-east-1:1:applications/x}}
        Resources:
          App:
            Type: AWS::Serverless::Application
            Properties:
              Location: {ApplicationId: !Ref Id, SemanticVersion: 1.0.0}
          Fn:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: python3.12
              Handler: app.handler
              Policies: [NoSuchManagedPolicy]
              AutoPublishAlias: live
              DeploymentPreference: {Type: Canary10Percent5Minutes}
        """
    )
    assert {"App", "FnRole", "FnDeploymentGroup", "CodeDeployServiceRole"} <= set(types(found))
    assert [problem.kind for problem in found.problems] == ["missing-module"]


def test_the_translator_is_imported_for_sam_alone() -> None:
    program = """
import sys
from srm_lint.model.source import Source
from srm_lint.read.cloudformation.reader import read_source
assert read_source(Source("t.yaml", "Resources: {A: {Type: AWS::S3::Bucket}}"))
assert not {"samtranslator", "boto3", "cfnlint"} & set(sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
