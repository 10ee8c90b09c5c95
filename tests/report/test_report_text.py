"""The text report, word for word."""

import re

import pytest
from msgspec.structs import replace
from scans_by_hand import (
    BUCKET,
    CUSTOMER,
    MAIN,
    POLICY,
    PROVIDER,
    SHARED,
    at,
    evidence,
    finding,
    hostile,
    passed_through,
    scan,
    unknown,
)

from srm_lint.model.finding import Finding, Scan, Suppression
from srm_lint.model.policy import Outcome
from srm_lint.model.responsibility import Responsibility
from srm_lint.model.source import Problem, Span
from srm_lint.model.value import Origin, Scalar
from srm_lint.report import Options, render
from srm_lint.report.snippet import WITHHELD

ALL = frozenset({"unknown", "passed", "ignored"})
FOOT = "3 resources, 0 ignored. Yours to fix: 0. Shared: 0. Provider: 0.\n"


def text(scanned: Scan, *, color: bool = False, width: int = 100, show: frozenset[str] = frozenset()) -> str:
    return render(scanned, "text", Options(color, width, show))


def block(written: str) -> list[str]:
    """The quoted lines of the first finding."""
    return re.split(r"\n +?= resource", written, maxsplit=1)[0].split("\n")


def body(written: str, label: str) -> str:
    """The text of the row with that label, its lines joined."""
    match = re.search(rf"^ +?= {label} +(.*(?:\n {{10,}}.*)*)", written, re.MULTILINE)
    assert match, f"no row {label}"
    return re.sub(r"\n +", " ", match[1])


def test_a_finding_is_shown_where_it_is_fixed_with_the_way_to_its_resource() -> None:
    passes = (
        finding(span=BUCKET, outcome=Outcome.PASS, basis=Origin.DEFAULT),
        finding(span=BUCKET, outcome=Outcome.PASS),
    )
    assert text(scan(passed_through(), passed=passes)) == (
        "fail[s3-bucket-blocks-public-access] S3 bucket blocks public access (high)\n"
        "  --> main.tf:2:13\n"
        "   |\n"
        " 2 |   default = false\n"
        "   |             ^^^^^ block_public_acls is false\n"
        "...\n"
        "11 |   block_public_acls = var.open_acls\n"
        "   |                       ------------- passed here\n"
        "   |\n"
        "   = resource  aws_s3_bucket.logs, main.tf:5:1\n"
        "   = owner     you: security IN the cloud (s3, public-access, data layer). AWS: Runs the storage.\n"
        "               You: Decide who may reach it.  https://docs.aws.amazon.com/s3\n"
        "   = why       With a setting off, one careless ACL can open the bucket to everyone.\n"
        "   = fix       Set all four arguments to true.\n"
        "   = see       Blocking public access  https://docs.aws.amazon.com/AmazonS3/bpa.html\n"
        "\n"
        "1 failed, 0 unknown, 2 passed (1 rests on a provider default) in 3 resources, 0 ignored. "
        "Yours to fix: 1. Shared: 0. AWS: 0.\n"
    )


def test_colour_adds_codes_and_changes_nothing_else() -> None:
    coloured = text(scan(passed_through()), color=True)
    assert "\x1b[1;31mfail[s3-bucket-blocks-public-access]\x1b[0m \x1b[1mS3 bucket blocks" in coloured
    assert "\x1b[1;31m^^^^^ block_public_acls is false\x1b[0m" in coloured
    assert "\x1b[1;34m------------- passed here\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == text(scan(passed_through()))


def test_nothing_found() -> None:
    assert text(scan()) == "0 failed, 0 unknown, 0 passed in " + FOOT


