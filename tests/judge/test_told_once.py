"""Where two policies fail at one place, the one that tells more is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from srm_lint.request import Request
from srm_lint.run import check

MORE, LESS = "s3-bucket-is-not-open-to-the-internet", "s3-bucket-acl-is-private"
BUCKET = 'resource "aws_s3_bucket" "b" {{\n  acl = "public-read"{}\n}}\n'
BLOCK = """resource "aws_s3_bucket_public_access_block" "b" {
  bucket             = aws_s3_bucket.b.id
  ignore_public_acls = true
}
"""


@pytest.mark.parametrize(
    ("text", "select", "told"),
    [
        (BUCKET.format(""), (MORE, LESS), {MORE}),
        # What the other would not tell is told, and so is what it is not asked for.
        (BUCKET.format("") + BLOCK, (MORE, LESS), {LESS}),
        (BUCKET.format(""), (LESS,), {LESS}),
        (BUCKET.format(f" # srm-lint: ignore[{MORE}] a site"), (MORE, LESS), {LESS}),
    ],
)
def test_the_one_that_tells_more_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, select: tuple[str, ...], told: set[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("main.tf").write_text(text, "utf-8")
    findings = check(Request(paths=(Path("."),), select=select)).findings
    assert {one.policy.id for one in findings if one.suppression is None} == told
