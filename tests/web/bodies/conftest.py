"""The subcommittee of the governance tests, whose people sign in."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from bitterroot.people.domain.person import create_account
from governance.bodies_kit import SET_UP, _now, house  # noqa: F401

As = Callable[[str], Client]


@pytest.fixture
def as_in() -> Callable[[SimpleNamespace], As]:
    """For a house of people: the browser of one of them, signed in."""

    def _of(people: SimpleNamespace) -> As:
        def _as(key: str) -> Client:
            who = getattr(people, key)
            account = getattr(who, "account", None) or create_account(
                by=SET_UP, person=who, username=key, password=None
            )
            client = Client()
            client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
            return client

        return _as

    return _of


@pytest.fixture
def as_(house: SimpleNamespace, as_in: Callable[[SimpleNamespace], As]) -> As:  # noqa: F811
    """The browser of a person of the subcommittee, signed in."""
    return as_in(house)