def test_problems_are_always_told_with_their_line_where_it_was_read() -> None:
    problems = (
        Problem("syntax", "expected a closing brace", Span("main.tf", 2, 13, 2, 18)),
        Problem("unreadable", "is UTF-16, so save it as UTF-8", Span("other.tf", 1, 1, 1, 1)),
    )
    assert text(scan(problems=problems)) == (
        "problem[syntax] expected a closing brace\n"
        " --> main.tf:2:13\n"
        "  |\n"
        "2 |   default = false\n"
        "  |             ^^^^^\n"
        "  |\n"
        "\n"
        "problem[unreadable] is UTF-16, so save it as UTF-8\n"
        " --> other.tf:1:1\n"
        "\n"
        "0 failed, 0 unknown, 0 passed in " + FOOT.rstrip("\n") + " Problems: 2.\n"
    )


def unknowns(count: int, reason: str) -> list[Finding]:
    value = unknown(at(MAIN, "var.open_acls"), reason)
    return [finding(evidence(value, f"it is unknown: {reason}"), span=BUCKET, outcome=Outcome.UNKNOWN)] * count


def test_unknowns_are_counted_by_the_input_that_is_missing() -> None:
    many = [one for number in range(7) for one in unknowns(number + 4, f"var.v{number} has no value")]
    assert text(scan(*many)) == (
        "49 unknown, because:\n"
        "  10  var.v6 has no value\n"
        "   9  var.v5 has no value\n"
        "   8  var.v4 has no value\n"
        "   7  var.v3 has no value\n"
        "   6  var.v2 has no value\n"
        "   9  2 other reasons\n"
        "  (--show unknown prints them in full)\n"
        "\n"
        "0 failed, 49 unknown, 0 passed in 3 resources, 0 ignored. Yours to fix: 0. Shared: 0. AWS: 0.\n"
    )


def test_unknowns_are_shown_in_full_on_request() -> None:
    written = text(scan(*unknowns(1, "var.x has no value")), show=frozenset({"unknown"}))
    assert written.startswith("unknown[s3-bucket-blocks-public-access]")
    assert "^^^^^^^^^^^^^ it is unknown: var.x has no value\n" in written
    assert "because:" not in written


def test_ignored_findings_are_counted_and_shown_on_request() -> None:
    suppression = Suppression(Span("main.tf", 4, 1, 4, 2), "a public website")
    ignored = finding(evidence(Scalar(span=at(MAIN, "false"), data=False)), span=BUCKET, suppression=suppression)
    assert text(scan(ignored)) == (
        "0 failed, 0 unknown, 0 passed in 3 resources, 1 ignored. Yours to fix: 0. Shared: 0. AWS: 0.\n"
    )
    written = text(scan(ignored), show=frozenset({"ignored"}))
    assert written.startswith("ignored[s3-bucket-blocks-public-access]")
    assert body(written, "ignored") == "a public website, main.tf:4:1"
    silent = replace(ignored, suppression=replace(suppression, reason=""))
    assert body(text(scan(silent), show=ALL), "ignored") == "no reason is given, main.tf:4:1"


def test_passes_are_shown_on_request() -> None:
    written = text(
        scan(passed=(finding(span=BUCKET, outcome=Outcome.PASS, basis=Origin.DEFAULT),)), show=frozenset({"passed"})
    )
    assert written.startswith(
        "pass[s3-bucket-blocks-public-access] aws_s3_bucket.logs, main.tf:5:1 (by the provider's default)\n\n"
    )


@pytest.mark.parametrize(
    ("responsibility", "owner", "sides"),
    [
        (CUSTOMER, "you: security IN the cloud (s3, public-access, data layer).", "1. Shared: 0. AWS: 0."),
        (SHARED, "shared (team storage): in part security OF, in part security IN", "0. Shared: 1. AWS: 0."),
        (PROVIDER, "AWS: security OF the cloud (s3, public-access, data layer).", "0. Shared: 0. AWS: 1."),
    ],
)
def test_the_owner_of_the_fix_is_named_and_counted(responsibility: Responsibility, owner: str, sides: str) -> None:
    one = replace(passed_through(), responsibility=responsibility)
    written = text(scan(one))
    assert body(written, "owner").startswith(owner)
    assert written.endswith(f"Yours to fix: {sides}\n")


