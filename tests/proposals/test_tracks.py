"""Tracks: a badge for taking part, a non-credit course with budget and memorandum, a change of mind."""

import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from bitterroot.governance import policies
from bitterroot.governance.models import StepRun
from bitterroot.issuing.domain import queue
from bitterroot.issuing.domain.keys import ensure_signing_key
from bitterroot.issuing.models import Award
from bitterroot.learning.domain import tracking_list as lists
from bitterroot.learning.domain.offering import create_offering
from bitterroot.messages.domain.dispatch import run_once
from bitterroot.messages.models import Mail
from bitterroot.people.actor import person
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Person
from bitterroot.policy import load_policy
from bitterroot.programs.enums import ProgramState, Track
from bitterroot.programs.models import Program
from bitterroot.programs.queries import by_slug, template_for
from bitterroot.proposals.domain import consultation as talks
from bitterroot.proposals.domain import mou as mous
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.draft import (
    attach_file,
    attest_procedures,
    save_values,
    start_proposal,
    waive_consultation,
)
from bitterroot.proposals.domain.track import change_track
from bitterroot.proposals.enums import MouState, ProposalState
from bitterroot.proposals.models import Consultation, Mou, Proposal
from bitterroot.proposals.queries import waiting_for
from bitterroot.proposals.queries.agreement_start import first_values
from bitterroot.proposals.queries.budget import budget_of
from bitterroot.proposals.queries.missing import missing
from bitterroot.proposals.queries.tracks import track_of
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.models import Event
from bitterroot.web.public.listing import listing_of

from .conftest import ANSWERS, SET_UP, SINCE
from .test_road import sign_next

WALK: dict[str, Any] = {
    **{key: ANSWERS[key] for key in ("levels", "contact_email", "first_term", "badge_validity")},
    "title": "Wildlife Track Photography Walk",
    "short_title": "Track Walk",
    "kind": "noncredit",
    "assessed": "unassessed",
    "description": "Walked a winter trail and took pictures of the tracks of animals.",
    "rationale": "People ask for something to remember the walk by.",
    "audience": "Everyone who likes to walk.",
    "overlap_found": False,
    "components": [{"title": "The walk", "hours": 3, "required": True}],
    "total_hours": 3,
    "modality": "onsite",
    "prerequisites": "none",
    "resources_needed": False,
    "accessibility": "The trail is level; sledges are there.",
    "completion_rule": "Walked to the end.",
    "interdisciplinary": False,
    "third_party": False,
    "badge_alt_text": "Tracks in the snow",
    "badge_language": "en",
    "criteria_steps": [{"type": "experience", "title": "Walk the trail"}],
    "criteria_narrative": "Take part in the walk.",
    "conflict": False,
    "accurate": True,
}
COURSE: dict[str, Any] = {
    **WALK,
    "title": "Meetings that Decide",
    "short_title": "Meetings",
    "product": "course",
    "assessed": "assessed",
    "outcomes": [{"outcome": "chair a meeting", "method": "observed", "evidence": "sheet", "threshold": "3 of 4"}],
    "skills": ["chairing", "agenda", "minutes"],
    "badge_type": "learning",
    "badge_level": "foundational",
    "market_evidence": "Others ask $260.",
    "design_need": "new",
    "price": "240.00",
    "expected_enrollment": 16,
    "minimum_enrollment": 11,
    "runs_a_year": 2,
    "fixed_costs": [{"item": "Instruction", "amount": "1800.00"}, {"item": "Room", "amount": "400.00"}],
    "learner_costs": [{"item": "Material", "amount": "20.00"}],
    "revenue_split": [{"party": "UMOnline", "percent": 40}, {"party": "Department", "percent": 60}],
    "refunds": "Until a week before.",
}  # fmt: skip


def draft(uni: SimpleNamespace, track: str, answers: dict[str, Any]) -> Proposal:
    dana = uni.by("dana")
    row = start_proposal(by=dana, title=answers["title"], unit=uni.unit, track=track)
    waive_consultation(by=uni.by("olive"), proposal=row, reason="Talked by phone.")
    row = attest_procedures(by=dana, proposal=row)
    people = [str(uni.dana.pk)]
    who = dict.fromkeys(("tracked_by", "issuance_requested_by", "instructors"), people)
    values = {**answers, **who}
    return save_values(by=dana, proposal=row, values=values, revision=row.revision)


