"""The page on which Hale says that he is away, as he and Kim see it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from bitterroot.people.domain.person import add_address, create_person
from bitterroot.people.enums import AddressKind
from bitterroot.people.models import Absence
from web.road_people import SET_UP, _now, as_, uni  # noqa: F401

As = Callable[[str], Client]


@pytest.fixture
def kim(uni: SimpleNamespace) -> Any:  # noqa: F811
    uni.kim = create_person(by=SET_UP, display_name="Kim Crow", netid="kim1")
    return uni.kim


def test_a_deputy_is_named_and_the_absence_is_ended(
    uni: SimpleNamespace,  # noqa: F811
    as_: As,  # noqa: F811
    kim: Any,
) -> None:
    hale, deputy = as_("hale"), as_("kim")
    said = {"starts_on": "2026-11-18", "ends_on": "2026-11-30", "deputy": "kim1", "note": "Hi."}
    page = hale.get("/my/away").content.decode()
    assert f"<li>Head of unit, {uni.unit}</li>" in page
    wrong = hale.post("/my/away", {**said, "ends_on": "2026-11-10"})
    assert wrong.status_code == 422
    assert "The last day comes after the first." in wrong.content.decode()
    unknown = hale.post("/my/away", {**said, "deputy": "nobody"})
    assert "Nobody here has this address or NetID." in unknown.content.decode()
    assert Absence.objects.count() == 0
    assert hale.post("/my/away", said).status_code == 302
    row = Absence.objects.get()
    assert "Kim Crow acts for you." in hale.get("/work").content.decode()
    told = "You act for Hale Yellowtail, who is away until 30 Nov 2026."
    assert told in deputy.get("/work").content.decode()
    assert "“Hi.”" in deputy.get("/my/away").content.decode()
    assert deputy.post("/my/away", {"end": str(row.pk)}).status_code == 404
    assert hale.post("/my/away", {"end": str(row.pk)}).status_code == 302
    assert told not in deputy.get("/work").content.decode()


def test_strangers_sign_in_first(client: Client, db: None) -> None:
    assert client.get("/my/away").status_code == 302


def test_nobody_finds_out_a_learner_by_naming_one(
    uni: SimpleNamespace,  # noqa: F811
    as_: As,  # noqa: F811
) -> None:
    """José earns badges and has no office: his address is as unknown as one that nobody has."""
    jose = create_person(by=SET_UP, display_name="José Núñez", netid="jn1")
    campus = "jose@umconnect.example.edu"
    add_address(by=SET_UP, person=jose, address=campus, kind=AddressKind.PERSONAL, verified=True)
    said = {"starts_on": "2026-11-18", "ends_on": "2026-11-30"}
    for typed in ("jn1", campus, "nobody@umconnect.example.edu"):
        page = as_("hale").post("/my/away", {**said, "deputy": typed}).content.decode()
        assert "Nobody here has this address or NetID." in page
        assert "José" not in page
