"""srm-lint: a policy linter for Terraform and CloudFormation whose findings cite who owns the fix."""

__version__ = "0.1.0"
