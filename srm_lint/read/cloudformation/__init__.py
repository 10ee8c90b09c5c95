"""CloudFormation templates (YAML and JSON) in, a `Configuration` out; knows nothing of Terraform, kinds or policies."""

from srm_lint.read.cloudformation.parameters import read_parameters
from srm_lint.read.cloudformation.reader import Given, read

__all__ = ["Given", "read", "read_parameters"]
