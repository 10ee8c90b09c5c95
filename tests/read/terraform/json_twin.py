"""HCL in, the same configuration in Terraform's JSON syntax out, by way of python-hcl2."""

from __future__ import annotations

import json
import re
from typing import Any

import hcl2

_ESCAPE = re.compile(r'\\(["\\nrt])')
_PLAIN = {'"': '"', "\\": "\\", "n": "\n", "r": "\r", "t": "\t"}
_REFERENCES = {"provider", "providers", "depends_on", "ignore_changes", "from", "to", "variable.type"}
_LABELLED = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "dynamic": 1}


def twin(text: str, *, lists: bool) -> str:
    """The JSON of a file; blocks that are written once are lists too if `lists`, else objects."""
    return json.dumps(_body("", hcl2.loads(text), lists=lists), indent=2, ensure_ascii=False)


def _body(keyword: str, body: dict[str, Any], *, lists: bool) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in body.items():
        if name.startswith("__"):
            continue
        if _are_blocks(keyword, name, value):
            labels = _LABELLED.get(name, 0) if not keyword or name == "dynamic" else 0
            blocks = [_block(name, block, labels, lists=lists) for block in value]
            made[name] = blocks if lists or len(blocks) > 1 else blocks[0]
        else:
            made[name] = _value(value, reference=bool({name, f"{keyword}.{name}"} & _REFERENCES))
    return made


def _are_blocks(keyword: str, name: str, value: object) -> bool:
    if not isinstance(value, list) or not value or not isinstance(value[0], dict):
        return False
    return "__is_block__" in value[0] or (name in _LABELLED and (not keyword or name == "dynamic"))


def _block(keyword: str, block: dict[str, Any], labels: int, *, lists: bool) -> dict[str, Any]:
    if not labels:
        return _body(keyword, block, lists=lists)
    inner = {label: each for label, each in block.items() if not label.startswith("__")}
    return {_text(label): _block(keyword, each, labels - 1, lists=lists) for label, each in inner.items()}


def _value(value: Any, *, reference: bool) -> Any:
    if isinstance(value, dict):
        return {_text(key): _value(each, reference=reference) for key, each in value.items()}
    if isinstance(value, list):
        return [_value(each, reference=reference) for each in value]
    if reference and isinstance(value, str) and value.startswith("${"):
        return value[2:-1]
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    if not (len(text) > 1 and text[0] == text[-1] == '"'):
        return text
    inner = text[1:-1]
    if inner.startswith("<<"):
        return "${" + inner + "\n}"
    if "\\" in inner and ("${" in inner or "%{" in inner):
        return "${" + text + "}"
    return _ESCAPE.sub(lambda match: _PLAIN[match[1]], inner)
