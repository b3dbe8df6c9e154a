"""What happened to a case is told in sentences, whichever verb wrote it down."""

import re
from pathlib import Path

import bitterroot
from bitterroot.web.faculty.history import _SENTENCES, _SILENT

ROOMS = Path(bitterroot.__file__).parent
WRITTEN = re.compile(r"(?:verb=|_note\([\w, ]+, |save\(by, \w+, )\"([a-z -]+)\"")
#: Written on chains of other things: pages, calendars, seats, meetings, consultations.
ELSEWHERE = {
    "agenda reordered", "calendar followed", "consultation file attached",
    "consultation file removed", "minutes approved", "minutes drafted", "page published",
    "policy confirmed", "policy in force recorded", "policy put forward", "policy taken back",
    "seat delegated", "seat ended", "seat taken", "vote cast",
}  # fmt: skip


def test_every_act_on_a_case_has_a_sentence() -> None:
    files = [*(ROOMS / "governance").rglob("*.py"), *(ROOMS / "proposals").rglob("*.py")]
    verbs = {verb for file in files for verb in WRITTEN.findall(file.read_text("utf-8"))}
    assert len(verbs) > 30
    assert verbs - set(_SENTENCES) - set(_SILENT) - ELSEWHERE == set()
