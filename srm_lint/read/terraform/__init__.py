"""The reader of Terraform and OpenTofu: `read` takes folders and gives a `Configuration` per root module, `evaluate`
the text of an expression and gives its value.

Nothing is imported until it is asked for: functions and conversion are of use without the parser.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srm_lint.read.terraform.inputs import Inputs
    from srm_lint.read.terraform.reader import read
    from srm_lint.read.terraform.standalone import EvaluationError, evaluate, evaluate_in

__all__ = ["EvaluationError", "Inputs", "evaluate", "evaluate_in", "read"]

_ROOMS = {
    "EvaluationError": "standalone",
    "Inputs": "inputs",
    "evaluate": "standalone",
    "evaluate_in": "standalone",
    "read": "reader",
}


def __getattr__(name: str) -> object:
    if name not in _ROOMS:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
