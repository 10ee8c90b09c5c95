"""Statements of identity policies in; what they allow on all resources, and whether that makes their holder more, out.

Only this module knows the actions that lead to all others: those that write policies, credentials or trust, and those
that hand a role to something that runs what the caller says. They are public knowledge since Rhino Security Labs listed
them in 2018 (https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/). Of what that list holds
today (https://github.com/RhinoSecurityLabs/AWS-IAM-Privilege-Escalation) only CodeStar is left out, which AWS has
closed; what is here besides takes a role, or hands one out, in the same way. What each action does is in
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html. Without a named resource they reach all of
them, the administrator's among them.
"""

from __future__ import annotations

from functools import partial

from srm_lint.model.condition import Truth, Verb
from srm_lint.model.value import Object, Unknown, Value
from srm_lint.policy.denials import covers, denied
from srm_lint.policy.documents import action_at, asked_of_statement, has_effect
from srm_lint.policy.restrictions import lessens_nothing
from srm_lint.policy.wildcards import GAP, NAME, asked_of_text, first, is_every_action, is_star, some

ALONE = (
    *("iam:AttachUserPolicy", "iam:AttachGroupPolicy", "iam:AttachRolePolicy"),
    *("iam:PutUserPolicy", "iam:PutGroupPolicy", "iam:PutRolePolicy"),
    *("iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:AddUserToGroup"),
    *("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile", "iam:UpdateAssumeRolePolicy"),
    # Who signs in as what: another provider's word is taken, or the holder is put where administrators are.
    *("iam:UpdateSAMLProvider", "sso:CreateAccountAssignment", "identitystore:CreateGroupMembership"),
    # What runs in a role that somebody else has passed.
    *("lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "glue:UpdateDevEndpoint"),
    "sagemaker:CreatePresignedNotebookInstanceUrl",
)
"""Actions that are enough, each by itself."""

PASS_ROLE = "iam:PassRole"  # noqa: S105 - an action, not a password
RUNNING = (
    ("ec2:RunInstances",),
    ("ec2:RequestSpotInstances",),
    ("ec2:RequestSpotFleet",),
    ("ec2:CreateFleet",),
    ("ec2:AssociateIamInstanceProfile",),
    ("ec2:ReplaceIamInstanceProfileAssociation",),
    ("autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup"),
    ("autoscaling:CreateLaunchConfiguration", "autoscaling:UpdateAutoScalingGroup"),
    ("lambda:CreateFunction", "lambda:InvokeFunction"),
    ("lambda:CreateFunction", "lambda:CreateEventSourceMapping"),
    ("lambda:CreateFunction", "lambda:AddPermission"),
    ("lambda:CreateFunction", "lambda:CreateFunctionUrlConfig"),
    ("glue:CreateDevEndpoint",),
    ("glue:CreateJob", "glue:StartJobRun"),
    ("glue:CreateJob", "glue:CreateTrigger"),
    ("glue:UpdateJob", "glue:StartJobRun"),
    ("glue:UpdateJob", "glue:CreateTrigger"),
    ("glue:CreateSession", "glue:RunStatement"),
    ("cloudformation:CreateStack",),
    ("cloudformation:UpdateStack",),
    ("cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"),
    ("cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"),
    ("cloudformation:UpdateStackSet",),
    ("datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition"),
    ("ecs:RegisterTaskDefinition", "ecs:RunTask"),
    ("ecs:RegisterTaskDefinition", "ecs:StartTask"),
    ("ecs:RegisterTaskDefinition", "ecs:CreateService"),
    ("ecs:RegisterTaskDefinition", "ecs:UpdateService"),
    ("batch:RegisterJobDefinition", "batch:SubmitJob"),
    ("apprunner:CreateService",),
    ("apprunner:UpdateService",),
    ("codebuild:CreateProject", "codebuild:StartBuild"),
    ("codebuild:CreateProject", "codebuild:StartBuildBatch"),
    ("codebuild:UpdateProject", "codebuild:StartBuild"),
    ("codebuild:UpdateProject", "codebuild:StartBuildBatch"),
    ("elasticmapreduce:RunJobFlow",),
    ("emr-serverless:StartJobRun",),
    ("sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"),
    ("sagemaker:CreateTrainingJob",),
    ("sagemaker:CreateProcessingJob",),
    ("sagemaker:CreateHyperParameterTuningJob",),
    # These call AWS's interfaces themselves, as the role that they are given.
    ("states:CreateStateMachine", "states:StartExecution"),
    ("states:UpdateStateMachine", "states:StartExecution"),
    ("scheduler:CreateSchedule",),
    ("scheduler:UpdateSchedule",),
    ("ssm:StartAutomationExecution",),
)
"""Actions that run what the caller says in a role that the caller may pass, where all of one row are allowed."""


def _escalates(statement: Object) -> Truth:
    """Whether a statement allows an action that is enough, on whichever user, role, policy or function."""
    return max(_grants(statement, action, anything=True) for action in ALONE)


def _allows_on_everything(value: Value, wanted: object) -> Truth:
    """Whether a statement allows one of the `wanted` actions, named or within a wildcard, on all resources."""
    listed = wanted if isinstance(wanted, list) else []
    return max((_grants(value, str(action), anything=True, all_too=True) for action in listed), default=Truth.FALSE)


def _allowed_at(statement: Value, wanted: object) -> Value | None:
    listed = wanted if isinstance(wanted, list) else []
    return action_at(statement, lambda text: max(covers(text, str(action)) for action in listed))


def _passes_any_role(value: Value, wanted: object) -> Truth:
    """Whether statements together allow passing any role to something that runs what the caller says."""
    if isinstance(value, Unknown):
        return Truth.UNKNOWN
    passing = some(value, partial(_grants, action=PASS_ROLE, anything=True))
    running = Truth.FALSE
    if passing is not Truth.FALSE:
        running = max(min(some(value, partial(_grants, action=action)) for action in row) for row in RUNNING)
    answer = min(passing, running)
    return answer if wanted is True else answer.mirrored()


def _passing_at(statements: Value, _: object) -> Value | None:
    passing = first(statements, partial(_grants, action=PASS_ROLE, anything=True))
    return None if passing is None else action_at(passing, lambda text: covers(text, PASS_ROLE))


def _grants(statement: Value, action: str, *, anything: bool = False, all_too: bool = False) -> Truth:
    """Whether a statement allows `action`, with no condition that lessens it; where `anything` is wanted, on all
    resources.

    What allows everything is an administrator's policy and told of as one: it counts only where `all_too` is wanted.
    """
    if not isinstance(statement, Object):
        return Truth.UNKNOWN if isinstance(statement, Unknown) else Truth.FALSE
    covering = covers if all_too else _covers_but_all
    named = some(statement.get("actions"), lambda one: asked_of_text(one, lambda text: covering(text, action)))
    granted = min(_allows(statement), named, _on_any_resource(statement) if anything else Truth.TRUE)
    return granted if granted is Truth.FALSE else min(granted, denied(statement, action).mirrored())


def _allows(statement: Object) -> Truth:
    return min(has_effect(statement, "Allow"), lessens_nothing(statement.get("conditions")))


def _on_any_resource(statement: Object) -> Truth:
    return some(statement.get("resources"), lambda value: asked_of_text(value, _is_any))


def _is_any(text: str) -> Truth:
    """Whether a resource is all of its type: `*`, `arn:aws:iam::*:role/*`, `arn:aws:lambda:*:*:function:*`."""
    fields = text.split(":", 5)
    if len(fields) < 6 or fields[0] != "arn":
        return is_star(text) if text != NAME else Truth.FALSE
    if GAP in fields[5]:
        return Truth.FALSE  # "role/${name}": a gap inside an ARN is a name; whoever means all writes the asterisk
    if fields[2] == "s3":
        return is_star(fields[5].replace("/", ""))  # "bucket/*" is one bucket, not all of a type
    _, divided, name = fields[5].replace(":", "/").partition("/")
    return is_star(name if divided else fields[5])


def _covers_but_all(pattern: str, action: str) -> Truth:
    return min(is_every_action(pattern).mirrored(), covers(pattern, action))


VERBS: tuple[Verb, ...] = (
    Verb(
        "escalates_privileges",
        asked_of_statement(_escalates),
        "the statement allows {value}, by which its holder can have any permission of the account",
        takes=bool,
        denies="the statement does not let its holder have any permission of the account",
        at=lambda statement, _: action_at(statement, lambda text: max(covers(text, one) for one in ALONE)),
    ),
    Verb(
        "allows_on_everything",
        _allows_on_everything,
        "the statement allows {value} on every resource",
        takes=list,
        denies="the statement does not allow {wanted} on every resource",
        at=_allowed_at,
    ),
    Verb(
        "passes_any_role",
        _passes_any_role,
        "the statements let their holder run code of its own in any role of the account",
        takes=bool,
        denies="the statements do not let their holder run code of its own in any role of the account",
        at=_passing_at,
    ),
)
"""Questions about a statement, and about all statements of a document together."""
