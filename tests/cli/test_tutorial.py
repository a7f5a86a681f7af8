"""The tutorial, typed in: what it says must work."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial" / "first-registry.md"


def test_every_command_of_the_tutorial_works(process_environment: dict[str, str]) -> None:
    environment = process_environment
    lines = re.findall(r"^    \$ \.venv/bin/article6 (.*)$", TUTORIAL.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) > 15
    printed = ""
    for line in lines:
        command = [sys.executable, "-m", "article6", *shlex.split(line)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        printed += done.stdout
    for number in re.findall(r"`(GHA01-\d+-\d+-0-\d+)`", TUTORIAL.read_text(encoding="utf-8")):
        assert number in printed
    assert "First transfer" in printed or "first transfer" in printed
