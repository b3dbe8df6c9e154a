"""The institution of docs/institution.md is founded from its folder, and its first program established."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from guide_kit import write_guide

from bitterroot.conf.home import project_root

#: The people of Prairie College and the road of its first proposal, each act by its verb.
FIRST_PROGRAM = """
from bitterroot.conf.loading import load_django
load_django()
from bitterroot.demo.content import load
from bitterroot.demo.forms import complete
from bitterroot.demo.papers import pdf
from bitterroot.governance.domain.ballot import cast_vote, close_ballot, open_ballot
from bitterroot.governance.domain.motion import move_motion
from bitterroot.governance.domain.seat import seat_member
from bitterroot.governance.domain import signature as signatures
from bitterroot.people.actor import person, system
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.people.models import Unit
from bitterroot.proposals.domain import draft
from bitterroot.proposals.domain import proposal as proposals
from bitterroot.record import clock

setup, range_ = system("a test"), Unit.objects.get(key="range")
people = {
    key: create_person(by=setup, display_name=f"{key.capitalize()} Plain", family_name="Plain", netid=key)
    for key in ("lea", "hal", "pia", "carl", "dot", "eve")
}
for key, role, unit in (("lea", Role.PROPOSER, range_), ("hal", Role.HEAD, range_), ("pia", Role.PROVOST, None)):
    assign_role(by=setup, person=people[key], role=role, unit=unit, starts_on=clock.today())
for key, office in (("carl", "chair"), ("dot", "member"), ("eve", "member")):
    seat_member(by=setup, body="curriculum", person=people[key], title="Seat", office=office, starts_on=clock.today())

lea = person(people["lea"])
said = {**load("lakeland-state")["programs"]["permits"], "lead": "lea", "owner_unit": "range",
        "data_collected": "Answers of agencies."}
values = complete(said, {key: str(who.pk) for key, who in people.items()}, mail="prairie.example", picture="a meadowlark")
row = draft.start_proposal(by=lea, title=said["title"], unit=range_)
row = draft.save_values(by=lea, proposal=row, values=values, revision=row.revision)
draft.attach_file(by=lea, proposal=row, field="syllabus", name="Syllabus.pdf", data=pdf("Syllabus", "One", "Two"))
row = draft.attest_procedures(by=lea, proposal=row)
proposals.submit_for_signatures(by=lea, proposal=row)
asked = row.case.signatures.get()
assert asked.person == people["hal"], asked.person
proposals.sign(by=person(people["hal"]), signature=asked, typed_name="Hal Plain")
carl = person(people["carl"])
run = row.case.runs.get(kind="vote", state="open")
motion = move_motion(by=carl, run=run, outcome="approve", mover=people["dot"], seconder=people["eve"])
ballot = open_ballot(by=carl, motion=motion, method="electronic")
for key in ("carl", "dot", "eve"):
    cast_vote(by=person(people[key]), ballot=ballot, choice="yes")
close_ballot(by=carl, ballot=ballot)
proposals.decide(by=person(people["pia"]), proposal=row, outcome="approve")
row.refresh_from_db()
from django.test import Client
page = Client().get("/programs/" + row.program.slug, headers={"host": "badges.prairie.example"}, secure=True)
print(row.state, row.program.state, page.status_code, "Prairie" in page.content.decode(), "UMOnline" in page.content.decode())
"""


def run(home: Path, *words: str) -> str:
    kept = ("BITTERROOT", "DATAB", "EMAIL", "DJANGO")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(kept)}
    done = subprocess.run(
        [sys.executable, *words],
        env={**environment, "BITTERROOT_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_a_college_is_founded_from_a_folder_and_establishes_a_program(tmp_path: Path) -> None:
    rules, home = write_guide(tmp_path / "prairie"), tmp_path / "home"
    assert not rules.is_relative_to(project_root())
    said = run(
        home, "-m", "bitterroot.cli", "setup", "--origin", "https://badges.prairie.example",
        "--institution", str(rules), "--admin", "Ada Reed", "--email", "ada@prairie.example",
    )  # fmt: skip
    assert "Prairie College (invented) at https://badges.prairie.example" in said
    assert run(home, "-c", FIRST_PROGRAM).split() == [
        "approved", "established", "200", "True", "False",
    ]  # fmt: skip
