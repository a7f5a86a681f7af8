"""`article6 train` as a process: a registry for practice of its own, put back to its beginning, and what it exports."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import conftest
import pytest

from article6.domain.training import EXERCISES
from article6.gateways import practice_folder

pytestmark = pytest.mark.slow


def train(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ARTICLE6_")}
    # The address of a real registry, which nothing of the training may use.
    given = {**kept, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/real", "ARTICLE6_HOME": str(folder.parent)}
    command = [sys.executable, "-m", "article6", "train", "--folder", str(folder), *words]
    return subprocess.run(command, env=given, capture_output=True, text=True, timeout=600, check=False)


def told(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's own user may enter, wherever tests run as root."""
    above = Path(tempfile.mkdtemp(prefix=conftest.SESSION_PREFIX, dir=conftest.SESSIONS))
    above.chmod(0o711)
    yield above / "training"
    shutil.rmtree(above, ignore_errors=True)


def test_a_training_is_founded_put_back_and_told_of(folder: Path) -> None:
    assert told(train(folder, "--no-serve", "--json"))["run"] == 1
    assert told(train(folder, "--no-serve", "--json"))["run"] == 1, "what is there goes on"
    assert told(train(folder, "--reset", "--no-serve", "--json"))["run"] == 2
    found = told(train(folder, "--export", "json"))
    assert [each["number"] for each in found["runs"]] == [1, 2]
    assert sum(each["exercises"] for each in found["participants"]) == len(EXERCISES)
    lines = list(csv.reader(train(folder, "--export", "csv").stdout.splitlines()))
    assert lines == [["what", "run", "login", "exercise", "at", "rating", "said"]]
    with practice_folder.alone_in(folder) as is_alone:
        assert is_alone
        assert train(folder, "--no-serve").returncode == 69
