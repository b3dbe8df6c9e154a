"""Four academic years of one program on the set clock, from its first talk to its establishment.

Dana proposes; Hale returns it once; Olive approves with a condition; reviews are written each
spring, one comes back; nobody gives notice in the third fall and the pilot lapses; an extension
lets it run again; Paula, the provost, establishes it. By a fall start and by a spring start, under
rule A and under rule B.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from bitterroot.governance import policies
from bitterroot.governance.domain.acts import override
from bitterroot.governance.models import Condition, SignatureRequest
from bitterroot.governance.queries import approval_chain
from bitterroot.learning.domain.offering import create_offering
from bitterroot.people.actor import person
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible
from bitterroot.policy import Policy, load_policy
from bitterroot.programs.domain import intent as intents
from bitterroot.programs.domain import review as reviews
from bitterroot.programs.domain.pilot import extend_pilot
from bitterroot.programs.models import Pilot, Program, Reminder
from bitterroot.programs.queries import by_slug, catalog
from bitterroot.programs.queries.pilots import standing
from bitterroot.proposals.domain import draft
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.full import start_full_proposal
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries import waiting_for
from bitterroot.record.models import Event
from programs.conftest import give_notice, hand_in, misfits, on, people, sweep_on  # noqa: F401

from .conftest import SET_UP, SINCE, complete_draft
from .full_kit import ANSWERS as IN_FULL

DAY = timedelta(days=1)


def under_rule(rule: str) -> Policy:
    """The reference institution with this rule for pilots that begin in spring."""
    document = load_policy("montana").document()
    document["pilot"]["rule"] = rule
    return Policy.from_document(document)


def signed_by_all(row: Proposal) -> Iterator[str]:
    """Everyone who is asked signs in turn; their capacities."""
    while asked := SignatureRequest.objects.filter(case=row.case, state="requested").first():
        assert asked.person is not None
        name = asked.person.display_name
        verbs.sign(by=person(asked.person), signature=asked, typed_name=name)
        yield asked.capacity


def proposed(people: SimpleNamespace, first: date, term: str) -> Proposal:  # noqa: F811
    """Written and sent, returned once by the head, mended, signed, and with the office."""
    dana, hale = people.by("dana"), people.by("hale")
    with on(str(first)):
        row = complete_draft(people, first_term=term)
        verbs.submit_for_signatures(by=dana, proposal=row)
    with on(str(first + 5 * DAY)):
        sam = SignatureRequest.objects.get(case=row.case, state="requested")
        verbs.sign(by=people.by("sam"), signature=sam, typed_name="Sam Stokes")
        asked = SignatureRequest.objects.get(case=row.case, state="requested")
        verbs.object_to(by=hale, signature=asked, comment="Who reads the maps?")
    with on(str(first + 8 * DAY)):
        row = Proposal.objects.get(pk=row.pk)
        assert row.state == "returned"
        said = {"audience": "Planners, clerks and students."}
        row = draft.save_values(by=dana, proposal=row, values=said, revision=row.revision)
        verbs.submit_for_signatures(by=dana, proposal=row)
        assert list(signed_by_all(row)) == [  # what Sam signed has changed
            "supervisor of lead",
            "head of owner unit",
            "dean of owner unit",
        ]
    return Proposal.objects.get(pk=row.pk)


def approved(people: SimpleNamespace, row: Proposal, day: date) -> Program:  # noqa: F811
    """Approved with a condition: the gate opens when it is closed, not before."""
    olive = people.by("olive")
    with on(str(day)):
        verbs.accept_complete(by=olive, proposal=row)
        verbs.decide(
            by=olive,
            proposal=row,
            outcome="approve with conditions",
            conditions=[("A letter of two towns.", day + 30 * DAY)],
        )
        program = Program.objects.get(proposals=row)
        assert (program.state, by_slug(program.slug)) == ("proposed", None)
    with on(str(day + 14 * DAY)):
        [condition] = Condition.objects.filter(decision__case=row.case)
        verbs.close_condition(by=olive, condition=condition, evidence="Both letters are attached.")
    program.refresh_from_db()
    assert program.state == "pilot_approved"
    assert by_slug(program.slug) == program
    return program


def reviewed(people: SimpleNamespace, pilot: Pilot) -> None:  # noqa: F811
    """Three reviews, each in its spring; the first comes back once."""
    for review in pilot.reviews.order_by("year"):
        assert review.opens_on is not None
        sweep_on(str(review.opens_on))
        with on(str(review.opens_on + 10 * DAY)):
            hand_in(people.by("dana"), review)
            reviews.acknowledge_review(by=people.by("hale"), review=review)
            if review.year == 1:
                reviews.return_review(by=people.by("olive"), review=review, reason="And the cost?")
                review.refresh_from_db()
                assert review.state == "returned"
                hand_in(people.by("dana"), review)
                reviews.acknowledge_review(by=people.by("hale"), review=review)
            reviews.accept_review(by=people.by("olive"), review=review, rating="on_track")


def established(people: SimpleNamespace, program: Program, day: date) -> Proposal:  # noqa: F811
    """The full proposal, by every body of its way, to the provost's approval."""
    dana, olive = people.by("dana"), people.by("olive")
    with on(str(day)):
        row = start_full_proposal(by=dana, program=program)
        who = [str(people.dana.pk)]
        budget = [{"year": f"{n}", "income": "9", "cost": "7"} for n in range(2028, 2031)]
        said = {**IN_FULL, "budget": budget, "tracked_by": who, "issuance_requested_by": who}
        row = draft.save_values(by=dana, proposal=row, values=said, revision=row.revision)
        draft.attest_procedures(by=dana, proposal=row)
        verbs.submit_for_signatures(by=dana, proposal=Proposal.objects.get(pk=row.pk))
        assert len(list(signed_by_all(row))) == 3
        verbs.accept_complete(by=olive, proposal=row)
        for path in ("subcommittee", "committees/ascrc", "senate"):
            run = row.case.runs.get(path=path, state="open")
            assert "decision" not in " ".join(duty.why for duty in waiting_for(people.olive))
            override(by=olive, run=run, outcome="approve", reason="By its minutes.")
        row = Proposal.objects.select_related("case").get(pk=row.pk)
        verbs.decide(by=person(people.paula), proposal=row, outcome="approve")
    return Proposal.objects.get(pk=row.pk)


