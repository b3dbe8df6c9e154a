"""A copy of the reference institution's files that a test may spoil."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bitterroot.policy import PolicyError, load_policy
from bitterroot.policy.loading import INSTITUTIONS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the reference institution's files, free to be spoiled."""
    copy = tmp_path / "own"
    shutil.copytree(INSTITUTIONS / "montana", copy)
    return copy


@pytest.fixture
def after(folder: Path) -> Callable[..., list[str]]:
    """Replace text in a file (exactly one place) and say what loading complains about."""

    def edit(file: str, old: str, new: str, effects: set[str] | None = None) -> list[str]:
        path = folder / file
        text = path.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new))
        try:
            load_policy(folder, effects=effects)
        except PolicyError as error:
            return [str(problem) for problem in error.problems]
        return []

    return edit
