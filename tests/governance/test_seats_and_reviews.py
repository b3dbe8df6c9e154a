"""Seats and their terms; reviews by rubric; conflicts that are found; objections."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain.conflict import detect_conflicts, recuse
from bitterroot.governance.domain.review import submit_review, write_review
from bitterroot.governance.domain.seat import delegate_seat, end_seat, seat_member
from bitterroot.governance.models import Case, StepRun
from bitterroot.governance.queries.bodies import sitting, sitting_of
from bitterroot.governance.queries.reviews import rubric_of, submitted, summary_of
from bitterroot.people.domain.person import assign_role
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Unit
from bitterroot.record import clock

from .bodies_kit import BODY, SET_UP, SINCE, matter


def names(body: str = BODY) -> list[str]:
    return [s.person.display_name for s in sitting(body)]


def test_a_term_begins_and_ends_on_its_days(house: SimpleNamespace) -> None:
    end_seat(
        by=house.by("sven"), seat=house.seats["eli"], ends_on=date(2026, 12, 31), reason="Moves."
    )
    seat_member(
        by=house.by("chandra"), body=BODY, person=house.una, title="Member", starts_on=date(2027, 1, 1)
    )  # fmt: skip
    assert ("Eli Reyes" in names(), "Una Moss" in names()) == (True, False)
    with clock.standing_at(datetime(2027, 1, 4, 16, tzinfo=UTC)):
        assert ("Eli Reyes" in names(), "Una Moss" in names()) == (False, True)


def test_seats_are_as_many_as_the_policy_says_and_offices_are_held_once(
    house: SimpleNamespace,
) -> None:
    def seat(**more: object) -> None:
        given = {"person": house.una, "title": "Member", "starts_on": SINCE} | more
        seat_member(by=SET_UP, body=BODY, **given)  # type: ignore[arg-type]

    with pytest.raises(NotPossible, match="has a chair in that time"):
        seat(office="chair")
    with pytest.raises(NotPossible, match="in that time already"):
        seat(person=house.ada)
    seat()
    with pytest.raises(NotPossible, match="All 7 voting seats"):
        seat(person=house.wren)
    with pytest.raises(NotPossible, match="no such body"):
        seat_member(by=SET_UP, body="chess", person=house.wren, title="M", starts_on=SINCE)
    with pytest.raises(Refused, match="for the chair or the secretary"):
        seat_member(by=house.by("ada"), body=BODY, person=house.wren, title="M", starts_on=SINCE)


def test_a_delegate_sits_in_the_seat_until_the_day(house: SimpleNamespace) -> None:
    seat = house.seats["eli"]
    with pytest.raises(NotPossible, match="does not sit in this body already"):
        delegate_seat(by=house.by("eli"), seat=seat, to=house.ada, until=date(2026, 12, 1))
    with pytest.raises(Refused):
        delegate_seat(by=house.by("ada"), seat=seat, to=house.una, until=date(2026, 12, 1))
    delegate_seat(by=house.by("eli"), seat=seat, to=house.una, until=date(2026, 12, 1))
    una = sitting_of(house.una, BODY)
    assert una is not None
    assert una.capacity == "Member, Interdisciplinary subcommittee, for Eli Reyes"
    assert sitting_of(house.eli, BODY) is None
    with clock.standing_at(datetime(2026, 12, 2, 16, tzinfo=UTC)):
        assert (sitting_of(house.una, BODY), sitting_of(house.eli, BODY) is None) == (None, False)


def test_a_review_is_complete_before_it_is_handed_in(house: SimpleNamespace) -> None:
    run = matter(house)
    keys = [criterion.key for criterion in rubric_of(run).criteria]
    scores: dict[str, dict[str, object]] = {key: {"score": 3, "comment": ""} for key in keys}
    scores["purpose"] = {"score": 1, "comment": ""}
    scores["invented"] = {"score": 3, "comment": "Nobody asked."}
    del scores["audience"]
    sheet = write_review(by=house.by("ada"), run=run, scores=scores)
    assert "invented" not in sheet.scores
    with pytest.raises(NotPossible) as told:
        submit_review(by=house.by("ada"), run=run)
    assert told.value.problems == [
        ("comment_purpose", "Purpose and need: say why the score is low."),
        ("score_audience", "Audience: choose a score."),
        ("recommendation", "Choose what you recommend."),
        ("no_conflict", "Declare that you have no conflict, or step aside."),
    ]
    scores["purpose"]["comment"] = "Who asked for it?"
    scores["audience"] = {"score": "2", "comment": ""}
    more = {
        "recommendation": "approve with conditions",
        "public_note": "Good.",
        "no_conflict": True,
    }
    write_review(
        by=house.by("ada"), run=run, scores=scores, confidential_note="Weak lead.", **more  # type: ignore[arg-type]
    )  # fmt: skip
    submit_review(by=house.by("ada"), run=run)
    with pytest.raises(NotPossible, match="handed in"):
        write_review(by=house.by("ada"), run=run, scores={})
    first = summary_of(run, submitted(run))[0]
    assert (first.label, first.counts, first.comments) == (
        "Purpose and need",
        (0, 1, 0, 0),
        ("Who asked for it?",),
    )


@pytest.mark.parametrize("score", ["4", "-1", "1.5", "lots", "９"])
def test_a_score_is_one_of_the_scale(house: SimpleNamespace, score: str) -> None:
    sheet = write_review(
        by=house.by("ada"), run=matter(house), scores={"purpose": {"score": score, "comment": ""}}
    )
    assert sheet.scores["purpose"]["score"] is None


def test_whoever_is_recused_or_wrote_it_does_not_review(house: SimpleNamespace) -> None:
    run = matter(house)
    recuse(by=house.by("ben"), run=run)
    for key, why in [("ben", "recused"), ("una", "for members"), ("sven", "no vote")]:
        with pytest.raises(Refused, match=why):
            write_review(by=house.by(key), run=run, scores={})
    with pytest.raises(NotPossible, match="recused already"):
        recuse(by=house.by("ben"), run=run)
    with pytest.raises(Refused, match="Only a member"):
        recuse(by=house.by("una"), run=run)
    with pytest.raises(Refused, match="for the chair or the secretary"):
        recuse(by=house.by("ada"), run=run, person=house.cyd)


def before_the_body(house: SimpleNamespace, case: Case) -> StepRun:
    """A matter of the body that is about this case."""
    run = matter(house, "Another")
    run.case = case
    run.save()
    cases.lock(run.case)
    return run


def test_ties_to_a_proposal_are_found_once(house: SimpleNamespace) -> None:
    from bitterroot.proposals.domain.draft import start_proposal  # the room above gives the tie

    unit = Unit.objects.filter(kind="department").first()
    assert unit is not None
    assign_role(by=SET_UP, person=house.wren, role=Role.PROPOSER, unit=unit, starts_on=SINCE)
    assign_role(by=SET_UP, person=house.ada, role=Role.INSTRUCTOR, unit=unit, starts_on=SINCE)
    house.wren.supervisor = house.ben
    house.wren.save()
    proposal = start_proposal(by=house.by("wren"), title="Maps for Towns", unit=unit)
    proposal.co_authors.add(house.cyd)
    run = before_the_body(house, proposal.case)
    found = {(c.person.display_name, c.kind, c.state) for c in detect_conflicts(run=run)}
    assert found == {
        ("Ada Reyes", "own_unit", "flagged"),
        ("Ben Reyes", "supervisor", "flagged"),
        ("Cyd Reyes", "co_author", "recused"),
    }
    assert detect_conflicts(run=run) == []


def test_ties_to_partner_units_and_to_every_author_are_found(house: SimpleNamespace) -> None:
    from bitterroot.proposals.domain.draft import start_proposal  # the room above gives the tie

    owner, partner = Unit.objects.filter(kind="department").order_by("key")[:2]
    assign_role(by=SET_UP, person=house.wren, role=Role.PROPOSER, unit=owner, starts_on=SINCE)
    assign_role(by=SET_UP, person=house.ada, role=Role.INSTRUCTOR, unit=partner, starts_on=SINCE)
    house.una.supervisor, house.dov.supervisor = house.ben, house.wren
    house.una.save()
    house.dov.save()
    proposal = start_proposal(by=house.by("wren"), title="Maps for Towns", unit=owner)
    proposal.co_authors.add(house.una)
    proposal.values["partner_units"] = [partner.key]
    proposal.save()
    run = before_the_body(house, proposal.case)
    found = {(c.person.display_name, c.kind, c.state) for c in detect_conflicts(run=run)}
    assert found == {
        ("Ada Reyes", "own_unit", "flagged"),
        ("Ben Reyes", "supervisor", "flagged"),
        ("Dov Reyes", "supervised", "flagged"),
    }
