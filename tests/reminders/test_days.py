"""What a day brings: badges that end, a last term, a hold to look at, the provost's portfolio, a quorum."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bitterroot.governance.domain.agenda import put_on_agenda
from bitterroot.governance.domain.ballot import cast_vote, open_ballot
from bitterroot.governance.domain.conflict import declare_conflict, recuse
from bitterroot.governance.models import StepRun
from bitterroot.issuing.models import Award
from bitterroot.learning.models import Enrollment, IssuanceRequest, Offering
from bitterroot.messages.domain import award_reminders, reminders
from bitterroot.messages.domain.body_reminders import body_reminders
from bitterroot.messages.models import Mail
from bitterroot.people.domain.person import add_address, assign_role, create_person
from bitterroot.people.enums import AddressKind, Role
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Address, Person
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from governance.bodies_kit import NOW, make_body, matter, moved, planned
from proposals.conftest import SET_UP, SINCE
from proposals.test_road import sign_next

Issued = Callable[..., IssuanceRequest]
ENDS = datetime(2028, 6, 15, 20, 0, tzinfo=UTC)


def reach(person: Person, name: str) -> None:
    add_address(
        by=SET_UP,
        person=person,
        address=f"{name}@umontana.example.edu",
        kind=AddressKind.CAMPUS,
        primary=True,
    )


def sweep(at: datetime) -> list[tuple[str, str]]:
    """The mails that three sweeps at that moment write."""
    Mail.objects.filter(template="weekly_digest").delete()
    before = set(Mail.objects.values_list("pk", flat=True))
    with clock.standing_at(at):
        for _ in range(3):
            reminders.remind()
    fresh = Mail.objects.exclude(pk__in=before).exclude(template="weekly_digest")
    return sorted(fresh.values_list("template", "to_name"))


def test_a_badge_that_ends_is_told_60_and_30_days_before_and_the_day_after(
    house: SimpleNamespace, issued: Issued
) -> None:
    issued(["José Núñez", "Zoë Whitebear"])
    reach(house.dana, "dana")
    Award.objects.update(valid_until=ENDS, state="claimed")
    soon = [
        ("award_expiring", "José Núñez"),
        ("award_expiring", "Zoë Whitebear"),
        ("awards_expiring", "Dana Kipp"),
    ]
    assert sweep(ENDS - timedelta(days=61)) == []
    assert sweep(ENDS - timedelta(days=60)) == soon
    assert sweep(ENDS - timedelta(days=58)) == []
    assert sweep(ENDS - timedelta(days=30)) == soon
    assert sweep(ENDS) == []
    assert sweep(ENDS + timedelta(days=1)) == [
        ("award_expired", "José Núñez"),
        ("award_expired", "Zoë Whitebear"),
        ("awards_expired", "Dana Kipp"),
    ]
    assert sweep(ENDS + timedelta(days=20)) == []
    mail = Mail.objects.filter(template="award_expiring").latest("pk")
    assert "is valid until 15 Jun 2028" in mail.body


def test_revoked_and_lasting_badges_end_for_nobody(house: SimpleNamespace, issued: Issued) -> None:
    issued(["José Núñez", "Zoë Whitebear"])
    first, other = Award.objects.order_by("pk")
    Award.objects.filter(pk=first.pk).update(valid_until=ENDS, state="revoked")
    assert other.valid_until is None
    assert sweep(ENDS - timedelta(days=60)) == []


def test_who_has_a_campus_mailbox_alone_is_asked_60_days_before_their_last_term_ends(
    house: SimpleNamespace, issued: Issued
) -> None:
    issued(["José Núñez", "Zoë Whitebear"])
    jose, zoe = (
        Award.objects.get(display_name=name).learner for name in ("José Núñez", "Zoë Whitebear")
    )
    Address.objects.filter(person__in=[jose, zoe]).update(kind=AddressKind.CAMPUS)
    add_address(by=SET_UP, person=zoe, address="zoe@home.example", kind=AddressKind.PERSONAL)
    for person in (jose, zoe):
        Enrollment.objects.create(
            offering=house.offering,
            identity=person.student_id,
            student_id=person.student_id,
            added_by=house.dana,
            added_at=clock.now(),
        )
    ends = datetime(2026, 12, 11, 20, 0, tzinfo=UTC)
    assert sweep(ends - timedelta(days=61)) == []
    assert sweep(ends - timedelta(days=60)) == [("graduating_soon", "José Núñez")]
    assert sweep(ends - timedelta(days=10)) == []
    mail = Mail.objects.get(template="graduating_soon")
    assert ("ends on 11 Dec 2026" in mail.body, "/my/addresses" in mail.body) == (True, True)


def test_a_later_offering_is_the_last_and_no_crowd_hides_the_next(
    house: SimpleNamespace, issued: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linh goes on to a second offering; the others finish, more than are read at once."""
    monkeypatch.setattr(award_reminders, "MOST", 1)
    names = ["José Núñez", "Zoë Whitebear", "Linh Nguyễn"]
    issued(names)
    first, later = house.offering, Offering.objects.get(pk=house.offering.pk)
    later.pk, later.ends_on, later._state.adding = None, date(2027, 5, 7), True
    later.pk = Offering._meta.pk.get_default()
    later.save()
    for name in names:
        learner = Award.objects.get(display_name=name).learner
        Address.objects.filter(person=learner).update(kind=AddressKind.CAMPUS)
        for offering in (first, later) if name == "Linh Nguyễn" else (first,):
            Enrollment.objects.create(
                offering=offering, identity=learner.student_id, student_id=learner.student_id,
                added_by=house.dana, added_at=clock.now(),
            )  # fmt: skip
    ends = datetime(2026, 12, 11, 20, 0, tzinfo=UTC)
    told = sweep(ends - timedelta(days=60))
    assert sorted(told) == [("graduating_soon", name) for name in ("José Núñez", "Zoë Whitebear")]
    assert sweep(ends - timedelta(days=30)) == []
    assert sweep(datetime(2027, 4, 1, 20, tzinfo=UTC)) == [("graduating_soon", "Linh Nguyễn")]


