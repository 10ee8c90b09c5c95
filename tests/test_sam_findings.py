"""What SAM makes is judged, told once for each place, said to be made, and ignored where the user's resource is."""

from __future__ import annotations

from pathlib import Path

import pytest

from srm_lint.model.finding import Finding
from srm_lint.model.policy import Outcome
from srm_lint.request import Request
from srm_lint.run import check

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: app.handler
      FunctionUrlConfig:
        AuthType: NONE
      Policies:
        - AdministratorAccess
"""


def found(folder: Path, text: str, *select: str) -> list[Finding]:
    (folder / "template.yaml").write_text(text)
    scan = check(Request(paths=(folder,), select=select))
    assert scan.problems == ()
    return [finding for finding in scan.findings if finding.outcome is Outcome.FAIL]


def test_a_managed_policy_is_found_at_its_name(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, TEMPLATE, "iam-role-is-not-administrator")
    assert (finding.primary.line, finding.primary.column) == (11, 11)
    assert finding.instances == ("FnRole",)
    assert finding.message.endswith(" (in FnRole, which AWS::Serverless::Function Fn makes)")


def test_what_one_line_makes_is_told_once(tmp_path: Path) -> None:
    # It makes a URL and two permissions for everyone to use it.
    (finding,) = [one for one in found(tmp_path, TEMPLATE, "lambda-*") if one.primary.line == 9]
    assert finding.policy.id == "lambda-url-requires-iam"


@pytest.mark.parametrize("line", ["  Fn:\n", "        - AdministratorAccess\n"])
def test_a_comment_at_the_function_or_at_the_line_ignores_what_is_made(tmp_path: Path, line: str) -> None:
    comment = "# srm-lint: ignore[iam-role-is-not-administrator] it is torn down at night\n"
    (finding,) = found(tmp_path, TEMPLATE.replace(line, comment + line), "iam-role-is-not-administrator")
    assert finding.suppression is not None
