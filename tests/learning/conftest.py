"""Fixtures of the stories of tracking lists."""

from collections.abc import Iterator

import pytest
from offering_kit import CLIMATE, NOON, offering_of, someone

from bitterroot.learning.models import Offering
from bitterroot.people.actor import Actor, person
from bitterroot.people.models import Person
from bitterroot.record import clock


@pytest.fixture(autouse=True)
def _a_day_in_november(db: None) -> Iterator[None]:
    with clock.standing_at(NOON):
        yield


@pytest.fixture
def alvarez() -> Person:
    return someone("Dr. R. Alvarez")


@pytest.fixture
def registrar() -> Person:
    return someone("Rosa Lindqvist", "registrar")


@pytest.fixture
def officer() -> Person:
    return someone("Owen Tanaka", "issuing_officer")


@pytest.fixture
def stranger() -> Person:
    return someone("Felix Stone")


@pytest.fixture
def climate(alvarez: Person) -> Offering:
    return offering_of(CLIMATE, alvarez)


@pytest.fixture
def by_alvarez(alvarez: Person) -> Actor:
    return person(alvarez)