def test_duties_that_are_nobodys_are_left_out() -> None:
    assert "You:" not in body(text(scan(replace(passed_through(), responsibility=PROVIDER))), "owner")


def test_one_defect_tells_what_it_reaches() -> None:
    names = tuple(f"aws_s3_bucket.b[{number}]" for number in range(5))
    reached = replace(passed_through(), instances=names)
    assert body(text(scan(reached), width=200), "reaches") == (
        "5 resources: aws_s3_bucket.b[0], aws_s3_bucket.b[1], aws_s3_bucket.b[2] … (+2 more)"
    )
    two = replace(reached, instances=names[:2])
    assert body(text(scan(two)), "reaches") == "2 resources: aws_s3_bucket.b[0], aws_s3_bucket.b[1]"
    assert "reaches" not in text(scan(passed_through()))


def test_a_remediation_that_the_language_lacks_is_left_out() -> None:
    assert "= fix" not in text(scan(replace(passed_through(), policy=replace(POLICY, remediation={}))))


def test_places_in_other_files_and_on_the_next_line_and_on_the_same_line() -> None:
    module = "a = 1\nb = var.x\n"
    value = Scalar(span=at(MAIN, "false"), data=False).passed(
        at(MAIN, "default"),
        Span("main.tf", 3, 1, 3, 2),
        Span("modules/m/x.tf", 2, 5, 2, 10),
        Span("modules/m/gone.tf", 7, 3, 7, 9),
    )
    written = text(scan(finding(evidence(value), span=BUCKET), texts={"main.tf": MAIN, "modules/m/x.tf": module}))
    assert block(written)[1:] == [
        " --> main.tf:2:13",
        "  |",
        "2 |   default = false",
        "  |             ^^^^^ block_public_acls is false",
        "  |   ------- passed here",
        "3 | }",
        "  | - passed here",
        " ::: modules/m/x.tf:2:5",
        "  |",
        "2 | b = var.x",
        "  |     ----- passed here",
        " ::: modules/m/gone.tf:7:3",
        "  |",
        "  | passed here",
        "  |",
    ]


def test_too_many_places_are_counted() -> None:
    hops = [Span("main.tf", line, 1, line, 2) for line in range(3, 12)]
    written = text(scan(finding(evidence(Scalar(span=at(MAIN, "false"), data=False).passed(*hops)), span=BUCKET)))
    assert written.count("passed here") == 5
    assert body(written, "also") == "4 more places (--format json has them all)"


def quoted(source: str, span: Span, width: int = 100) -> list[str]:
    """The quoted line, and what stands under it."""
    one = finding(evidence(Scalar(span=span, data="x"), "here"), span=span)
    return [line[4:] for line in block(text(scan(one, texts={"main.tf": source}), width=width))[3:-1]]


def test_carets_stand_under_wide_and_combining_characters_and_tabs() -> None:
    line = '\tx = "日本e\u0301" # y\n'
    assert quoted(line, at(line, '"日本e\u0301"')) == [
        '    x = "日本e\u0301" # y',
        "        ^^^^^^^ here",
    ]
    assert quoted(line, at(line, "y")) == ['    x = "日本e\u0301" # y', " " * 18 + "^ here"]


def test_a_carriage_return_belongs_to_the_line_end_or_is_made_visible() -> None:
    assert quoted("a = 1\r\nb = 2\r\n", Span("main.tf", 2, 5, 2, 6)) == ["b = 2", "    ^ here"]
    assert quoted("a\r = 1\r\n", Span("main.tf", 1, 6, 1, 7)) == [r"a\r = 1", "      ^ here"]


def test_only_the_first_of_several_lines_is_quoted() -> None:
    assert quoted("a = [\n  1\n]\n", Span("main.tf", 1, 5, 3, 2)) == ["a = [", "    ^ here"]


def test_empty_spans_and_spans_past_the_line_have_one_caret() -> None:
    assert quoted("a\n", Span("main.tf", 1, 1, 1, 1)) == ["a", "^ here"]
    assert quoted("a\n", Span("main.tf", 1, 90, 1, 99)) == ["a", " ^ here"]


