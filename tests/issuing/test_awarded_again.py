"""Who holds a badge is not awarded it again; who lost or declined it may be."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain import queue, revocation
from bitterroot.issuing.models import Award
from bitterroot.issuing.queries import holders_of
from bitterroot.learning.domain.checking import facts_of
from bitterroot.learning.enums import RequestState
from bitterroot.learning.models import IssuanceRequest
from bitterroot.people.actor import person
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Address
from bitterroot.proposals.enums import MouState
from bitterroot.proposals.models import Mou, Proposal

Issued = Callable[..., IssuanceRequest]
JOSE, ZOE, LINH = NAMES = ["José Núñez", "Zoë Whitebear", "Linh Nguyễn"]


def revoke(house: SimpleNamespace, award: Award) -> None:
    asked = revocation.request_revocation(
        by=house.by("rita"), award=award, reason_code="wrong_person", reason="Same name."
    )
    revocation.approve_revocation(by=house.by("ruth"), revocation=asked)


def test_a_list_finds_who_holds_the_badge_by_any_of_their_addresses(
    house: SimpleNamespace, issued: Issued
) -> None:
    issued(NAMES)
    zoe = Award.objects.get(display_name=ZOE).learner
    Address.objects.create(
        person=zoe, address="Zoe@home.example", normalized="zoe@home.example", kind="personal"
    )
    known = facts_of(house.offering).record.awarded
    assert all(type(identity) is str for identity in known)
    assert {"790000000", "learner1@umconnect.example.edu", "zoe@home.example"} <= known


def test_a_revoked_badge_is_awarded_anew_and_then_not_reinstated(
    house: SimpleNamespace, issued: Issued, sent: Issued
) -> None:
    issued(NAMES[:2])
    first = Award.objects.get(display_name=JOSE)
    assert "790000000" in facts_of(house.offering).record.awarded
    revoke(house, first)
    known = facts_of(house.offering).record.awarded
    assert ("790000000" in known, "790000001" in known) == (False, True)
    assert issued([JOSE]).state == RequestState.ISSUED
    assert [
        a.state for a in Award.objects.filter(learner=first.learner).order_by("valid_from", "state")
    ] == [
        "revoked",
        "unclaimed",
    ]
    with pytest.raises(NotPossible, match="awarded anew since"):
        revocation.reinstate(by=house.by("rita"), award=first, reason="It was right.")


def test_a_declined_badge_is_awarded_anew_and_then_not_claimed(
    house: SimpleNamespace, issued: Issued
) -> None:
    issued([JOSE])
    first = Award.objects.get()
    jose = person(first.learner)
    awards.decline(by=jose, award=first)
    assert holders_of(house.program) == frozenset()
    issued([JOSE])
    with pytest.raises(NotPossible, match="awarded anew since"):
        awards.claim(by=jose, award=first)
    second = Award.objects.exclude(pk=first.pk).get()
    assert awards.claim(by=jose, award=second).state == "claimed"


def test_what_waits_in_the_queue_is_refused_when_the_learner_got_the_badge_meanwhile(
    house: SimpleNamespace, issued: Issued, sent: Issued
) -> None:
    waiting = sent([JOSE])
    issued([JOSE])
    rita = house.by("rita")
    queue.check_request(by=rita, request=waiting)
    lines = list(waiting.lines.all())
    queue.record_notations(by=rita, request=waiting, lines=lines, sis_reference="BAN-2")
    with pytest.raises(NotPossible, match="row 1"):
        queue.issue(by=rita, request=waiting)
    revoke(house, Award.objects.get())
    assert queue.issue(by=rita, request=waiting).state == RequestState.ISSUING


def test_however_many_hold_it_there_are_three_queries(
    house: SimpleNamespace, issued: Issued
) -> None:
    counts = []
    for names in (NAMES[:1], NAMES):
        if names == NAMES:
            revoke(house, Award.objects.get())
        issued(names)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            holders_of(house.program)
        counts.append(len(queries))
    assert counts == [3, 3]


def test_each_agreement_counts_with_what_renewed_it_and_the_first_to_end_ends_it_all(
    house: SimpleNamespace,
) -> None:
    made = Proposal.objects.get(program=house.program)

    def ended() -> date | None:
        return facts_of(house.offering).offering.mou_ended_on

    def signed(ends: date | None, renews: Mou | None = None) -> Mou:
        return Mou.objects.create(
            proposal=made, state=MouState.EXECUTED, expires_on=ends, renews=renews
        )

    assert ended() is None
    hospital = signed(date(2026, 9, 1))
    assert ended() == date(2026, 9, 1)
    Mou.objects.create(proposal=made, state=MouState.DRAFT)
    renewed = signed(date(2026, 10, 1), renews=hospital)
    assert ended() == date(2026, 10, 1)
    signed(date(2026, 9, 15))  # with another party, who has not renewed
    assert ended() == date(2026, 9, 15)
    Mou.objects.filter(expires_on=date(2026, 9, 15)).update(expires_on=None)
    signed(None, renews=renewed)
    assert ended() is None
