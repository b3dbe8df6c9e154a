"""The subcommittee of the governance tests, whose people sign in."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from bitterroot.people.domain.person import create_account
from governance.bodies_kit import SET_UP, _now, house  # noqa: F401


@pytest.fixture
def as_(house: SimpleNamespace) -> Callable[[str], Client]:  # noqa: F811
    """The browser of a person, signed in."""

    def _as(key: str) -> Client:
        who = getattr(house, key)
        account = getattr(who, "account", None) or create_account(
            by=SET_UP, person=who, username=key, password=None
        )
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return _as
