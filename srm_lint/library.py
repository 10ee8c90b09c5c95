"""Where policies lie, and nothing else: no policy is read here.

Policies are `<folder>/<cloud>/<service>/<demand>.yaml`. Only this module knows that a checkout keeps ours beside the
package, and a wheel inside.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

_PACKAGE = Path(__file__).parent


class LibraryError(Exception):
    """A folder of policies that cannot be used; the message names it and says why."""


def built_in() -> Path:
    """The folder of the policies that ship with srm-lint. Raises `LibraryError` if the installation lacks them."""
    for folder in (_PACKAGE / "policies", _PACKAGE.parent / "policies"):
        if folder.is_dir():
            return folder
    raise LibraryError("the policies that ship with srm-lint are missing; please install it again")


def folders(own: Iterable[Path] = ()) -> tuple[Path, ...]:
    """The built-in folder, then the user's `own`, each once.

    Raises `LibraryError` for one that is no folder.
    """
    listed = [built_in()]
    seen = {listed[0].resolve()}
    for folder in own:
        if not folder.is_dir():
            raise LibraryError(
                f"{folder}: is not a folder of policies" if folder.exists() else f"{folder}: does not exist"
            )
        if folder.resolve() not in seen:
            seen.add(folder.resolve())
            listed.append(folder)
    return tuple(listed)


def policy_files(folder: Path) -> tuple[Path, ...]:
    """The policy files below `folder`, in order. What begins with a dot is no policy."""
    return tuple(
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".yaml", ".yml")
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
