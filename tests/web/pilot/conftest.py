"""The people of a pilot, at their browsers."""

from collections.abc import Callable

import pytest
from django.test import Client

from bitterroot.people.models import Person
from programs.conftest import begin, people  # noqa: F401
from proposals.conftest import uni  # noqa: F401


@pytest.fixture
def at_desk(django_user_model: type) -> Callable[[Person], Client]:
    """A signed-in browser of a person."""

    def signed_in(who: Person) -> Client:
        user, _ = django_user_model.objects.get_or_create(
            username=str(who.pk), defaults={"person": who}
        )
        client = Client()
        client.force_login(user)
        return client

    return signed_in
