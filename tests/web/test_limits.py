"""Limits on how often one client asks, shared by all processes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import RequestFactory

from bitterroot.record import clock
from bitterroot.web.limits import Limit, TooMany, client_of
from bitterroot.web.models import Count

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
LIMIT = Limit("test", most=2, span=60, of_all=3)


@pytest.mark.django_db
def test_each_has_so_many_and_all_together_have_so_many() -> None:
    with clock.standing_at(NOON + timedelta(seconds=20)):
        LIMIT.take("ana")
        LIMIT.take("ana")
        with pytest.raises(TooMany) as refused:
            LIMIT.take("ana")
        assert refused.value.seconds == 40
        LIMIT.take("ben")
        rows = Count.objects.count()
        with pytest.raises(TooMany):
            LIMIT.take("cleo")  # three are used up by all
        assert Count.objects.count() == rows == 3  # and whoever comes then makes no rows
    with clock.standing_at(NOON + timedelta(seconds=60)):
        LIMIT.take("ana")
    with clock.standing_at(NOON + timedelta(seconds=121)):
        LIMIT.take("ana")
    assert Count.objects.count() == 2


@pytest.mark.django_db
def test_two_limits_do_not_share() -> None:
    other = Limit("other", most=2, span=60, of_all=3)
    with clock.standing_at(NOON):
        LIMIT.take("ana")
        LIMIT.take("ana")
        other.take("ana")
        LIMIT.forget("ana")
        LIMIT.check("ana")


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "expected"),
    [
        (0, "198.51.100.7", "1.2.3.4", "198.51.100.7"),  # nobody of ours wrote it
        (1, "10.0.0.2", "1.2.3.4, 203.0.113.5", "203.0.113.5"),
        (2, "10.0.0.2", "1.2.3.4, 203.0.113.5, 10.0.0.3", "203.0.113.5"),
        (1, "10.0.0.2", "", "10.0.0.2"),
        (0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        (0, "::ffff:198.51.100.7", "", "198.51.100.7"),
        (1, "10.0.0.2", "<script>", "unknown"),
    ],
)
def test_who_asks(settings: Any, proxies: int, remote: str, forwarded: str, expected: str) -> None:
    settings.PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_of(request) == expected
