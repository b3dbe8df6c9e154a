"""Olive decides in a body's place; Chandra rules that what her subcommittee decided falls."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.test import Client
from django.urls import reverse

from bitterroot.governance.domain.acts import override
from bitterroot.governance.domain.conflict import declare_conflict, recuse
from bitterroot.governance.domain.seat import seat_member
from bitterroot.governance.models import Conflict, StepRun
from bitterroot.messages.domain import dispatch
from bitterroot.messages.models import Mail
from bitterroot.people.models import Address, Person
from bitterroot.programs.models import Program
from bitterroot.proposals.domain import draft
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from programs.conftest import SET_UP, on
from proposals.full_kit import (
    begin,  # noqa: F401
    noticed,  # noqa: F401
    people,  # noqa: F401
    pilot,  # noqa: F401
    recommended,
    sent,
)

As = Callable[[str], Client]
SUBCOMMITTEE = "interdisciplinary-subcommittee"


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def seated(people: SimpleNamespace, name: str, office: str) -> Person:  # noqa: F811
    """Someone who sits in the subcommittee since last year."""
    from bitterroot.people.domain.person import create_person

    person = create_person(by=SET_UP, display_name=name)
    address = f"{name.split()[0].lower()}@umontana.example.edu"
    Address.objects.create(person=person, address=address, normalized=address, kind="campus")
    seat_member(
        by=SET_UP,
        body=SUBCOMMITTEE,
        person=person,
        title=name,
        office=office,
        starts_on=date(2025, 9, 1),
    )
    setattr(people, name.split()[0].lower(), person)
    return person


def test_the_office_decides_in_the_place_of_a_body_that_is_told(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
    as_: As,
) -> None:
    seated(people, "Chandra Okoye", "chair")
    at = "dana@umontana.example.edu"
    Address.objects.create(person=people.dana, address=at, normalized=at, kind="campus")
    row = sent(people, noticed)
    page = reverse("office:in_place", args=[row.pk])
    with on("2026-11-02"):
        olive = as_("olive")
        assert "Nothing of it lies before a body." in text(olive.get(page))
        verbs.accept_complete(by=people.by("olive"), proposal=row)
        desk = text(olive.get(reverse("office:proposal", args=[row.pk])))
        assert page in desk
        assert "Decide in the place of Interdisciplinary subcommittee" in text(olive.get(page))
        run = row.case.runs.get(path="subcommittee", state="open")
        said = {"act": "override", "run": str(run.pk), "outcome": "approve"}
        refused = olive.post(page, said)
        assert refused.status_code == 409
        assert f'href="#id_reason-{run.pk}"' in refused.content.decode()
        for key in ("dana", "hale", "chandra"):
            assert as_(key).post(page, {**said, "reason": "I can."}).status_code == 403
        run.refresh_from_db()
        assert run.state == "open"
        reason = "It could not meet before the deadline."
        assert olive.post(page, {**said, "reason": reason}).status_code == 302
        decision = row.case.decisions.get(step="subcommittee")
        assert decision.capacity == "Program officer, in place of Interdisciplinary subcommittee"
        assert row.case.runs.filter(path="committees/ascrc", state="open").exists()
        after = text(olive.get(page))
        assert "Decide in the place of Academic Standards" in after
        assert (
            "<strong>Interdisciplinary subcommittee</strong>, "
            f"{decision.body}, " in after  # not as if the subcommittee had decided
        )
        assert decision.body.endswith("in place of Interdisciplinary subcommittee")
        assert page in text(olive.get(reverse("office:proposal", args=[row.pk])))
        dispatch.run_once()
        told = Mail.objects.filter(template="decision_overridden", to_address__startswith="chandra")
        assert reason in told.get().body
        lead = Mail.objects.get(template="body_decided")  # the subcommittee itself decided nothing
        assert ", in place of Interdisciplinary subcommittee has decided on" in lead.body


def test_nobody_takes_the_provost_s_place(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
    as_: As,
) -> None:
    row = recommended(people, noticed)
    run = row.case.runs.get(path="provost", state="open")
    page = reverse("office:in_place", args=[row.pk])
    with on("2026-11-03"):
        olive = as_("olive")
        assert "Nothing of it lies before a body." in text(olive.get(page))
        said = {
            "act": "override",
            "run": str(run.pk),
            "outcome": "approve",
            "reason": "She is away.",
        }
        assert olive.post(page, said).status_code == 403
        desk = reverse("office:proposal", args=[row.pk])
        assert page in text(olive.get(desk))
        row.refresh_from_db()
        assert row.state == "in_review"
        verbs.withdraw(by=people.by("dana"), proposal=row, reason="Another year.")
        assert page not in text(olive.get(desk))  # over: no body has anything to decide


def returned_by_the_senate(people: SimpleNamespace, program: Program) -> Proposal:  # noqa: F811
    """Recommended by the subcommittee and the committee, then back with its lead."""
    row = sent(people, program)
    olive = people.by("olive")
    verbs.accept_complete(by=olive, proposal=row)
    for path, outcome in [
        ("subcommittee", "approve"), ("committees/ascrc", "approve"), ("senate", "return"),
    ]:  # fmt: skip
        run = row.case.runs.get(path=path, state="open")
        override(
            by=olive,
            run=run,
            outcome=outcome,
            reason="By its minutes.",
            to="draft" if outcome == "return" else None,
        )
    return Proposal.objects.select_related("case").get(pk=row.pk)


def test_the_lead_reads_which_decisions_fall_and_which_stand_before_sending_it_again(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
    as_: As,
) -> None:
    with on("2026-11-02"):
        row = returned_by_the_senate(people, noticed)
        dana = as_("dana")
        page = reverse("faculty:submit_proposal", args=[row.pk])
        before = text(dana.get(page))
        assert "What was decided before" in before
        assert before.count("stands; nothing material is changed.") == 3
        row = draft.save_values(
            by=people.by("dana"), proposal=row, values={"audience": "County clerks."},
            revision=row.revision,
        )  # fmt: skip
        after = text(dana.get(page))
        assert after.count("falls, for this is changed: Who it is for.") == 3
        assert "stands; nothing material is changed." not in after
        dana.post(page)
        fallen = row.case.runs.filter(state="void", note="Changed since: Who it is for.")
        assert {run.path for run in fallen} == {"complete", "subcommittee", "committees/ascrc"}


def test_the_chair_rules_that_a_decision_falls_though_nothing_has_changed(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
    as_: As,
) -> None:
    seated(people, "Chandra Okoye", "chair")
    seated(people, "Ada Reyes", "member")
    with on("2026-11-02"):
        row = returned_by_the_senate(people, noticed)
        run = StepRun.objects.get(case=row.case, path="subcommittee")
        page = reverse("bodies:matter", args=[run.pk])
        act = reverse("bodies:matter_act", args=[run.pk, "fall"])
        assert "Rule that it falls" in text(as_("chandra").get(page))
        assert "Rule that it falls" not in text(as_("ada").get(page))
        assert as_("ada").post(act, {"reason": "I voted no."}).status_code == 403
        assert as_("chandra").post(act, {"reason": ""}).status_code == 409
        said = {"reason": "The senate's questions are ours to answer first."}
        assert as_("chandra").post(act, said).status_code == 302
        run.refresh_from_db()
        assert run.state == "void"
        assert run.note.endswith(said["reason"])
        assert "Rule that it falls" not in text(as_("chandra").get(page))
        desk = text(as_("olive").get(reverse("office:proposal", args=[row.pk])))
        assert desk.count("Counts no more") == 1  # not as if it had passed
        assert "questions are ours to answer first." in desk
        as_("dana").post(reverse("faculty:submit_proposal", args=[row.pk]))
        assert row.case.runs.filter(path="subcommittee", state="open").exists()


def test_a_chair_who_stepped_aside_does_not_rule_on_what_the_others_decided(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
    as_: As,
) -> None:
    chandra = seated(people, "Chandra Okoye", "chair")
    with on("2026-11-02"):
        row = returned_by_the_senate(people, noticed)
        run = StepRun.objects.get(case=row.case, path="subcommittee")
        Conflict.objects.create(
            run=run, person=chandra, kind="declared", state="recused", noted_at=clock.now()
        )
        act = reverse("bodies:matter_act", args=[run.pk, "fall"])
        assert as_("chandra").post(act, {"reason": "I never liked it."}).status_code == 403
        run.refresh_from_db()
        assert run.state == "done"


def test_a_branch_beside_one_that_is_open_is_not_ruled_to_fall(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
    as_: As,
) -> None:
    """Nothing would open it again, and the case could never go on."""
    with on("2026-11-02"):
        row = returned_by_the_senate(people, noticed)
        as_("dana").post(reverse("faculty:submit_proposal", args=[row.pk]))
        row.case.refresh_from_db()
        assert row.case.step == "senate"
        run = StepRun.objects.get(case=row.case, path="committees/ascrc", state="done")
        page = reverse("office:in_place", args=[row.pk])
        said = {"act": "fall", "run": str(run.pk), "reason": "Once more."}
        answer = as_("olive").post(page, said)
        assert answer.status_code == 409
        assert "it must be returned first" in text(answer)


def test_proposers_do_not_read_what_ties_a_member_to_their_matter(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
    as_: As,
) -> None:
    ada = seated(people, "Ada Reyes", "member")
    row = sent(people, noticed)
    page = reverse("faculty:proposal", args=[row.pk])
    with on("2026-11-02"):
        verbs.accept_complete(by=people.by("olive"), proposal=row)
        run = row.case.runs.get(path="subcommittee", state="open")
        declare_conflict(by=people.by("ada"), run=run, reason="Dana is my wife.")
        recuse(by=people.by("ada"), run=run, reason="I said why.")
        own = text(as_("dana").get(page))
        assert "Dana is my wife." not in own
        assert "I said why." not in own
        assert "declared a possible conflict" not in own
        assert f"<strong>{ada.display_name}</strong> recused a member" in own
        matter = reverse("bodies:matter", args=[run.pk])
        own = text(as_("dana").get(matter))
        assert "Ada Reyes" in own  # recused: that is told
        assert "I said why." not in own
        assert "I said why." in text(as_("olive").get(matter))
        whole = text(as_("olive").get(page))
        assert "declared a possible conflict of interest" in whole
        assert "Dana is my wife." in whole