def test_a_hold_is_looked_at_again_on_its_day(uni: SimpleNamespace, proposal: Proposal) -> None:
    reach(uni.olive, "olive")
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    for _ in range(3):
        sign_next(uni, proposal)
    with pytest.raises(NotPossible, match="That day is past"):
        verbs.put_on_hold(
            by=uni.by("olive"), proposal=proposal, reason="A lab.", review_on=clock.today()
        )
    verbs.put_on_hold(
        by=uni.by("olive"), proposal=proposal, reason="A lab.", review_on=date(2027, 1, 12)
    )
    assert sweep(datetime(2027, 1, 11, 20, 0, tzinfo=UTC)) == []
    assert sweep(datetime(2027, 1, 12, 20, 0, tzinfo=UTC)) == [("hold_review", "Olive Crane")]
    verbs.resume(by=uni.by("olive"), proposal=proposal)
    Mail.objects.all().delete()
    assert sweep(datetime(2027, 1, 13, 20, 0, tzinfo=UTC)) == []


def test_the_provost_reads_the_portfolio_on_the_first(
    house: SimpleNamespace, issued: Issued
) -> None:
    issued(["José Núñez"])
    adele = create_person(by=SET_UP, display_name="Adele Fontaine")
    assign_role(by=SET_UP, person=adele, role=Role.PROVOST, starts_on=SINCE)
    reach(adele, "adele")
    assert sweep(datetime(2026, 12, 1, 12, 0, tzinfo=UTC)) == []  # five in the morning
    assert sweep(datetime(2026, 12, 1, 16, 0, tzinfo=UTC)) == [
        ("monthly_portfolio", "Adele Fontaine")
    ]
    assert sweep(datetime(2026, 12, 3, 16, 0, tzinfo=UTC)) == []
    mail = Mail.objects.get(template="monthly_portfolio")
    assert mail.subject == "Micro-credentials in November 2026"
    assert "\n\n- Pilot: 1\n" in mail.body
    assert "Badges issued in November: 1." in mail.body
    assert sweep(datetime(2027, 1, 20, 16, 0, tzinfo=UTC)) == []  # too late for January
    assert sweep(datetime(2027, 2, 2, 16, 0, tzinfo=UTC)) == [
        ("monthly_portfolio", "Adele Fontaine")
    ]


