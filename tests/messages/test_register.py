"""The register of letters: what it says is what the code does, and what the page for readers says."""

import subprocess
import sys
from pathlib import Path

from django.template.loader import get_template

from bitterroot.messages.domain import letters
from bitterroot.messages.domain.also_letters import ALSO
from bitterroot.messages.groups import GROUP_OF, ONE_TIME
from bitterroot.messages.notices import NOTICES

HERE = Path(__file__).parents[2]
TEMPLATES = Path(letters.__file__).parent.parent / "templates/messages"
#: Letters that a screen writes while somebody waits for them, see `address named` and so on.
ON_A_SCREEN = {"address named", "sign-in of a partner"}


def test_each_letter_stands_in_the_register_and_has_a_template_that_begins_with_a_subject() -> None:
    """If this fails: add a line to messages/notices.py and run scripts/notices.py."""
    names = {path.stem for path in TEMPLATES.glob("*.txt")} - {"_end"}
    assert sorted(names ^ set(NOTICES)) == []
    for name in names:
        get_template(f"messages/{name}.txt")
        assert (TEMPLATES / f"{name}.txt").read_text().partition("\n")[0].strip()


def test_each_event_that_is_told_stands_in_the_register_and_the_other_way_round() -> None:
    told = {*letters._MAKERS, *ALSO}
    registered = {verb for notice in NOTICES.values() for verb in notice.events}
    assert sorted(told ^ registered) == sorted({"sweep", *ON_A_SCREEN})


def test_the_page_for_readers_says_what_the_register_says() -> None:
    done = subprocess.run([sys.executable, HERE / "scripts/notices.py", "--check"], check=False)
    assert done.returncode == 0, "run scripts/notices.py"


def test_what_can_be_switched_off_is_a_letter() -> None:
    assert {*GROUP_OF, *ONE_TIME} <= set(NOTICES)