def gaps(row: Proposal) -> list[tuple[str, str]]:
    return [(gap.field, gap.message) for gap in missing(row)]


def decided(uni: SimpleNamespace, row: Proposal, signatures: int) -> Program:
    for _ in range(signatures):
        sign_next(uni, row)
    verbs.accept_complete(by=uni.by("olive"), proposal=row)
    verbs.decide(by=uni.by("olive"), proposal=row, outcome="approve")
    row.refresh_from_db()
    assert row.program is not None
    return Program.objects.get(pk=row.program.pk)


def test_a_badge_for_taking_part_is_offered_at_once_and_claims_nothing(
    uni: SimpleNamespace,
) -> None:
    typed_before = {"skills": ["tracking", "photography", "winter"], "badge_level": "advanced"}
    row = draft(uni, "badge", {**WALK, **typed_before})
    assert (row.process, row.values["track"], gaps(row)) == ("badge-proposal", "badge", [])
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    program = decided(uni, row, 2)
    assert (program.state, program.track) == (ProgramState.ESTABLISHED, Track.BADGE)
    template = template_for(program)
    assert template is not None
    assert not template.assessed
    made = template.achievement
    assert (made["achievementType"], made["tag"]) == ("Badge", ["participation, not assessed"])
    assert "An earner can" not in made["criteria"]["narrative"]
    assert made["criteria"]["narrative"].endswith(
        "Participation is recognized; nothing was assessed."
    )
    assert template.program_version.content["badge_level"] == "participation"
    assert "skills" not in template.program_version.content
    found = by_slug(program.slug)
    assert found is not None
    assert listing_of(found).track == "Recognition badge"
    assert not hasattr(program, "pilot")
    assert verify_record().broken == []


def test_what_is_assessed_may_not_look_unassessed_nor_the_other_way_round(
    uni: SimpleNamespace,
) -> None:
    row = draft(uni, "badge", {**WALK, "assessed": "assessed", "badge_level": "participation"})
    assert ("badge_level", "This level is for badges for which nothing is assessed.") in gaps(row)
    assert ("outcomes", "Please add at least 1.") in gaps(row)
    credit = {**WALK, "kind": "credit", "total_credits": 1, "minimum_grade": "C"}
    row = draft(uni, "badge", credit)
    assert ("assessed", "Academic credit is earned by work that is assessed.") in gaps(row)
    row = draft(uni, "micro-credential", {**ANSWERS, "assessed": "unassessed"})
    [said] = [text for field, text in gaps(row) if field == "assessed"]
    assert said.endswith("What recognizes taking part is a stand-alone badge.")


def test_european_elements_say_what_the_proposal_says(uni: SimpleNamespace) -> None:
    says = {"eu_participation": "onsite", "eu_stackability": "stackable"}
    row = draft(uni, "micro-credential", {**ANSWERS, **says})
    assert [(field, why) for field, why in gaps(row) if field.startswith("eu_")] == [
        ("eu_participation", "“Modality” says “Online”. Say the same, or leave it open."),
        (
            "eu_stackability",
            "“Relation to degrees and certificates” says “Stand-alone”."
            " Say the same, or leave it open.",
        ),
    ]
    for says in ({"eu_participation": "work"}, {"eu_participation": "online"}):
        row = draft(uni, "micro-credential", {**ANSWERS, **says})
        assert [field for field, _ in gaps(row) if field.startswith("eu_")] == []


