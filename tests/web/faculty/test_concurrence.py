"""The pages on which Dana asks a unit, and its head answers."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.people.models import Unit
from bitterroot.proposals.models import Concurrence, Proposal
from web.road_people import SET_UP, _now, as_, proposal, uni  # noqa: F401

As = Callable[[str], Client]


def test_a_unit_is_asked_and_answers(
    uni: SimpleNamespace,  # noqa: F811
    proposal: Proposal,  # noqa: F811
    as_: As,  # noqa: F811
) -> None:
    unit = Unit.objects.get(key="geography")
    uni.ingrid = create_person(by=SET_UP, display_name="Ingrid Voss")
    assign_role(by=SET_UP, person=uni.ingrid, role=Role.HEAD, unit=unit)
    dana, ingrid = as_("dana"), as_("ingrid")
    page = f"/work/proposals/{proposal.pk}/affected-units"
    assert dana.get(page).status_code == 200
    assert dana.get(f"/work/proposals/{proposal.pk}/edit/purpose").content.decode().count(page) == 1
    assert dana.post(page, {"unit": "geography", "how": ""}).status_code == 409
    assert ingrid.get(f"/work/proposals/{proposal.pk}").status_code == 404
    assert dana.post(page, {"unit": "geography", "how": "Same maps."}).status_code == 302
    row = Concurrence.objects.get()
    asked = f"/work/concurrence/{row.pk}"
    assert asked in ingrid.get("/work").content.decode()
    assert "Same maps." in ingrid.get(asked).content.decode()
    assert as_("stranger").get(asked).status_code == 404
    assert dana.post(asked, {"answer": "concurs"}).status_code == 403
    assert ingrid.post(asked, {"answer": "objects"}).status_code == 409
    assert ingrid.post(asked, {"answer": "objects", "text": "No room."}).status_code == 302
    told = "Department of Geography (Ingrid Voss): objects, 18 Nov 2026. No room."
    for who, where in (
        ("dana", f"/work/proposals/{proposal.pk}"),
        ("olive", f"/office/proposals/{proposal.pk}"),
        ("ingrid", asked),
    ):
        assert told in as_(who).get(where).content.decode(), where


@pytest.mark.parametrize("where", ["affected-units"])
def test_who_may_not_ask(
    uni: SimpleNamespace,  # noqa: F811
    proposal: Proposal,  # noqa: F811
    as_: As,  # noqa: F811
    where: str,
) -> None:
    assert as_("hale").get(f"/work/proposals/{proposal.pk}/{where}").status_code == 404
