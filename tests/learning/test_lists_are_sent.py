"""A tracking list from its upload to the queues, and back."""

from datetime import date

import pytest
from lists_kit import LISTS, delimited
from offering_kit import CLIMATE, DENTAL, NOON, RURAL, offering_of, program, someone

from bitterroot.governance.domain.case import open_case
from bitterroot.learning import awarded
from bitterroot.learning.domain.offering import create_offering
from bitterroot.learning.domain.request import (
    display_name,
    finish,
    mark_checked,
    refuse_line,
    return_request,
    start_issuing,
)
from bitterroot.learning.domain.tracking_list import (
    acknowledge,
    discard_list,
    mend_line,
    remove_line,
    resubmit_request,
    submit_list,
    upload_list,
)
from bitterroot.learning.interfaces.lists import ListUnreadable
from bitterroot.learning.models import Offering, TrackingList
from bitterroot.learning.queries import counts_of, visible_list, waiting_for
from bitterroot.people.actor import Actor, person, system
from bitterroot.people.domain.absence import announce_absence
from bitterroot.people.domain.person import create_account
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Person
from bitterroot.proposals.models import Mou, Proposal
from bitterroot.record import clock
from bitterroot.record.models import Event


def upload(offering: Offering, by: Actor, name: str) -> TrackingList:
    return upload_list(by=by, offering=offering, data=(LISTS / name).read_bytes(), filename=name)


def codes(tracking_list: TrackingList) -> dict[int, list[str]]:
    return {
        line.number: line.errors + line.warnings
        for line in tracking_list.lines.order_by("number")
        if line.errors or line.warnings
    }


MENDED = {
    2: {"student_id": "790000001"},
    3: {"email": "zoe.nguyen@umconnect.example.edu"},
    6: {"grade": "C-"},
    7: {"requirements_met": "Y"},
    8: {"completed_on": "11/13/26"},
    9: {"completed_on": "13 Nov 2026"},
    10: {"consent": "yes"},
    12: {"email": "ruth.larsen@umconnect.example.edu"},
    16: {"evidence_url": ""},
    17: {"last_name": "Kipp"},
}


def test_a_faulty_list_is_mended_acknowledged_and_sent(
    climate: Offering, by_alvarez: Actor, alvarez: Person
) -> None:
    tracking_list = upload(climate, by_alvarez, "credit-faulty.xlsx")
    counts = counts_of(tracking_list.lines.all())
    assert (counts.rows, counts.ok, counts.warnings, counts.errors) == (20, 6, 3, 11)
    [duty] = waiting_for(alvarez)
    assert duty.why == "11 rows have errors to mend"

    with pytest.raises(NotPossible) as refused:
        submit_list(by=by_alvarez, tracking_list=tracking_list, attest=False)
    assert str(refused.value) == (
        "11 rows have errors: mend or remove them. 3 rows warn: acknowledge what is meant so. "
        "Attest that every learner has met all requirements."
    )

    for number, cells in MENDED.items():
        changed = mend_line(by=by_alvarez, tracking_list=tracking_list, number=number, cells=cells)
        assert [line.number for line in changed] == [number]
    assert remove_line(by=by_alvarez, tracking_list=tracking_list, number=5) == []
    assert codes(tracking_list) == {
        11: ["opted_out"],
        15: ["credits_differ_from_program"],
        18: ["text_looks_like_formula"],
    }
    assert acknowledge(by=by_alvarez, tracking_list=tracking_list, numbers=[11, 15, 18, 4]) == 3

    [request] = submit_list(by=by_alvarez, tracking_list=tracking_list, attest=True)

    assert (request.kind, request.state, request.total) == ("credit", "with_registrar", 18)
    states = request.lines.values_list("state", flat=True)
    assert sorted(set(states)) == ["acknowledged", "no_badge", "ok"]
    assert request.lines.get(number=11).state == "no_badge"
    assert all(line.learner_id for line in request.lines.all())
    assert waiting_for(alvarez) == []
    stream = Event.objects.filter(stream=f"list:{tracking_list.pk}").order_by("seq")
    assert [event.verb for event in stream][:2] == ["list uploaded", "line mended"]
    assert stream.last().verb == "list submitted"
    assert "790000001" not in "".join(event.data for event in stream)


