"""What a text with gaps is worth where the grammar of tree-sitter and HCL part ways."""

from __future__ import annotations

import pytest

from srm_lint.model.value import Scalar, Unknown
from srm_lint.read.terraform.standalone import evaluate


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ('"$${a}"', "${a}"),
        ('"$$${a}"', "$${a}"),
        ('"$$$${a}"', "$$${a}"),
        ('"${a}$$${a}"', "x$${a}"),
        ('"$$${a}-${a}"', "$${a}-x"),
        ('"a$$"', "a$$"),
        ('"$-${a}"', "$-x"),
        ("<<T\n$$${a}\n${a}\nT\n", "$${a}\nx\n"),
    ],
)
def test_an_escape_is_one_whatever_stands_before_it(text: str, worth: str) -> None:
    """See https://github.com/hashicorp/hcl/blob/main/hclsyntax/scan_tokens.rl: TemplateNotInterp."""
    value = evaluate(text, {"a": "x"})
    assert isinstance(value, Scalar)
    assert value.data == worth


def test_what_follows_an_end_of_nothing_is_not_left_out_in_silence() -> None:
    value = evaluate('"%%%{ if a }b%{ endif }c"', {"a": True})
    assert isinstance(value, Unknown)
    assert value.reason == "this template ends a directive that it does not begin"
