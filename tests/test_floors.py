"""The house rule: imports only look down, and rooms on one floor never see each other."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "srm_lint"

# From the top down. Each room may import rooms on lower floors, minus what RESTRICTED takes away.
FLOORS = [
    {"cli", "cfn_lint"},
    {"run", "examples", "handbook"},
    {"reading", "selection", "judge", "secrecy"},
    {"request", "policy", "normalize", "discover", "report"},
    {"read.terraform", "read.cloudformation", "schema", "responsibility"},
    {"paths", "library", "config"},
    {"marked", "json_scanner"},
    {"spelling"},
    {"model"},
]
_READERS = {"model", "json_scanner", "spelling"}
RESTRICTED = {"report": {"model"}, "read.terraform": _READERS, "read.cloudformation": _READERS}
ONLY_HOME = {
    "click": {"cli"},
    "jsonpath_ng": {"paths"},
    "tree_sitter": {"read.terraform"},
    "tree_sitter_hcl": {"read.terraform"},
    "hcl2": {"read.terraform"},
    "cfnlint": {"read.cloudformation", "cfn_lint"},
    "samtranslator": {"read.cloudformation"},
}


def room_of(module: str) -> str | None:
    """The room a dotted module below `srm_lint` belongs to, or None for the package itself."""
    parts = module.split(".")[1:]
    if not parts or parts[0].startswith("__"):
        return None
    return ".".join(parts[:2]) if parts[0] == "read" and len(parts) > 1 else parts[0]


def floor_of(room: str) -> int:
    return next(height for height, rooms in enumerate(FLOORS) if room in rooms)


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            found.add(node.module)
            if node.module in ("srm_lint", "srm_lint.read"):
                found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def modules() -> list[tuple[str, Path]]:
    listed = []
    for path in sorted(PACKAGE.rglob("*.py")):
        dotted = ".".join(("srm_lint", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
        listed.append((dotted, path))
    return listed


@pytest.mark.parametrize(("module", "path"), modules(), ids=lambda value: value if isinstance(value, str) else "")
def test_imports_only_look_down(module: str, path: Path) -> None:
    room = "cli" if module == "srm_lint.__main__" else room_of(module)
    for imported in imports_of(path):
        top = imported.split(".")[0]
        if top in ONLY_HOME:
            assert room in ONLY_HOME[top], f"{module} imports {top}, whose only home is {ONLY_HOME[top]}"
        if top != "srm_lint" or (target := room_of(imported)) in (None, room) or target == "read":
            continue
        assert room is not None, f"the package's __init__ must stay free of imports, but it imports {imported}"
        assert floor_of(target) > floor_of(room), f"{module} looks up or sideways to {imported}"
        if room in RESTRICTED:
            assert target in RESTRICTED[room], f"{room} sees only {RESTRICTED[room]}, not {target}"


def test_every_room_has_a_floor() -> None:
    known = set().union(*FLOORS)
    rooms = {room_of(module) for module, _ in modules()} - {None, "read"}
    assert rooms == known
