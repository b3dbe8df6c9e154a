"""The house of the issuing stories, whose people sign in."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from bitterroot.people.domain.person import create_account
from issuing.conftest import house, issued, sent  # noqa: F401
from proposals.conftest import SET_UP, _now, proposal, uni  # noqa: F401


@pytest.fixture
def signed_in(house: SimpleNamespace) -> Callable[[str], Client]:  # noqa: F811
    """A browser in which that person has signed in."""

    def _signed_in(key: str) -> Client:
        who = getattr(house, key)
        account = getattr(who, "account", None) or create_account(
            by=SET_UP, person=who, username=key, password=None
        )
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return _signed_in
