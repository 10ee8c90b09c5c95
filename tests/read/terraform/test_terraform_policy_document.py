from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from terraform_reading import Read, plain

from srm_lint.model.value import List, Object, Scalar, Unknown, Value

Reader = Callable[..., Read]


def use(*blocks: str) -> str:
    return "\n".join(blocks) + '\nresource "t" "n" {\n  policy = data.aws_iam_policy_document.p.json\n}\n'


def structure(found: Read) -> Object:
    value = found.value("t.n", "policy")
    assert isinstance(value, Scalar | Unknown)
    assert isinstance(value.encodes, Object)
    return value.encodes


def statements(found: Read) -> list[Value]:
    listed = structure(found).members["Statement"]
    assert isinstance(listed, List)
    return list(listed.items)


FULL = """
data "aws_iam_policy_document" "p" {
  version   = "2012-10-17"
  policy_id = "id"
  statement {
    sid       = "Read"
    actions   = ["s3:Get*", "s3:List*"]
    resources = ["arn:aws:s3:::b/*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::1:root"]
    }
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = ["a", "b"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = ["1"]
    }
  }
  statement {
    effect        = "Deny"
    not_actions   = ["iam:*"]
    not_resources = ["*"]
    not_principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}
"""


def test_blocks_become_iam_json(module: Reader) -> None:
    found = module(use(FULL))
    assert found.problems == []
    wanted = {
        "Version": "2012-10-17",
        "Id": "id",
        "Statement": [
            {
                "Sid": "Read",
                "Effect": "Allow",
                "Action": ["s3:List*", "s3:Get*"],
                "Resource": "arn:aws:s3:::b/*",
                "Principal": {"AWS": ["arn:aws:iam::1:root", "*"], "Service": "ec2.amazonaws.com"},
                "Condition": {"StringEquals": {"aws:SourceArn": ["a", "b"], "aws:SourceAccount": "1"}},
            },
            {"Effect": "Deny", "NotAction": "iam:*", "NotResource": "*", "NotPrincipal": "*"},
        ],
    }
    assert plain(structure(found)) == wanted
    assert json.loads(str(found.plain("t.n", "policy"))) == wanted


def test_spans_are_those_of_the_blocks(module: Reader) -> None:
    found = module(use(FULL))
    first, second = statements(found)
    assert isinstance(first, Object)
    assert isinstance(second, Object)
    action = first.get("Action")
    assert isinstance(action, List)
    assert found.text(action.items[0].span) == '"s3:List*"'
    assert found.text(first.get("Effect").span) == "statement {"
    assert found.text(second.get("Effect").span) == '"Deny"'
    assert found.text(second.keys["NotAction"]) == "not_actions"
    assert found.text(second.get("NotPrincipal").span) == '"*"'


def test_unknown_parts_leave_the_rest_known(module: Reader) -> None:
    found = module(
        use("""
data "aws_iam_policy_document" "p" {
  statement {
    actions   = ["s3:*"]
    resources = ["${aws_s3_bucket.b.arn}/*"]
  }
}
resource "aws_s3_bucket" "b" {}
""")
    )
    value = found.value("t.n", "policy")
    assert isinstance(value, Unknown)
    assert value.references == ("aws_s3_bucket.b",)
    assert '"s3:*"' in "".join(piece or "" for piece in value.pieces)
    assert [plain(each) for each in statements(found)] == [{"Effect": "Allow", "Action": "s3:*", "Resource": ...}]


def test_dynamic_statements(module: Reader) -> None:
    found = module(
        use("""
variable "more" {}
data "aws_iam_policy_document" "p" {
  statement {
    actions = ["a:A"]
  }
  dynamic "statement" {
    for_each = ["b:B", "c:C"]
    content {
      actions = [statement.value]
    }
  }
  dynamic "statement" {
    for_each = var.more
    content {
      actions = [statement.value]
      effect  = "Deny"
    }
  }
}
""")
    )
    first, second, third, last = statements(found)
    assert [plain(each) for each in (first, second, third)] == [
        {"Effect": "Allow", "Action": action} for action in ("a:A", "b:B", "c:C")
    ]
    assert isinstance(last, Unknown)
    assert [plain(each) for each in last.candidates] == [{"Effect": "Deny", "Action": ...}, None]


OTHERS = """
data "aws_iam_policy_document" "source" {
  statement {
    sid     = "Same"
    actions = ["source:Same"]
  }
  statement {
    actions = ["source:Other"]
  }
}
data "aws_iam_policy_document" "over" {
  statement {
    sid     = "Own"
    actions = ["over:Own"]
  }
  statement {
    sid     = "New"
    actions = ["over:New"]
  }
}
"""


def test_sources_and_overrides_merge_by_sid(module: Reader) -> None:
    found = module(
        use(
            OTHERS,
            """
data "aws_iam_policy_document" "p" {
  source_policy_documents = [
    data.aws_iam_policy_document.source.json,
    jsonencode({ Statement = { Sid = "Text", Action = "text:A" } }),
    "{\\"Version\\": \\"2012-10-17\\", \\"Statement\\": [{\\"Sid\\": \\"Raw\\", \\"Action\\": \\"raw:A\\"}]}",
  ]
  override_policy_documents = [data.aws_iam_policy_document.over.json]
  statement {
    sid     = "Same"
    actions = ["own:Same"]
  }
  statement {
    sid     = "Own"
    actions = ["own:Own"]
  }
}
""",
        )
    )
    assert found.problems == []
    actions = [each.get("Action") for each in statements(found) if isinstance(each, Object)]
    assert [plain(each) for each in actions] == [
        "own:Same", "source:Other", "text:A", "raw:A", "over:Own", "over:New",
    ]  # fmt: skip