def test_a_line_that_was_not_read_leaves_place_and_message() -> None:
    assert quoted("a\n", Span("main.tf", 9, 1, 9, 2)) == ["here"]


def test_long_lines_are_cut_around_what_matters() -> None:
    line = "x" * 5000 + "NEEDLE" + "y" * 5000 + "\n"
    shown, under = quoted(line, at(line, "NEEDLE"), width=60)
    assert len(shown) <= 56
    assert shown.startswith("…x")
    assert shown.endswith("y…")
    assert under == " " * shown.index("NEEDLE") + "^^^^^^ here"


def test_a_span_wider_than_the_terminal_is_cut() -> None:
    line = 'a = "' + "z" * 500 + '"\n'
    shown, under, label = quoted(line, Span("main.tf", 1, 5, 1, 507), width=60)
    assert shown.endswith("z…")
    assert len(shown) == 56
    assert under.strip() == "^" * len(under.strip())
    assert len(under) == 55
    assert label.strip() == "here"


def test_a_label_that_does_not_fit_stands_below_and_is_wrapped() -> None:
    long = finding(evidence(Scalar(span=at(MAIN, "false"), data=0), "word " * 30 + "end"), span=BUCKET)
    lines = block(text(scan(long), width=70))[4:-1]
    assert lines[0] == "  |             ^^^^^"
    assert len(lines) > 2
    assert all(len(line) <= 70 for line in lines)
    assert lines[-1].endswith("end")


def test_what_is_withheld_is_masked() -> None:
    source = 'resource "x" "y" {\n  user = "me", password = "hunter2", other = 1\n}\n'
    hidden = at(source, '"hunter2"')
    withheld = source.replace('"hunter2"', WITHHELD * 9)
    written = text(
        scan(
            finding(evidence(Scalar(span=hidden, data=1), "password is set"), span=hidden), texts={"main.tf": withheld}
        )
    )
    assert block(written)[3:5] == [
        '2 |   user = "me", password = *****, other = 1',
        "  |                           ^^^^^ password is set",
    ]


def test_what_is_withheld_of_a_very_long_line_is_masked() -> None:
    withheld = "a = '" + WITHHELD * 16_000 + "'\n"
    inside = Scalar(span=Span("main.tf", 1, 9000, 1, 9004), data="x")
    written = text(scan(finding(evidence(inside), span=inside.span), texts={"main.tf": withheld}))
    assert "*****" in written
    assert WITHHELD not in written


def test_scanned_text_cannot_steer_the_terminal() -> None:
    written = text(hostile(), show=ALL)
    assert all(line.isprintable() for line in written.split("\n"))
    assert written.encode("utf-8")
    assert r"x\x1b]0;title\x07\u202e = \r    \ud800" in written
    assert all(line.isprintable() for line in text(hostile()).split("\n"))


def test_scanned_text_cannot_command_the_runner_of_a_workflow() -> None:
    source = "x = 1 ##[error]quoted\n"
    whole = Span("main.tf", 1, 1, 1, 6)
    long = "a" * 70 + " ::error::wrapped ##[add-mask]named"
    told = finding(evidence(Scalar(span=whole, data=1), "it is ##[error]said"), span=whole, address=long)
    written = text(scan(told, texts={"main.tf": source}))
    assert "##[" not in written
    assert not re.search(r"^ *::\w", written, re.MULTILINE)
    assert r"1 | x = 1 ##\x5berror]quoted" in written
    assert r"  \x3a:error::wrapped" in written


def test_many_problems_of_one_kind_are_counted() -> None:
    problems = tuple(
        Problem("missing-module", f'module "m{line}" is not downloaded', Span("main.tf", line, 1, line, 2))
        for line in range(1, 14)
    )
    told = text(Scan((), problems, (), {}, {}, 0))
    assert told.count("is not downloaded") == 10
    assert "problem[missing-module] 3 more problems of this kind (--format json has them all)" in told
    assert "Problems: 13." in told
