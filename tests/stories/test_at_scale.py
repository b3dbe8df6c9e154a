"""No page asks the database more often because there are more proposals, bodies and people."""

import json
import subprocess
from pathlib import Path

import pytest

from .harness import COMMAND, environment

pytestmark = pytest.mark.browser  # it has no browser, but shares the demo of those that have


def test_no_page_asks_more_often_where_there_is_more(prepared: Path) -> None:
    words = ["--proposals", "60", "--bodies", "8", "--people", "300", "--times", "0", "--json"]
    done = subprocess.run(
        [*COMMAND, "bench", "governance", *words],
        env=environment(prepared),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert found["missed"] == []
    assert found["size"]["proposals under way"] >= 60
    assert len(found["pages"]) > 150
