"""Where policies lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from srm_lint.library import LibraryError, built_in, folders, policy_files


def test_a_checkout_has_its_policies_beside_the_package() -> None:
    assert (built_in() / "aws").is_dir()


def test_the_users_folders_come_after_ours_each_once(tmp_path: Path) -> None:
    assert folders([tmp_path, tmp_path / ".", built_in()]) == (built_in(), tmp_path)


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="does not exist"):
        folders([tmp_path / "nowhere"])
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="is not a folder of policies"):
        folders([tmp_path / "file"])


def test_policy_files_are_all_yaml_in_order_and_nothing_hidden(tmp_path: Path) -> None:
    for name in ("b.yaml", "a/z.yml", "a/b.yaml", ".hidden/c.yaml", "a/.c.yaml", "readme.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.relative_to(tmp_path).as_posix() for path in policy_files(tmp_path)] == [
        "a/b.yaml",
        "a/z.yml",
        "b.yaml",
    ]
