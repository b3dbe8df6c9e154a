"""An operator asks how far the machine is from what it could do at best."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("name", "count"), [("bake", 50), ("cohort", 60), ("status", 2), ("verify", 20)]
)
def test_each_measure_stands_beside_its_floor(tmp_path: Path, name: str, count: int) -> None:
    environment = {**os.environ, "BITTERROOT_HOME": str(tmp_path)}
    words = ["bench", name, "--count", str(count), "--json"]
    command = [sys.executable, "-m", "bitterroot.cli", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["count"] == count
    assert min(found["seconds"], found["floor_seconds"], found["ratio"]) > 0
    assert found["peak_mb"] > 10
    assert found["compared"]
