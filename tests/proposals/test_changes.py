"""Dana changes her program, lightly and heavily, and at last asks that it ends."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bitterroot.governance.queries import waiting_for as signatures_for
from bitterroot.learning.domain.checking import template_of
from bitterroot.learning.domain.offering import create_offering
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.programs.domain import sweep
from bitterroot.programs.enums import ProgramState
from bitterroot.programs.models import Program, ProgramVersion
from bitterroot.programs.queries import by_slug, template_for
from bitterroot.programs.queries.versions import badge_of, version_on
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.change import start_change, start_termination, why_not_begun
from bitterroot.proposals.domain.draft import attest_procedures
from bitterroot.proposals.enums import ProposalState
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries import waiting_for
from bitterroot.proposals.queries.changes import base_of, bases_of, changed_keys, class_of
from bitterroot.proposals.queries.missing import facts_of, missing
from bitterroot.record import clock
from bitterroot.web.public import finding
from bitterroot.web.public.listing import listing_of
from programs.conftest import misfits

from .test_road import asked, sign_and_approve, sign_next, state_of, states

Change = Callable[..., Proposal]
WHY = {
    "change_reason": "The town asked for it.",
    "effective_term": "fall-2027",
    "effect_on_learners": "None: they finish under the version they began with.",
    "conflict": False,
    "accurate": True,
}


@pytest.fixture
def program(uni: SimpleNamespace, proposal: Proposal) -> Program:
    """Dana's pilot, signed by three and approved."""
    sign_and_approve(uni, proposal)
    return Program.objects.get()


def begun(uni: SimpleNamespace, program: Program) -> Proposal:
    row = start_change(by=uni.by("dana"), program=program)
    return attest_procedures(by=uni.by("dana"), proposal=row)


def approve(uni: SimpleNamespace, row: Proposal) -> None:
    verbs.accept_complete(by=uni.by("olive"), proposal=row)
    verbs.decide(by=uni.by("olive"), proposal=row, outcome="approve")


def test_a_change_begins_as_the_program_is_and_lacks_a_change(
    uni: SimpleNamespace, program: Program
) -> None:
    row = begun(uni, program)
    assert (row.process, row.title, row.owner_unit) == ("editorial-change", program.title, uni.unit)
    assert row.values["outcomes"] == program.versions.get().content["outcomes"]
    assert row.attachments.get(removed_at=None).name == "syllabus.pdf"
    assert changed_keys(row) == {}
    assert {gap.message for gap in missing(row) if gap.field == "what_changes"} == {
        "Nothing is changed yet. Change at least one answer."
    }


def test_only_the_lead_begins_one_and_one_at_a_time(uni: SimpleNamespace, program: Program) -> None:
    with pytest.raises(Refused):
        start_change(by=uni.by("olive"), program=program)
    row = begun(uni, program)
    for begin in (start_change, start_termination):
        with pytest.raises(NotPossible, match="“Editorial change” is under way"):
            begin(by=uni.by("dana"), program=program)
    verbs.withdraw(by=uni.by("dana"), proposal=row, reason="Never mind.")
    assert why_not_begun(program, "change") == ""
    Program.objects.update(state=ProgramState.CLOSED)
    program.refresh_from_db()
    assert why_not_begun(program, "change") == ("This program is closed: that is not possible now.")


def test_a_new_contact_needs_no_signature_and_leaves_the_badge_alone(
    uni: SimpleNamespace, program: Program, change: Change
) -> None:
    row = change(begun(uni, program), **WHY, contact_email="maps@umontana.example.edu")
    assert changed_keys(row) == {"contact_email": "editorial", "badge_contact": "editorial"}
    assert missing(row) == []
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    assert (state_of(row), row.case.signatures.count()) == (ProposalState.SUBMITTED, 0)
    before = badge_of(program.versions.get())
    approve(uni, row)
    assert state_of(row) == ProposalState.APPROVED
    second = program.versions.get(n=2)
    assert (second.change_class, second.effective_on) == ("editorial", date(2027, 8, 30))
    assert second.content["contact_email"] == "maps@umontana.example.edu"
    assert "change_reason" not in second.content
    assert badge_of(second) == before  # no template of its own
    assert second.templates.count() == 0
    assert misfits() == []