def test_a_list_of_those_who_took_part_asks_no_result(uni: SimpleNamespace) -> None:
    row = draft(uni, "badge", WALK)
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    program = decided(uni, row, 2)
    offering = create_offering(
        by=uni.by("dana"), program=program, term="fall-2026", instructors=[uni.dana],
        starts_on=date(2026, 8, 31), ends_on=date(2026, 12, 11),
    )  # fmt: skip
    data = (
        b"Last name,First name,E-mail,Completion date,Consent on file (Y/N)\n"
        b"Kipp,Nora,nora@mail.example.org,2026-11-18,Y\n"
    )
    made = lists.upload_list(by=uni.by("dana"), offering=offering, data=data, filename="walk.csv")
    [request] = lists.submit_list(by=uni.by("dana"), tracking_list=made, attest=True)
    ivo = create_person(by=SET_UP, display_name="Ivo Crane")
    assign_role(by=SET_UP, person=ivo, role=Role.ISSUING_OFFICER, starts_on=SINCE)
    ensure_signing_key(by=SET_UP)
    queue.check_request(by=person(ivo), request=request)
    request = queue.issue(by=person(ivo), request=request)
    queue.run(by=person(ivo), request=request)
    award = Award.objects.get()
    assert (award.display_name, award.template.assessed) == ("Nora Kipp", False)
    run_once()
    letter = Mail.objects.get(template="award_issued").body
    assert f"for taking part in {program.title}" in letter
    link = re.search(r"https?://[^/\s]+(/claim/\S+)", letter)
    assert link is not None
    page = Client().get(link[1]).content.decode()
    assert f"who took part in {program.title}" in page


