"""Officers and a learner act on one badge at the same moment: it is issued, revoked, shown once."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection

from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain import queue, revocation
from bitterroot.issuing.models import Award, AwardDocument, Revocation
from bitterroot.issuing.queries.verification import verify_anything
from bitterroot.learning.models import IssuanceRequest
from bitterroot.people.actor import person
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.models import Event
from governance.threads_kit import together

from .conftest import recorded

pytestmark = [
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite in memory has one writer, one connection"
    ),
    pytest.mark.django_db(transaction=True),
]
NAMES = ["José Núñez", "Zoë Whitebear", "Linh Nguyễn"]
Issued = Callable[..., IssuanceRequest]


def test_two_workers_and_a_double_click_issue_each_badge_once(
    house: SimpleNamespace, sent: Issued
) -> None:
    request = sent(NAMES)
    rita = house.by("rita")
    recorded(house, request)
    begin = lambda: queue.issue(by=rita, request=request)  # noqa: E731
    assert together(begin, begin, at=clock.now()).count("done") == 1
    work = lambda: queue.run(by=rita, request=IssuanceRequest.objects.get(pk=request.pk))  # noqa: E731
    assert together(work, work, at=clock.now()) == ["done", "done"]
    assert (Award.objects.count(), AwardDocument.objects.count()) == (3, 3)
    assert Event.objects.filter(verb="award issued").count() == 3
    assert IssuanceRequest.objects.get(pk=request.pk).done == 3


def test_two_lists_with_one_learner_give_one_badge(house: SimpleNamespace, sent: Issued) -> None:
    requests = [sent(NAMES[:1]), sent(NAMES[:1])]
    rita = house.by("rita")
    for request in requests:
        recorded(house, request)
    said = together(
        *[lambda r=request: queue.issue(by=rita, request=r) for request in requests],  # type: ignore[misc]
        at=clock.now(),
    )
    assert said[0].startswith("Already awarded this badge, or twice in this request: row ")
    assert said[1] == "done"


def test_it_is_claimed_shown_and_revoked_at_the_same_moment(
    house: SimpleNamespace, issued: Issued
) -> None:
    issued(NAMES[:1])
    award = Award.objects.get()
    jose = person(award.learner)
    asked = revocation.request_revocation(
        by=house.by("rita"), award=award, reason_code="wrong_person", reason="Same name."
    )
    said = together(
        lambda: awards.claim(by=jose, award=award),
        lambda: awards.claim(by=jose, award=award),
        lambda: revocation.approve_revocation(by=house.by("ruth"), revocation=asked),
        lambda: revocation.approve_revocation(by=house.by("ruth"), revocation=asked),
        at=clock.now(),
    )
    award.refresh_from_db()
    assert (award.state, Revocation.objects.get().state) == ("revoked", "approved")
    assert "This is already decided: revoked." in said or said.count("This badge is revoked.") >= 1
    assert Event.objects.filter(verb="award revoked").count() == 1
    assert Event.objects.filter(verb="award claimed").count() <= 1
    body = bytes(award.document.body)
    assert verify_anything(body, online=False).result.verdict == "revoked"
    events = Event.objects.filter(stream=f"award:{award.pk}").order_by("seq")
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert [str(b) for b in verify_record().broken if str(b).startswith("award:")] == []
