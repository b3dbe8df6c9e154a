"""What became of programs after their approval: changes light and heavy, and an end that is asked for."""

from typing import Any

from bitterroot.demo.papers import pdf
from bitterroot.demo.road import OPEN, decide, send, sign_all
from bitterroot.demo.world import World, at
from bitterroot.people.actor import person
from bitterroot.proposals.domain import draft
from bitterroot.proposals.domain import proposal as proposals
from bitterroot.proposals.domain.change import start_change, start_termination
from bitterroot.proposals.models import Proposal

ALIKE = {"conflict": False, "accurate": True}


def change_and_end(world: World) -> None:
    """Tomás's new telephone, Peter's fourth outcome from spring, Winona's wording, Inge's ending."""
    _new_contact(world)
    _fourth_outcome(world)
    _wording(world)
    _asks_to_end(world)


def _begin(world: World, key: str, when: str, **values: Any) -> Proposal:
    program = world.programs[key]
    program.refresh_from_db()
    with at(when):
        by = person(program.lead)
        row = draft.attest_procedures(by=by, proposal=start_change(by=by, program=program))
        said = {**ALIKE, **values}
        return draft.save_values(by=by, proposal=row, values=said, revision=row.revision)


def _new_contact(world: World) -> None:
    row = _begin(
        world, "wilderness", "2026-09-14 09:25",
        contact_phone="+1 406 555 0178",
        change_reason="The institute has a new telephone.",
        effective_term="fall-2026",
    )  # fmt: skip
    send(world, row, "2026-09-14 09:40")
    decide(world, row, "2026-09-16 10:05", "approve")


def _fourth_outcome(world: World) -> None:
    program = world.programs["rural"]
    outcomes = [dict(row) for row in program.versions.get().content["outcomes"]]
    outcomes.append(
        {
            "outcome": "plan one's own supervision and rest",
            "method": "a written plan",
            "evidence": "the plan, discussed with a peer",
            "threshold": "every part is answered",
        }
    )
    row = _begin(
        world, "rural", "2026-10-05 14:10",
        outcomes=outcomes,
        change_reason="Two crews asked how to keep going in a small clinic.",
        effective_term="spring-2027",
        effect_on_learners="Those who have begun finish with three outcomes and the badge as it is.",
        mou_effect="The memorandum holds as it is.",
    )  # fmt: skip
    send(world, row, "2026-10-06 09:00")
    sign_all(row, *(f"2026-10-{day:02} 11:20" for day in range(8, 24, 2)))
    decide(world, row, "2026-11-04 13:20", "approve")


def _wording(world: World) -> None:
    program = world.programs["climate"]
    outcomes = [dict(row) for row in program.versions.get().content["outcomes"]]
    outcomes[0]["threshold"] = "A message plan that a newsroom could use"
    row = _begin(
        world, "climate", "2026-11-09 15:30",
        outcomes=outcomes,
        change_reason="The threshold said too little to those who assess.",
        effective_term="spring-2027",
        effect_on_learners="None; the assessment is the same, said more clearly.",
        mou_effect="None.",
    )  # fmt: skip
    with at("2026-11-09 15:50"):  # the files of an earlier program are not on record
        data = pdf("Syllabus: Climate communication", f"Part of {program.title}.", "JRNL 411")
        by, name = person(program.lead), "Syllabus.pdf"
        draft.attach_file(by=by, proposal=row, field="syllabus", name=name, data=data)
        row.refresh_from_db()
    send(world, row, "2026-11-10 08:45")
    assert row.case.signatures.filter(state__in=OPEN).exists()


def _asks_to_end(world: World) -> None:
    program = world.programs["dental"]
    with at("2026-10-12 10:00"):
        by = person(program.lead)
        row = start_termination(by=by, program=program)
        row = draft.save_values(by=by, proposal=row, values=ENDING, revision=row.revision)
    send(world, row, "2026-10-12 10:30")
    sign_all(row, "2026-10-15 09:10", "2026-10-21 16:00")
    with at("2026-11-02 11:15"):
        proposals.accept_complete(by=world.by("dana"), proposal=row)
    row.refresh_from_db()
    assert row.case.step == "provost"


ENDING = {
    "reason": "From 2028 the state board accepts the vendor's own course instead.",
    "teach_out_term": "fall-2027",
    "effect_on_learners": "Everyone enrolled finishes by fall 2027; renewals go to the vendor.",
    "notices": "A mail to all holders, and a note on the page.",
    "materials": "With Missoula College, for ten years.",
    "final_review": "Four hundred assistants kept their license with it.",
}