def test_a_list_is_sent_once(climate: Offering, by_alvarez: Actor) -> None:
    tracking_list = upload(climate, by_alvarez, "credit-clean.xlsx")
    submit_list(by=by_alvarez, tracking_list=tracking_list, attest=True)
    with pytest.raises(NotPossible, match="submitted already"):
        submit_list(by=by_alvarez, tracking_list=tracking_list, attest=True)
    with pytest.raises(NotPossible, match="with those who issue"):
        mend_line(by=by_alvarez, tracking_list=tracking_list, number=1, cells={"grade": "A"})
    with pytest.raises(NotPossible, match="cannot be discarded"):
        discard_list(by=by_alvarez, tracking_list=tracking_list)


def test_a_hybrid_list_becomes_two_requests(alvarez: Person, by_alvarez: Actor) -> None:
    tracking_list = upload(offering_of(RURAL, alvarez), by_alvarez, "hybrid.xlsx")
    requests = submit_list(by=by_alvarez, tracking_list=tracking_list, attest=True)
    assert [(r.kind, r.state, r.total) for r in requests] == [
        ("credit", "with_registrar", 20),
        ("noncredit", "with_office", 10),
    ]


def test_who_may_do_what_with_a_list(
    climate: Offering, by_alvarez: Actor, stranger: Person, registrar: Person, officer: Person
) -> None:
    tracking_list = upload(climate, by_alvarez, "credit-clean.xlsx")
    with pytest.raises(Refused, match="Only the offering's instructors"):
        upload(climate, person(stranger), "credit-clean.xlsx")
    with pytest.raises(Refused):
        submit_list(by=person(registrar), tracking_list=tracking_list, attest=True)
    assert visible_list(stranger, tracking_list.pk) is None
    assert visible_list(registrar, tracking_list.pk) is None

    [request] = submit_list(by=by_alvarez, tracking_list=tracking_list, attest=True)

    assert visible_list(registrar, tracking_list.pk) == tracking_list
    assert visible_list(officer, tracking_list.pk) is None
    with pytest.raises(Refused, match="in the registrar's queue"):
        mark_checked(by=person(officer), request=request)


def test_whoever_asks_does_not_issue(alvarez: Person, by_alvarez: Actor) -> None:
    officer = someone("Paula Ruiz", "issuing_officer")
    made = offering_of(DENTAL, officer)
    tracking_list = upload(made, person(officer), "noncredit-clean.csv")
    [request] = submit_list(by=person(officer), tracking_list=tracking_list, attest=True)
    with pytest.raises(Refused, match="someone else must"):
        start_issuing(by=person(officer), request=request)


def test_a_returned_request_is_mended_and_sent_again(
    climate: Offering, by_alvarez: Actor, alvarez: Person, registrar: Person
) -> None:
    tracking_list = upload(climate, by_alvarez, "credit-clean.xlsx")
    [request] = submit_list(by=by_alvarez, tracking_list=tracking_list, attest=True)
    mark_checked(by=person(registrar), request=request)
    return_request(by=person(registrar), request=request, reason="Row 3 has another grade.")
    [duty] = waiting_for(alvarez)
    assert (duty.title, duty.why) == (
        "Returned: tracking list of Climate Communication for Resource Professionals",
        "Row 3 has another grade.",
    )

    mend_line(by=by_alvarez, tracking_list=tracking_list, number=3, cells={"grade": "B"})
    again = resubmit_request(by=by_alvarez, request=request, attest=True)

    assert (again.state, again.checked_by) == ("with_registrar", None)
    start_issuing(by=person(registrar), request=again)
    with pytest.raises(NotPossible, match="it is issuing"):
        return_request(by=person(registrar), request=again, reason="Too late")
    assert finish(by=person(registrar), request=again).state == "issued"


def test_whoever_sends_a_request_again_does_not_issue_it(
    climate: Offering, by_alvarez: Actor, registrar: Person
) -> None:
    both = someone("Rosa Vance", "registrar")
    climate.instructors.add(both)
    tracking_list = upload(climate, by_alvarez, "credit-clean.xlsx")
    [request] = submit_list(by=by_alvarez, tracking_list=tracking_list, attest=True)
    return_request(by=person(registrar), request=request, reason="Row 3 has another grade.")
    resubmit_request(by=person(both), request=request, attest=True)
    with pytest.raises(Refused, match="someone else must"):
        mark_checked(by=person(both), request=request)
    kim, today = someone("Kim Crow", "proposer"), clock.today()
    create_account(by=system("set-up"), person=kim, username="kim", password=None)
    by = person(both)
    announce_absence(by=by, person=both, deputy=kim, starts_on=today, ends_on=today)
    with pytest.raises(Refused, match="stand in for who asked"):
        mark_checked(by=person(kim), request=request)
    assert mark_checked(by=person(registrar), request=request).checked_by == registrar


