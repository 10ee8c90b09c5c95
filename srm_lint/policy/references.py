"""The address that an unknown value depends on in; what it may turn out to hold, as far as the address tells, out."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MODULES = re.compile(r'(?:module\.[^.\[]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.)+')
_HOLD_ANYTHING = frozenset({
    "aws_cloudformation_export",
    "aws_cloudformation_stack",
    "aws_s3_bucket_object",
    "aws_s3_object",
    "aws_secretsmanager_secret_version",
    "aws_ssm_parameter",
    "aws_ssm_parameters_by_path",
    "external",
    "http",
    "local_file",
    "null_data_source",
    "null_resource",
    "template_file",
    "terraform_data",
    "terraform_remote_state",
    "tfe_outputs",
})  # fmt: skip
"""Types of which the attributes hold whatever somebody has put there."""


def names_something(reference: str) -> bool:
    """Whether a reference is to a resource, or to a data source that tells of one: not to what may hold anything, like
    an input, an output of a module that is not here, or a parameter store.
    """
    steps = _local(reference).split(".")
    if len(steps) == 1:
        return True
    # Terraform's types have an underscore, var and local have none; CloudFormation's inputs are Parameters.A.
    kind = steps[1] if steps[0] in ("data", "ephemeral") else steps[0]
    return "_" in kind and kind not in _HOLD_ANYTHING


def is_read(reference: str) -> bool:
    """Whether a reference is to a data source: to something that is there already, and may be of the provider's."""
    return _local(reference).startswith("data.")


def tells_own_account(references: Iterable[str]) -> bool:
    """Whether references are to the account that is deployed to, and to nothing else but its partition."""
    others = [one for one in references if not _is_partition(one)]
    return bool(others) and all(map(_is_own_account, others))


def _is_partition(reference: str) -> bool:
    return reference == "AWS::Partition" or _local(reference).startswith("data.aws_partition.")


def _is_own_account(reference: str) -> bool:
    return reference == "AWS::AccountId" or _local(reference).startswith("data.aws_caller_identity.")


def _local(reference: str) -> str:
    """The address within its module."""
    modules = _MODULES.match(reference)
    return reference[modules.end() :] if modules else reference