def test_a_version_takes_effect_on_the_first_day_of_its_term(
    uni: SimpleNamespace, program: Program, change: Change
) -> None:
    row = change(begun(uni, program), **WHY, title="Maps for Towns", modality="blended")
    assert (class_of(row), row.process) == ("major", "major-change")
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    for _ in range(3):
        sign_next(uni, row)
    approve(uni, row)
    dana = uni.by("dana")
    first, second = program.versions.order_by("n")
    now = create_offering(by=dana, program=program, term="spring-2027", instructors=[uni.dana])
    later = create_offering(by=dana, program=program, term="fall-2027", instructors=[uni.dana])
    assert (now.program_version, later.program_version) == (first, second)
    assert template_of(now) == first.templates.get()
    assert template_of(later).name == "Maps for Towns"
    assert first.templates.get().achievement["name"] == "GIS for Community Planning"
    assert sweep.run_due() == 0
    program.refresh_from_db()
    assert (program.title, version_on(program)) == ("GIS for Community Planning", first)
    assert listing_of(by_slug(program.slug)).version == first
    assert [entry.facts.format for entry in finding.current().entries] == ["online"]
    with clock.standing_at(datetime(2027, 8, 30, 16, 0, tzinfo=UTC)):
        sweep.run_due()
        program.refresh_from_db()
        assert (program.title, version_on(program)) == ("Maps for Towns", second)
        assert template_for(program) == second.templates.get()
        assert listing_of(by_slug(program.slug)).version == second
        assert [entry.facts.format for entry in finding.current().entries] == ["blended"]
        assert sweep.run_due() == 0


def test_a_change_follows_the_heaviest_thing_that_it_changes(
    uni: SimpleNamespace, program: Program, change: Change
) -> None:
    row = begun(uni, program)
    reworded = [dict(each) for each in row.values["outcomes"]]
    reworded[0]["outcome"] = "draw a map"
    row = change(row, **WHY, outcomes=reworded)
    assert (row.process, row.case.process) == ("minor-change", "minor-change")
    assert "minor change" in facts_of(row)
    more = [*reworded, {**reworded[0], "outcome": "defend a map"}]
    row = change(row, outcomes=more)
    assert row.process == "major-change"
    row = change(row, outcomes=reworded, heavier="major")
    assert row.process == "major-change"  # its author may choose the heavier way
    row = change(row, heavier=None)
    assert row.process == "minor-change"
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    assert list(states(row)) == ["head of owner unit"]
    sign_next(uni, row)
    approve(uni, row)
    second = program.versions.get(n=2)
    said = badge_of(second).achievement["criteria"]["narrative"]
    assert ("draw a map" in said, second.templates.count()) == (True, 1)  # the badge says it too


def test_returned_it_may_become_heavier_and_what_was_signed_stands_where_it_may(
    uni: SimpleNamespace, program: Program, change: Change
) -> None:
    row = change(begun(uni, program), **WHY, modality="blended")
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    sign_next(uni, row)
    verbs.accept_complete(by=uni.by("olive"), proposal=row)
    verbs.decide(by=uni.by("olive"), proposal=row, outcome="return", reason="And the credits?")
    row = change(row, total_credits=10)
    assert (row.process, row.state) == ("major-change", ProposalState.RETURNED)
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    assert states(row) == {  # Hale signs again, for what Hale covered has changed
        "head of owner unit": "void+waiting_turn",
        "supervisor of lead": "requested",
        "dean of owner unit": "waiting_turn",
    }
    row = change(Proposal.objects.get(pk=taken(uni, row).pk), total_credits=9, modality="online")
    row = change(row, contact_phone="406 555 0100")
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    assert (row.process, state_of(row)) == ("editorial-change", ProposalState.SUBMITTED)
    assert not row.case.signatures.exclude(state="void").exists()


def taken(uni: SimpleNamespace, row: Proposal) -> Proposal:
    return verbs.take_back(by=uni.by("dana"), proposal=row)


def test_a_change_that_is_declined_leaves_the_program_as_it_is(
    uni: SimpleNamespace, program: Program, change: Change
) -> None:
    row = change(begun(uni, program), **WHY, acronym="MAPS")
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    verbs.accept_complete(by=uni.by("olive"), proposal=row)
    verbs.decide(by=uni.by("olive"), proposal=row, outcome="decline", reason="Not now.")
    program.refresh_from_db()
    assert (state_of(row), program.state, program.versions.count()) == (
        "declined",
        "pilot_approved",
        1,
    )
    begun(uni, program)  # another may be begun


