"""The house of the issuing stories, where everyone has an address."""

from types import SimpleNamespace

import pytest

from bitterroot.people.domain.person import add_address
from bitterroot.people.enums import AddressKind
from issuing.conftest import house, issued, sent  # noqa: F401
from proposals.conftest import SET_UP, _now, proposal, uni  # noqa: F401

KEYS = ("dana", "sam", "hale", "deane", "olive", "rita", "ruth", "ivo")


@pytest.fixture(autouse=True)
def addresses(house: SimpleNamespace) -> SimpleNamespace:  # noqa: F811
    for key in KEYS:
        add_address(
            by=SET_UP,
            person=getattr(house, key),
            address=f"{key}@umontana.example.edu",
            kind=AddressKind.CAMPUS,
            primary=True,
        )
    return house