@pytest.mark.parametrize(
    ("term", "rule", "first", "years", "ends"),
    [
        ("fall-2024", "A", date(2024, 3, 4), ["2024-25", "2025-26", "2026-27"], date(2027, 8, 29)),
        (
            "spring-2024",
            "B",
            date(2023, 9, 5),
            ["2024-25", "2025-26", "2026-27"],
            date(2027, 8, 29),
        ),
        (
            "spring-2024",
            "A",
            date(2023, 9, 5),
            ["2023-24", "2024-25", "2025-26"],
            date(2026, 8, 30),
        ),
    ],
)
def test_a_program_over_four_academic_years(
    people: SimpleNamespace,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    term: str,
    rule: str,
    first: date,
    years: list[str],
    ends: date,
) -> None:
    policy = under_rule(rule)
    monkeypatch.setattr(policies, "current", lambda: policy)
    people.paula = create_person(by=SET_UP, display_name="Paula Provost")
    assign_role(by=SET_UP, person=people.paula, role=Role.PROVOST, starts_on=SINCE)

    program = approved(people, proposed(people, first, term), first + 20 * DAY)
    dana = people.by("dana")
    start = policy.calendar.term(term).start
    with on(str(start - 30 * DAY)):
        create_offering(by=dana, program=program, term=term, instructors=[people.dana])
    pilot = Pilot.objects.get(program=program)
    assert (pilot.rule, pilot.ends_on) == (rule, ends)
    with on(str(start)):
        stand = standing(pilot)
        assert stand is not None
        assert [year.label for year in stand.years] == years

    reviewed(people, pilot)
    sweep_on(str(ends))
    program.refresh_from_db()
    assert program.state == "pilot_active"
    assert Reminder.objects.filter(kind="notice overdue").count() == 1
    sweep_on(str(ends + DAY))
    program.refresh_from_db()
    assert (program.state, list(catalog())) == ("pilot_lapsed", [])
    with on(str(ends + 2 * DAY)), pytest.raises(NotPossible, match="takes no new learners"):
        create_offering(by=dana, program=program, term="fall-2027", instructors=[people.dana])

    with on(str(ends + 3 * DAY)):
        extend_pilot(by=people.by("olive"), pilot=pilot, years=1, reason="The lead was ill.")
        program.refresh_from_db()
        assert (program.state, list(catalog())) == ("pilot_active", [program])
        intent = give_notice(people, pilot.intents.get(state="open"))
        intents.acknowledge_intent(by=people.by("olive"), intent=intent)
    sweep_on(str(ends + 10 * DAY))

    row = established(people, program, ends + 40 * DAY)
    program.refresh_from_db()
    assert (program.state, row.state) == ("established", "approved")
    versions = list(program.versions.order_by("n"))
    assert [v.content["audience"] for v in versions] == [
        "Planners, clerks and students.",
        IN_FULL["audience"],
    ]
    chain = approval_chain(versions[1].decision)
    assert (chain["decided_by"], len(chain["signatures"])) == ("Paula Provost", 3)
    verbs_told = Event.objects.filter(stream=f"program:{program.pk}").order_by("seq")
    said = list(verbs_told.values_list("verb", flat=True))
    wanted = [
        "program proposed", "gate opened", "pilot started", "yearly review returned",
        "pilot lapsed", "pilot extended", "notice acknowledged", "full proposal submitted",
        "program established",
    ]  # fmt: skip
    assert [verb for verb in said if verb in wanted] == wanted
    assert sweep_on(str(ends + 400 * DAY)) == 0  # nothing of the pilot is due any more
    assert misfits() == []