def test_a_later_change_starts_from_the_one_before_and_not_sooner(
    uni: SimpleNamespace, program: Program, change: Change
) -> None:
    first = change(begun(uni, program), **WHY, acronym="MAPS")
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=first)
    approve(uni, first)
    row = change(
        begun(uni, program), **WHY | {"effective_term": "spring-2027"}, contact_phone="406 555 0100"
    )
    assert row.values["acronym"] == "MAPS"
    assert changed_keys(row) == {"contact_phone": "editorial"}
    assert [(gap.field, gap.message) for gap in missing(row)] == [
        ("effective_term", "Version 2 takes effect first. Choose that term or a later one.")
    ]


def test_the_end_is_asked_for_signed_and_decided_and_a_teach_out_begins(
    uni: SimpleNamespace, program: Program, change: Change
) -> None:
    row = start_termination(by=uni.by("dana"), program=program)
    assert {gap.field for gap in missing(row)} == {
        "reason", "teach_out_term", "effect_on_learners", "notices", "materials", "final_review",
    }  # fmt: skip
    row = change(
        row,
        reason="Nobody asks for it any more.",
        teach_out_term="spring-2027",
        effect_on_learners="They finish in spring.",
        notices="By mail.",
        materials="In the library.",
        final_review="Maps moved into other courses.",
    )
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    assert asked(row).person == uni.hale
    [duty] = signatures_for(uni.hale)  # the title alone would say nothing of an end
    assert duty.why.startswith("End of a program. Waits for your signature as Head")
    for _ in range(2):
        sign_next(uni, row)  # the dean too: it bears credit
    [duty] = waiting_for(uni.olive)
    assert duty.why == "End of a program. Check that it is complete"
    program.refresh_from_db()
    assert program.state == ProgramState.PILOT_APPROVED  # nothing has happened yet
    approve(uni, row)
    program.refresh_from_db()
    assert (program.state, program.teach_out.end_term) == ("teach_out", "spring-2027")
    assert program.teach_out.reason.startswith("Decided by ")
    assert why_not_begun(program, "change").startswith("This program is teach-out")
    assert misfits() == []


def test_a_program_that_was_asked_less_is_not_asked_the_rest(
    uni: SimpleNamespace, program: Program, change: Change
) -> None:
    version = program.versions.get()
    for key in ("market_evidence", "syllabus", "rationale"):  # approved before Bitterroot
        version.content.pop(key)
    version.save()
    row = change(begun(uni, program), **WHY, contact_phone="406 555 0100")
    assert missing(row) == []
    assert [gap.field for gap in missing(change(row, resources_needed=True))] == ["resources"]


def test_of_many_versions_the_content_of_one_is_read(
    uni: SimpleNamespace, program: Program
) -> None:
    """A program that has changed for years has as many whole proposals behind it."""
    first = program.versions.get()
    for n in range(2, 9):
        with clock.standing_at(clock.now() + timedelta(days=n)):
            ProgramVersion.objects.create(
                program=program, n=n, content={**first.content, "acronym": f"V{n}"},
                approved_at=clock.now(), decision=first.decision,
                effective_on=first.effective_on, change_class="editorial",
            )  # fmt: skip
    with clock.standing_at(clock.now() + timedelta(days=5, hours=1)):
        row = begun(uni, program)
    with CaptureQueriesContext(connection) as asked_for:
        base = base_of(row)
    assert base is not None
    assert base.n == 5
    assert len(asked_for) == 1
    assert "LIMIT 1" in asked_for[0]["sql"]
    with CaptureQueriesContext(connection) as asked_for:
        assert bases_of([row, row]) == {row.pk: base}
    assert len(asked_for) == 2
    assert '"content"' not in asked_for[0]["sql"]
    assert bases_of([]) == {}
    earlier = Proposal(pk=row.pk, program=program, created_at=first.approved_at - timedelta(days=9))
    assert base_of(earlier) == bases_of([earlier])[row.pk]  # began before all: the newest
