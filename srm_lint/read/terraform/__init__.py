"""The reader of Terraform and OpenTofu: `read` takes folders and gives a `Configuration` per root module.

Nothing is imported until it is asked for: functions and conversion are of use without the parser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srm_lint.read.terraform.inputs import Inputs
    from srm_lint.read.terraform.reader import read

__all__ = ["Inputs", "read"]


def __getattr__(name: str) -> object:
    if name == "read":
        from srm_lint.read.terraform.reader import read

        return read
    if name == "Inputs":
        from srm_lint.read.terraform.inputs import Inputs

        return Inputs
    raise AttributeError(name)
