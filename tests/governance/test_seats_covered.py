"""Eli is away: Una sits and votes in his seat where the body's rule lets her, and only then."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from bitterroot.governance.body_rules import may_take_part
from bitterroot.governance.domain.away import go_away, seats_of_absent
from bitterroot.governance.domain.conflict import detect_conflicts, recuse
from bitterroot.governance.domain.seat import delegate_seat, seat_member
from bitterroot.governance.models import SeatCover
from bitterroot.governance.queries.ballots import room
from bitterroot.governance.queries.bodies import bodies_of, seats_of, sitting, sitting_of
from bitterroot.governance.rules import may_speak_for
from bitterroot.people.domain.person import assign_role, create_account
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Absence
from bitterroot.record import clock

from .bodies_kit import BODY, SET_UP, SINCE, _now, house, matter  # noqa: F401

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 14)
MEANWHILE = datetime(2026, 12, 2, 16, tzinfo=UTC)


def away(house: SimpleNamespace, who: str, deputy: str) -> Absence:  # noqa: F811
    them = getattr(house, deputy)
    create_account(by=SET_UP, person=them, username=deputy, password=None)
    return go_away(
        by=house.by(who), person=getattr(house, who), deputy=them, starts_on=FIRST, ends_on=LAST
    )


def test_the_deputy_sits_for_those_days(house: SimpleNamespace) -> None:  # noqa: F811
    away(house, "eli", "una")
    assert (sitting_of(house.una, BODY), sitting_of(house.eli, BODY) is None) == (None, False)
    with clock.standing_at(MEANWHILE):
        una = sitting_of(house.una, BODY)
        assert una is not None
        assert una.capacity == "Member, Interdisciplinary subcommittee, as deputy of Eli Reyes"
        assert sitting_of(house.eli, BODY) is None
        assert (bodies_of(house.una), bodies_of(house.eli)) == ({BODY}, {BODY})
        assert [s.person.display_name for s in sitting(BODY)] == [
            "Chandra Okoye", "Sven Lund", "Ada Reyes", "Ben Reyes", "Cyd Reyes", "Dov Reyes",
            "Una Moss",
        ]  # fmt: skip


def test_whoever_sits_there_already_does_not_vote_twice(
    house: SimpleNamespace,  # noqa: F811
) -> None:
    away(house, "eli", "ada")
    with clock.standing_at(MEANWHILE):
        assert [s.seat for s in seats_of(house.ada)] == [house.seats["ada"]]
        assert sitting_of(house.eli, BODY) is not None


def test_a_body_whose_rule_knows_no_deputies_has_none(
    house: SimpleNamespace,  # noqa: F811
) -> None:
    seat = seat_member(
        by=SET_UP, body="faculty-senate", person=house.eli, title="Senator", starts_on=SINCE
    )
    with pytest.raises(NotPossible, match="nobody sits for a member"):
        delegate_seat(by=house.by("eli"), seat=seat, to=house.una, until=LAST)
    said = seats_of_absent(house.eli, house.una, FIRST, LAST)
    assert [(each.seat.body, each.why_not) for each in said] == [
        ("faculty-senate", "By its rule nobody sits for a member of Faculty Senate."),
        (BODY, ""),
    ]
    away(house, "eli", "una")
    assert list(SeatCover.objects.values_list("seat__body", flat=True)) == [BODY]
    with clock.standing_at(MEANWHILE):
        assert sitting_of(house.una, "faculty-senate") is None


def test_nobody_votes_for_an_author(house: SimpleNamespace) -> None:  # noqa: F811
    seat_member(by=SET_UP, body=BODY, person=house.wren, title="Seat of Wren", starts_on=SINCE)
    run = matter(house)
    away(house, "wren", "una")
    with clock.standing_at(MEANWHILE):
        answer = may_take_part(house.by("una"), run)
        assert answer.why == "You sit for Wren Two-Bulls, who wrote the proposal."
        [found] = [each for each in detect_conflicts(run=run) if each.person == house.una]
        assert (found.kind, found.state) == ("co_author", "recused")


def test_nobody_votes_for_a_member_who_is_recused(house: SimpleNamespace) -> None:  # noqa: F811
    run = matter(house)
    recuse(by=house.by("eli"), run=run, reason="My sister would teach in it.")
    away(house, "eli", "una")
    with clock.standing_at(MEANWHILE):
        answer = may_take_part(house.by("una"), run)
        assert answer.why == "You sit for Eli Reyes, who is recused from this matter."
        seen = room(run, None)
        assert house.una not in [s.person for s in seen.eligible]
        assert seen.recused == ["Una Moss"]


def test_nobody_speaks_for_a_body_in_the_place_of_an_author_or_of_a_deputy(
    house: SimpleNamespace,  # noqa: F811
) -> None:
    """Una acts for the chair. The chair herself does not then, and where she wrote it neither does."""
    run, hers = matter(house), matter(house, "Hers")
    hers.case.snapshots.update(created_by=house.chandra)
    away(house, "chandra", "una")
    with clock.standing_at(MEANWHILE):
        una, chandra = house.by("una"), house.by("chandra")
        assert may_speak_for(una, run).capacity == (
            "Chair, Interdisciplinary subcommittee, as deputy of Chandra Okoye"
        )
        assert not may_speak_for(chandra, run)
        assert not may_speak_for(una, hers)
        assert not may_speak_for(chandra, hers)
        assert may_speak_for(house.by("sven"), hers)


def test_a_deputy_of_the_office_does_not_speak_on_what_its_officer_wrote(
    house: SimpleNamespace,  # noqa: F811
) -> None:
    assign_role(by=SET_UP, person=house.wren, role=Role.PROGRAM_OFFICER, starts_on=SINCE)
    run = matter(house)
    away(house, "wren", "una")
    with clock.standing_at(MEANWHILE):
        why = "You stand in for an author: nobody decides on their own proposal."
        assert may_speak_for(house.by("una"), run).why == why


def test_who_acts_for_two_members_sits_once(house: SimpleNamespace) -> None:  # noqa: F811
    """Una covers Eli's seat, so Dov's stays empty, and nobody lends her a third."""
    away(house, "eli", "una")
    said = seats_of_absent(house.dov, house.una, FIRST, LAST)
    assert [each.why_not for each in said] == [
        "They sit in Interdisciplinary subcommittee already."
    ]
    go_away(by=house.by("dov"), person=house.dov, deputy=house.una, starts_on=FIRST, ends_on=LAST)
    with pytest.raises(NotPossible, match="does not sit in this body already"):
        delegate_seat(by=house.by("cyd"), seat=house.seats["cyd"], to=house.una, until=LAST)
    with clock.standing_at(MEANWHILE):
        assert [s.person for s in sitting(BODY)].count(house.una) == 1
