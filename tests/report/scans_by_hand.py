"""Scans written by hand, for the tests of reports."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from srm_lint.model.condition import All
from srm_lint.model.finding import Evidence, Finding, Scan, Suppression
from srm_lint.model.inventory import Entity
from srm_lint.model.policy import Check, Citation, Outcome, Policy, Severity
from srm_lint.model.resource import Language, Resource
from srm_lint.model.responsibility import Layer, Owner, Responsibility, ServiceModel
from srm_lint.model.source import Problem, Source, Span
from srm_lint.model.value import Object, Origin, Scalar, Unknown, Value

MAIN = """\
variable "open_acls" {
  default = false
}

resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket            = aws_s3_bucket.logs.id
  block_public_acls = var.open_acls
}
"""

POLICY = Policy(
    id="s3-bucket-blocks-public-access",
    title="S3 bucket blocks public access",
    severity=Severity.HIGH,
    provider="aws",
    service="s3",
    item="public-access",
    why="With a setting off, one careless ACL can open the bucket to everyone.",
    check=Check(kind="s3.bucket", where=None, require=All(())),
    remediation={
        Language.TERRAFORM: "Set all four arguments to true.",
        Language.CLOUDFORMATION: "Set all four members to true.",
    },
    citations=(Citation("Blocking public access", "https://docs.aws.amazon.com/AmazonS3/bpa.html"),),
    controls={"aws-fsbp": ("S3.8",)},
    examples=(),
    formerly=(),
    span=Span("policies/p.yaml", 1, 1, 1, 1),
)

CUSTOMER = Responsibility(
    owner=Owner.CUSTOMER,
    provider="aws",
    service="s3",
    service_model=ServiceModel.PAAS,
    item="public-access",
    layer=Layer.DATA,
    accountable="data",
    team=None,
    says="You own this.",
    provider_does="Runs the storage.",
    customer_does="Decide who may reach it.",
    url="https://docs.aws.amazon.com/s3",
)
SHARED = replace(CUSTOMER, owner=Owner.SHARED, team="storage")
PROVIDER = replace(CUSTOMER, owner=Owner.PROVIDER, customer_does="", accountable=None)


def at(text: str, needle: str, source: str = "main.tf", occurrence: int = 0) -> Span:
    """The span of `needle` in `text`."""
    offset = -1
    for _ in range(occurrence + 1):
        offset = text.index(needle, offset + 1)

    def position(index: int) -> tuple[int, int]:
        return text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1

    return Span(source, *position(offset), *position(offset + len(needle)))


def evidence(value: Value, says: str = "block_public_acls is false", hops: tuple[Span, ...] = ()) -> Evidence:
    return Evidence("$.public_access_block.block_public_acls", "equals", True, value, hops, says)


def unknown(span: Span, reason: str) -> Unknown:
    return Unknown(span=span, reason=reason)


def finding(
    *pieces: Evidence,
    span: Span,
    policy: Policy = POLICY,
    responsibility: Responsibility = CUSTOMER,
    outcome: Outcome = Outcome.FAIL,
    basis: Origin = Origin.WRITTEN,
    address: str = "aws_s3_bucket.logs",
    body: Object | None = None,
    language: Language = Language.TERRAFORM,
    instances: tuple[str, ...] | None = None,
    suppression: Suppression | None = None,
) -> Finding:
    body = body or Object(span=span, members={})
    resource = Resource(address, "aws_s3_bucket", body, span, Scalar(span=span, data=True))
    return Finding(
        policy=policy,
        entity=Entity("s3.bucket", resource, language, body),
        outcome=outcome,
        evidence=pieces,
        responsibility=responsibility,
        basis=basis,
        instances=(address,) if instances is None else instances,
        suppression=suppression,
    )


def scan(
    *findings: Finding,
    problems: tuple[Problem, ...] = (),
    passed: tuple[Finding, ...] = (),
    texts: Mapping[str, str] | None = None,
) -> Scan:
    sources = {path: Source(path, text) for path, text in (texts or {"main.tf": MAIN}).items()}
    return Scan(findings, problems, passed, sources, {"s3.bucket": 2, "terraform:aws_x": 1}, len(sources))


BUCKET = at(MAIN, 'resource "aws_s3_bucket" "logs" {\n  bucket = "logs"\n}')


def passed_through() -> Finding:
    """A failure whose literal is a variable's default, three hops of text away from the resource."""
    literal = Scalar(span=at(MAIN, "false"), data=False).passed(at(MAIN, "var.open_acls"))
    return finding(evidence(literal), span=BUCKET, basis=Origin.PASSED)


def hostile() -> Scan:
    """A scan whose every scanned word tries something."""
    nasty = 'a["\x1b[2J\u202e\ud800\n[x](https://evil.example) {0} <img src=x> `x` *y*"]'
    span = Span("a b/%#:é\udc80\u202e.tf", 1, 1, 1, 5)
    suppressed = Suppression(span, f"because {nasty}")
    return scan(
        finding(evidence(Scalar(span=span, data=False), f"x is {nasty}"), span=span, address=nasty),
        finding(evidence(unknown(span, nasty), nasty), span=span, address=nasty, outcome=Outcome.UNKNOWN),
        finding(evidence(Scalar(span=span, data=False), nasty), span=span, address=nasty, suppression=suppressed),
        problems=(Problem("syntax", nasty, span),),
        passed=(finding(span=span, address=nasty, outcome=Outcome.PASS),),
        texts={span.source: "x\x1b]0;title\x07\u202e = \r\t\ud800\n"},
    )
