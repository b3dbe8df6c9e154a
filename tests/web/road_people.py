"""Accounts for the people of the proposals' tests, each with a browser of their own."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from bitterroot.people.domain.person import create_account
from proposals.conftest import SET_UP, _now, change, proposal, uni  # noqa: F401

PASSWORD = "a river runs through it"


@pytest.fixture
def as_(uni: SimpleNamespace) -> Callable[[str], Client]:  # noqa: F811
    """The browser of a person, signed in."""

    def _as(key: str) -> Client:
        person: Any = getattr(uni, key)
        account = getattr(person, "account", None) or create_account(
            by=SET_UP, person=person, username=key, password=None
        )
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return _as