@pytest.mark.parametrize("document", ["var.text", '"not json"', "[var.text]", "var.list"])
def test_what_cannot_be_merged_is_an_unknown_statement(module: Reader, document: str) -> None:
    name = "source_json" if document.startswith(("var.text", '"')) else "source_policy_documents"
    found = module(
        use(
            'variable "text" {}\nvariable "list" {}',
            f'data "aws_iam_policy_document" "p" {{\n  {name} = {document}\n'
            f'  statement {{\n    actions = ["a:A"]\n  }}\n}}',
        )
    )
    first, second = statements(found)
    assert isinstance(first, Unknown)
    assert first.reason
    assert plain(second) == {"Effect": "Allow", "Action": "a:A"}


def test_blocks_that_are_written_as_arguments(module: Reader) -> None:
    found = module(
        use("""
data "aws_iam_policy_document" "p" {
  statement = {
    actions = ["s3:Get*"]
    principals = {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition = [{
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["true"]
    }]
  }
}
""")
    )
    (statement,) = statements(found)
    assert plain(statement) == {
        "Effect": "Allow",
        "Action": "s3:Get*",
        "Principal": {"AWS": "*"},
        "Condition": {"Bool": {"aws:SecureTransport": "true"}},
    }


def test_a_document_that_may_not_be_there_keeps_its_structure_in_a_join(module: Reader) -> None:
    found = module("""
variable "on" {}
variable "id" {}
data "aws_iam_policy_document" "p" {
  count = var.on ? 1 : 0
  statement {
    actions   = ["x:X"]
    resources = ["arn:${var.id}"]
  }
}
resource "t" "n" {
  policy = join("", data.aws_iam_policy_document.p[*].json)
}
""")
    policy = found.value("t.n", "policy")
    assert isinstance(policy, Unknown)
    none, one = sorted(policy.candidates, key=lambda each: isinstance(each, Unknown))
    assert plain(none) == ""
    assert isinstance(one, Unknown)
    assert isinstance(one.encodes, Object)
    (statement,) = one.encodes.members["Statement"].items  # type: ignore[attr-defined]
    assert plain(statement) == {"Effect": "Allow", "Action": "x:X", "Resource": ...}
    assert statement.span.line == 6


def test_one_of_two_documents(module: Reader) -> None:
    found = module(
        use(
            'variable "on" {}\ndata "aws_iam_policy_document" "x" {\n  statement {\n    actions = ["x:X"]\n  }\n}',
            'data "aws_iam_policy_document" "p" {\n'
            '  source_policy_documents = [var.on ? data.aws_iam_policy_document.x.json : ""]\n}',
        )
    )
    (statement,) = statements(found)
    assert isinstance(statement, Unknown)
    assert [plain(each) for each in statement.candidates] == [{"Effect": "Allow", "Action": "x:X"}, None]


def test_documents_of_instances_and_modules(module: Reader) -> None:
    found = module({
        "main.tf": 'module "m" {\n  source = "./m"\n  names = ["a", "b"]\n}\n'
        'resource "t" "n" {\n  policy = module.m.policies[1]\n}',
        "m/main.tf": 'variable "names" {}\ndata "aws_iam_policy_document" "d" {\n  count = length(var.names)\n'
        "  statement {\n    actions = [var.names[count.index]]\n  }\n}\n"
        'output "policies" {\n  value = data.aws_iam_policy_document.d[*].json\n}',
    })  # fmt: skip
    assert found.problems == []
    assert [plain(each) for each in statements(found)] == [{"Effect": "Allow", "Action": "b"}]
    value = found.value("t.n", "policy")
    assert [found.text(hop) for hop in value.trace][-1] == "module.m.policies[1]"


def test_documents_that_include_each_other(module: Reader) -> None:
    found = module(
        use(
            'data "aws_iam_policy_document" "p" {\n  source_json = data.aws_iam_policy_document.q.json\n}',
            'data "aws_iam_policy_document" "q" {\n  source_json = data.aws_iam_policy_document.p.json\n}',
        )
    )
    assert "refers to itself" in found.problems[0][1]


TEXT = """{
  "Version": "2012-10-17",
  "Id": "id",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Action": [
        "s3:List*",
        "s3:Get*"
      ],
      "Resource": "arn:aws:s3:::b/*",
      "Principal": {
        "AWS": [
          "arn:aws:iam::1:root",
          "*"
        ],
        "Service": "ec2.amazonaws.com"
      },
      "Condition": {
        "StringEquals": {
          "aws:SourceAccount": "1",
          "aws:SourceArn": [
            "a",
            "b"
          ]
        }
      }
    },
    {
      "Effect": "Deny",
      "NotAction": "iam:*",
      "NotResource": "*",
      "NotPrincipal": "*"
    }
  ]
}"""


def test_the_text_is_the_providers(module: Reader) -> None:
    assert module(FULL + 'resource "t" "n" {\n  p = data.aws_iam_policy_document.p.json\n}\n').plain("t.n", "p") == TEXT
    minified = module(FULL + 'resource "t" "n" {\n  p = data.aws_iam_policy_document.p.minified_json\n}\n')
    assert minified.plain("t.n", "p") == json.dumps(json.loads(TEXT), separators=(",", ":"))