def test_a_row_is_refused_once_by_whoever_clicks_first(
    climate: Offering, by_alvarez: Actor, registrar: Person
) -> None:
    tracking_list = upload(climate, by_alvarez, "credit-clean.xlsx")
    [request] = submit_list(by=by_alvarez, tracking_list=tracking_list, attest=True)
    total = request.total
    first, second = (request.lines.get(number=2) for _ in range(2))
    refuse_line(by=person(registrar), line=first, reason="Not enrolled.")
    with pytest.raises(NotPossible, match="refused already"):
        refuse_line(by=person(registrar), line=second, reason="Not enrolled!")
    request.refresh_from_db()
    assert request.total == total - 1


def test_who_has_the_badge_and_who_is_held_are_found(
    climate: Offering, by_alvarez: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = upload(climate, by_alvarez, "credit-clean.xlsx")
    submit_list(by=by_alvarez, tracking_list=first, attest=True)
    Person.objects.filter(student_id="790471325").update(directory_hold=True)
    known_by = [line.cells["student_id"] for line in first.lines.filter(number__lte=2)]
    holders = {climate.program: frozenset(known_by)}
    monkeypatch.setattr(awarded, "_registered", [holders.__getitem__])
    assert codes(upload(climate, by_alvarez, "credit-clean.xlsx")) == {
        1: ["already_awarded"],
        2: ["already_awarded"],
        3: ["directory_hold"],
    }


def test_an_unreadable_file_leaves_nothing_behind(climate: Offering, by_alvarez: Actor) -> None:
    with pytest.raises(ListUnreadable):
        upload_list(by=by_alvarez, offering=climate, data=b"%PDF-1.7", filename="list.xlsx")
    assert not TrackingList.objects.exists()


def test_mending_one_of_two_equal_rows_frees_the_other(
    climate: Offering, by_alvarez: Actor
) -> None:
    tracking_list = upload(climate, by_alvarez, "credit-faulty.xlsx")
    cells = {"student_id": "790000009", "email": "other@umconnect.example.edu", "second_email": ""}
    changed = mend_line(by=by_alvarez, tracking_list=tracking_list, number=4, cells=cells)
    assert [(line.number, line.errors) for line in changed] == [(4, []), (5, [])]


def test_an_acknowledgement_falls_when_something_new_is_warned_of(
    climate: Offering, by_alvarez: Actor
) -> None:
    tracking_list = upload(climate, by_alvarez, "credit-faulty.xlsx")
    acknowledge(by=by_alvarez, tracking_list=tracking_list, numbers=[15])
    mend_line(by=by_alvarez, tracking_list=tracking_list, number=15, cells={"notes": "fine"})
    assert tracking_list.lines.get(number=15).state == "acknowledged"
    mend_line(by=by_alvarez, tracking_list=tracking_list, number=15, cells={"opt_out": "Y"})
    assert tracking_list.lines.get(number=15).state == "warning"


def test_an_offering_asks_for_the_decision(alvarez: Person, by_alvarez: Actor) -> None:
    proposed = program(CLIMATE, alvarez, state="proposed")
    with pytest.raises(NotPossible, match="is not approved"):
        create_offering(by=by_alvarez, program=proposed, term="fall-2026", instructors=[alvarez])
    approved = program(RURAL, alvarez, state="pilot_approved")
    approved.versions.get().decision.conditions.create(text="Add a syllabus")
    with pytest.raises(NotPossible, match="Conditions of the approval"):
        create_offering(by=by_alvarez, program=approved, term="fall-2026", instructors=[alvarez])


def test_an_offering_waits_for_the_renewal_of_an_agreement_that_has_ended(
    alvarez: Person, by_alvarez: Actor
) -> None:
    approved = program(RURAL, alvarez, state="pilot_approved")
    decision = approved.versions.get().decision
    case = open_case(by=by_alvarez, process="pilot-proposal", subject="proposal:1", title="Rural")
    made = Proposal.objects.create(
        case=case, program=approved, process="pilot-proposal", lead=alvarez, created_at=NOON
    )
    hospital = Mou.objects.create(proposal=made, state="expired", expires_on=date(2026, 9, 1))
    with pytest.raises(NotPossible, match="has ended: no new offering until it is renewed"):
        create_offering(by=by_alvarez, program=approved, term="fall-2026", instructors=[alvarez])
    assert decision.outcome  # the approval stands; only the agreement keeps it from beginning
    Mou.objects.create(proposal=made, state="active", renews=hospital)
    made_now = create_offering(
        by=by_alvarez, program=approved, term="fall-2026", instructors=[alvarez]
    )
    assert made_now.term == "fall-2026"


def test_the_first_offering_starts_the_pilot(alvarez: Person, by_alvarez: Actor) -> None:
    approved = program(RURAL, alvarez, state="pilot_approved")
    made = create_offering(by=by_alvarez, program=approved, term="fall-2026", instructors=[alvarez])
    approved.refresh_from_db()
    assert (approved.state, approved.pilot_start_term) == ("pilot_active", "fall-2026")
    assert (made.starts_on, made.ends_on) == (date(2026, 8, 31), date(2026, 12, 18))


def test_the_name_that_a_badge_shows() -> None:
    cells = {"first_name": "Elizabeth", "last_name": "Kipp"}
    assert display_name(cells) == "Elizabeth Kipp"
    assert display_name({**cells, "display_name": "Liz"}) == "Liz Kipp"
    assert display_name({**cells, "display_name": "Liz Old-Person"}) == "Liz Old-Person"
    assert display_name({"first_name": "", "last_name": "Linh", "display_name": "Linh"}) == "Linh"


def test_a_list_of_another_program_is_told(climate: Offering, by_alvarez: Actor) -> None:
    text = delimited([["Program", "Tree Climbing"], []]) + delimited(
        [
            ["Student ID", "Last name", "First name", "E-mail", "Grade", "Requirements met", "Completed", "Consent"],
            ["790123456", "Peña", "Nora", "nora@umconnect.example.edu", "A", "Y", "2026-11-13", "Y"],
        ]
    )  # fmt: skip
    made = upload_list(by=by_alvarez, offering=climate, data=text.encode(), filename="x.csv")
    assert made.header["problems"] == [
        "The list says that it is for “Tree Climbing”, not “Climate Communication for Resource "
        "Professionals”."
    ]


@pytest.fixture
def late(alvarez: Person) -> Offering:
    """An offering that began in August, of a program that was approved on 14 November."""
    offering = offering_of(DENTAL, alvarez)
    decision = offering.program_version.decision
    type(decision).objects.filter(pk=decision.pk).update(decided_on=date(2026, 11, 14))
    return Offering.objects.get(pk=offering.pk)


def test_nobody_completes_what_was_not_approved_yet(late: Offering, alvarez: Person) -> None:
    made = upload(late, person(alvarez), "noncredit-clean.csv")  # all of 13 November
    assert {code for found in codes(made).values() for code in found} == {
        "completion_date_outside_offering"
    }
    on_the_day = made.lines.order_by("number")[0].number
    mend_line(
        by=person(alvarez), tracking_list=made, number=on_the_day,
        cells={"completed_on": "2026-11-14"},
    )  # fmt: skip
    assert on_the_day not in codes(made)


def test_later_versions_do_not_move_the_day_of_the_first_approval(
    alvarez: Person,
) -> None:
    offering, by = offering_of(DENTAL, alvarez), person(alvarez)
    first = offering.program_version
    decision = first.decision
    decision.pk, decision.decided_on = None, date(2026, 11, 17)
    decision.save()
    first.pk, first.n, first.decision = None, 2, decision
    first.save()
    made = upload(Offering.objects.get(pk=offering.pk), by, "noncredit-clean.csv")
    assert codes(made) == {}
    assert submit_list(by=by, tracking_list=made, attest=True)


def test_rows_that_were_checked_before_are_not_sent_either(alvarez: Person) -> None:
    offering, by = offering_of(DENTAL, alvarez), person(alvarez)
    made = upload(offering, by, "noncredit-clean.csv")
    assert codes(made) == {}
    decision = offering.program_version.decision
    type(decision).objects.filter(pk=decision.pk).update(decided_on=date(2026, 11, 14))
    rows = made.lines.count()
    with pytest.raises(NotPossible) as refused:
        submit_list(by=by, tracking_list=made, attest=True)
    assert str(refused.value) == (
        f"{rows} rows were completed before 14 Nov 2026, the day on which “{DENTAL['title']}” was "
        "approved: correct the day or remove the row."
    )
    made.lines.exclude(number=1).delete()
    made.lines.update(cells={**made.lines.get().cells, "completed_on": "2026-11-14"})
    assert submit_list(by=by, tracking_list=made, attest=True)