def test_a_noncredit_course_waits_for_its_four_parties(uni: SimpleNamespace) -> None:
    row = draft(uni, "noncredit", COURSE)
    assert (row.values["kind"], gaps(row)) == ("noncredit", [])
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    for _ in range(2):
        sign_next(uni, row)
    row.refresh_from_db()
    assert row.state == ProposalState.SIGNING  # head and dean have signed, the parties have not
    values = first_values(row)
    parties = [(p["legal_name"], p["officer"]) for p in values["parties"]]
    assert parties == [
        ("UMOnline", "Olive Crane"),
        ("Dana Kipp", "Dana Kipp"),
        (uni.unit.name, "Hale Yellowtail"),
        (uni.unit.parent.name, "Deane Larsen"),
    ]
    assert values["revenue_split"] == row.values["revenue_split"]
    mou = mous.draft_mou(by=uni.by("dana"), proposal=row, values=values)
    with pytest.raises(NotPossible, match="not complete"):
        mous.send_mou(by=uni.by("dana"), mou=mou)
    three = {**values, "parties": values["parties"][:3]}
    mou = mous.save_mou(by=uni.by("dana"), mou=mou, values=three)
    with pytest.raises(NotPossible) as refused:
        mous.send_mou(by=uni.by("dana"), mou=mou)
    assert ("parties", "At least 4 are needed; there are 3.") in refused.value.problems
    signed = {"file_name": "mou.pdf", "data": b"%PDF-1.7", "executed_on": date(2026, 11, 18)}
    with pytest.raises(NotPossible, match="It names 3 of the 4 parties"):
        mous.execute_mou(by=uni.by("olive"), mou=mou, **signed)
    mou = mous.save_mou(by=uni.by("dana"), mou=mou, values=values)
    mous.execute_mou(by=uni.by("olive"), mou=mou, **signed)
    row.refresh_from_db()
    assert row.state == ProposalState.SUBMITTED
    told = StepRun.objects.get(case=row.case, kind="inform")
    assert (told.body, told.outcome) == ("ascrc", "noted")
    program = decided(uni, row, 0)
    assert (program.state, program.track) == (ProgramState.ESTABLISHED, Track.NONCREDIT)
    template = template_for(program)
    assert template is not None
    assert template.achievement["achievementType"] == "CertificateOfCompletion"
    assert verify_record().broken == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, (10, "1320.00", ["528.00", "792.00"], [])),
        (
            {"expected_enrollment": 8},
            (
                10,
                "-440.00",
                ["0.00", "0.00"],
                [
                    (
                        "shortfall",
                        "10 learners are needed to carry the costs, and 8 are expected:"
                        " say who bears the rest.",
                    )
                ],
            ),
        ),
        (
            {"price": "15.00", "shortfall": "A grant."},
            (None, "-2280.00", ["0.00", "0.00"], []),
        ),
        (
            {"revenue_split": [{"party": "UMOnline", "percent": 90}]},
            (10, "1320.00", ["1188.00"], [("revenue_split", "The shares make 90 percent, not 100.")]),
        ),
        ({"price": "0", "fixed_costs": [{"item": "Room", "amount": "0"}], "learner_costs": []},
         (0, "0.00", ["0.00", "0.00"], [])),
    ],
)  # fmt: skip
def test_what_a_budget_comes_to(
    uni: SimpleNamespace, changed: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    row = draft(uni, "noncredit", {**COURSE, **changed})
    budget = budget_of(row.values)
    assert budget is not None
    assert (
        budget.break_even,
        str(budget.left),
        [str(share.amount) for share in budget.shares],
        [gap for gap in gaps(row) if gap[0] in ("shortfall", "revenue_split")],
    ) == expected


def test_a_draft_changes_its_track_and_keeps_what_was_written(uni: SimpleNamespace) -> None:
    row = draft(uni, "micro-credential", ANSWERS)
    dana = uni.by("dana")
    attach_file(by=dana, proposal=row, field="syllabus", name="s.pdf", data=b"%PDF-1.7 s")
    row = change_track(by=dana, proposal=row, track="noncredit")
    row.case.refresh_from_db()
    assert (row.process, row.case.process) == ("noncredit-proposal", "noncredit-proposal")
    assert (row.values["kind"], row.values["skills"]) == ("noncredit", ANSWERS["skills"])
    assert row.attachments.count() == 1
    row = save_values(by=dana, proposal=row, values={"track": "badge"}, revision=row.revision)
    assert row.values["track"] == "noncredit"  # an answer alone changes no track
    row = change_track(by=dana, proposal=row, track="micro-credential")
    assert row.values["stackability"] == "stand-alone"
    assert [e.verb for e in Event.objects.filter(verb="track changed")] == ["track changed"] * 2
    with pytest.raises(NotPossible, match="Choose a track"):
        change_track(by=dana, proposal=row, track="minor")
    with pytest.raises(Refused, match="Only the lead"):
        change_track(by=uni.by("stranger"), proposal=row, track="badge")


def test_what_was_sent_stays_on_its_track(uni: SimpleNamespace, proposal: Proposal) -> None:
    dana = uni.by("dana")
    verbs.submit_for_signatures(by=dana, proposal=proposal)
    row = verbs.take_back(by=dana, proposal=proposal)
    with pytest.raises(NotPossible, match="It was sent for signatures on this track"):
        change_track(by=dana, proposal=row, track="badge")


@pytest.mark.parametrize(
    ("product", "outcome", "track"),
    [
        ("not sure", "go", "micro-credential"),
        ("badge", "go", "badge"),
        ("noncredit course", "go", "noncredit"),
        ("micro-credential", "badge_track", "badge"),
        ("badge", "noncredit_track", "noncredit"),
    ],
)
def test_a_consultation_leads_to_a_track(product: str, outcome: str, track: str) -> None:
    row = Consultation(values={"product": product}, outcome=outcome)
    assert track_of(row, policies.current()) == track
    assert outcome in talks.ALLOWS_PROPOSAL


def test_an_institution_recommends_only_tracks_that_it_has() -> None:
    lakeland = load_policy("lakeland-state")
    assert list(talks.outcomes(lakeland)) == ["go", "revise", "not_suitable"]
    row = Consultation(values={"product": "badge"}, outcome="badge_track")
    assert track_of(row, lakeland) == "micro-credential"


def test_what_waits_for_its_memorandum_alone_is_told_to_whoever_acts_next(
    uni: SimpleNamespace,
) -> None:
    def told(who: Person) -> list[str]:
        return [d.why for d in waiting_for(who) if d.title == COURSE["title"]]

    row = draft(uni, "noncredit", COURSE)
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    sign_next(uni, row)
    assert (told(uni.dana), told(uni.olive)) == ([], [])  # the dean has it
    sign_next(uni, row)
    write = ["Everyone has signed; only the memorandum is missing: write it and send it"]
    assert (told(uni.dana), told(uni.olive)) == (write, [])
    mou = Mou.objects.create(proposal=row, values=first_values(row), created_at=clock.now())
    assert (told(uni.dana), told(uni.olive)) == (write, [])
    Mou.objects.filter(pk=mou.pk).update(state=MouState.OUT_FOR_SIGNATURE)
    record = ["Only the memorandum is missing: record it once every party has signed"]
    assert (told(uni.dana), told(uni.olive)) == ([], record)
    assert told(uni.hale) == []
