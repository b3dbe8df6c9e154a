"""Ten thousand learners are told in bulk: queries stay bounded by the chunk, not by the learner."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bitterroot.learning.models import IssuanceRequest
from bitterroot.messages.domain.dispatch import run_once
from bitterroot.messages.models import Mail
from bitterroot.record.models import Outbox, OutboxState


def test_a_chunk_of_award_mails_takes_the_same_few_queries_however_many(
    issued: Callable[..., IssuanceRequest],
) -> None:
    issued([f"Learner{n} Of{n}" for n in range(60)])
    while run_once(limit=7) == 7:
        pass
    assert Mail.objects.filter(template="award_issued").count() == 60
    Mail.objects.filter(template="award_issued").delete()
    rows = Outbox.objects.filter(event__verb="award issued")
    rows.update(state=OutboxState.WAITING, tries=0)
    counts = []
    for limit in (20, 40):
        with CaptureQueriesContext(connection) as taken:
            assert run_once(limit=limit) == limit
        counts.append(len(taken))
    assert counts[0] == counts[1] <= 15