@pytest.fixture
def body(db: None) -> SimpleNamespace:
    with clock.standing_at(NOW):
        made = make_body()
        for key, person in vars(made).items():
            if isinstance(person, Person):
                reach(person, key)
    return made


def names(found: list[tuple[str, str]], letter: str) -> list[str]:
    return [name for template, name in found if template == letter]


def test_members_are_reminded_of_a_meeting_and_its_keepers_of_a_thin_quorum(
    body: SimpleNamespace,
) -> None:
    with clock.standing_at(NOW):
        run, fine = matter(body), matter(body, "Snow for Skiers")
        meeting = planned(body)
        for each in (run, fine):
            put_on_agenda(by=body.by("sven"), meeting=meeting, run=each)
        for key in ("ada", "ben", "cyd", "dov"):
            declare_conflict(by=body.by(key), run=run, reason="I teach in it.")
            recuse(by=body.by(key), run=run)
    assert sweep(meeting.starts_at - timedelta(days=3)) == []
    found = sweep(meeting.starts_at - timedelta(days=2))
    assert found == []
    with clock.standing_at(NOW):
        declare_conflict(by=body.by("eli"), run=run, reason="I teach in it.")
    found = sweep(meeting.starts_at - timedelta(days=2))
    assert found == [("quorum_at_risk", "Chandra Okoye"), ("quorum_at_risk", "Sven Lund")]
    text = Mail.objects.filter(template="quorum_at_risk")[0].body
    assert ("- Maps for Towns: 1 may vote, 1 needed" in text, "Snow" in text) == (True, False)
    found = sweep(meeting.starts_at - timedelta(days=1))
    assert len(names(found, "meeting_reminder")) == len(found) == 7


def test_who_has_not_voted_is_reminded_the_day_before_the_ballot_closes(
    body: SimpleNamespace,
) -> None:
    with clock.standing_at(NOW):
        ballot = open_ballot(
            by=body.by("sven"), motion=moved(body, matter(body)), method="electronic"
        )
        cast_vote(by=body.by("ada"), ballot=ballot, choice="yes")
    assert ballot.closes_at is not None
    assert names(sweep(ballot.closes_at - timedelta(days=2)), "quorum_at_risk") == [
        "Chandra Okoye",
        "Sven Lund",
    ]
    assert names(sweep(ballot.closes_at - timedelta(hours=20)), "ballot_closing") == [
        "Ben Reyes", "Chandra Okoye", "Cyd Reyes", "Dov Reyes", "Eli Reyes",
    ]  # fmt: skip


def test_a_sweep_over_many_matters_asks_as_often_as_over_one(body: SimpleNamespace) -> None:
    def asked() -> int:
        with (
            clock.standing_at(NOW),
            CaptureQueriesContext(connection) as seen,
        ):
            list(body_reminders())
        return len(seen)

    with clock.standing_at(NOW):
        matter(body, "One")
        StepRun.objects.update(kind="review", due_on=clock.today() + timedelta(days=2))
    one = asked()
    with clock.standing_at(NOW):
        for n in range(6):
            matter(body, f"More {n}")
        StepRun.objects.update(kind="review", due_on=clock.today() + timedelta(days=2))
    assert asked() == one
