"""A badge is suspended on the screens: the lead asks, the registrar decides, everyone reads it."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain.award import mint_claim_link
from bitterroot.issuing.enums import Visibility
from bitterroot.issuing.models import Award, Revocation
from bitterroot.learning.models import IssuanceRequest
from bitterroot.people.actor import person, system
from issuing.pdf_text import lines_of

SignedIn = Callable[[str], Client]
GRADE = "The grade of one course is being looked into."


@pytest.fixture
def zoe(issued: Callable[..., IssuanceRequest]) -> Award:
    """Zoë's badge, shown to everyone."""
    issued(["Zoë Whitebear"])
    award = Award.objects.get()
    awards.claim(by=person(award.learner), award=award)
    awards.set_visibility(by=person(award.learner), award=award, visibility=Visibility.PUBLIC)
    return award


def test_the_lead_asks_two_registrars_decide_and_lift(zoe: Award, signed_in: SignedIn) -> None:
    dana, rita, ruth = signed_in("dana"), signed_in("rita"), signed_in("ruth")
    hers = f"/work/badges/{zoe.public_id}"
    assert "Ask that it be suspended for now" in dana.get(hers).content.decode()
    assert dana.post(hers, {"suspend": "yes", "reason": " "}).status_code == 422
    assert dana.post(hers, {"suspend": "yes", "reason": GRADE}).status_code == 302
    there = f"/queue/revocations/{Revocation.objects.get().pk}"
    assert "Suspension: Zoë Whitebear" in rita.get("/queue").content.decode()
    asked = rita.get(there).content.decode()
    assert ("Yes, suspend it" in asked, GRADE in asked, "and no reason" in asked) == (True,) * 3
    assert rita.post(there + "/decide", {"decision": "approve"}).status_code == 302

    here = f"/queue/awards/{zoe.public_id}"
    page = rita.get(here).content.decode()
    assert ("Suspended for now" in page, "Suspend this badge" in page) == (True, False)
    assert "Suspended for now" in rita.get("/queue/awards").content.decode()
    offering = zoe.request.offering_id
    assert "Suspended" in dana.get(f"/work/lists/offerings/{offering}/badges").content.decode()
    assert "Suspended for now" in dana.get(hers).content.decode()

    same = rita.post(here + "/lift", {"reason": "It holds."})
    assert (same.status_code, "It holds.</textarea>" in same.content.decode()) == (409, True)
    assert ruth.post(here + "/lift", {"reason": ""}).status_code == 422
    assert ruth.post(here + "/lift", {"reason": "It holds."}).status_code == 302
    assert "Suspend this badge for now" in ruth.get(here).content.decode()


def test_strangers_and_its_learner_read_it(
    zoe: Award, signed_in: SignedIn, house: SimpleNamespace
) -> None:
    rita, ruth = signed_in("rita"), signed_in("ruth")
    rita.post(f"/queue/awards/{zoe.public_id}/suspend", {"reason": GRADE})
    ruth.post(f"/queue/revocations/{Revocation.objects.get().pk}/decide", {"decision": "approve"})
    address = f"/credentials/{zoe.public_id}"

    page = Client().get(address).content.decode()
    assert ("<strong>Suspended.</strong>" in page, GRADE in page) == (True, False)
    assert '<meta property="og:title" content="Suspended. ' in page
    checked = Client().get("/verify", {"address": address}).content.decode()
    assert "<strong>Suspended.</strong>" in checked
    gone = Client().get(f"{address}/v2", HTTP_ACCEPT="application/ld+json")
    assert (gone.status_code, gone.json()["revocationReason"]) == (410, "It is suspended for now.")
    lines = lines_of(Client().get(f"{address}.pdf").content)
    assert any("Suspended." in line for line in lines)
    assert Client().get(f"{address}.json").status_code == 200  # its status lists tell

    own = Client()
    token = mint_claim_link(by=system("a mail"), award=zoe)
    assert "suspended for now" in own.get(f"/claim/{token}").content.decode()
    own.post(f"/claim/{token}", {"answer": "accept"})
    mine = own.get(f"/my/badges/{zoe.public_id}").content.decode()
    assert ("suspended for now" in mine, GRADE in mine) == (True, True)
    assert ("Send the appeal" in mine, "Add to LinkedIn" in mine) == (True, False)
    assert "Suspended for now" in own.get("/my/badges").content.decode()
    filed = own.post(f"/my/badges/{zoe.public_id}", {"appeal": "It is my own work."})
    assert filed.status_code == 302
    assert "no part in it" in own.get(f"/my/badges/{zoe.public_id}").content.decode()


def test_a_stranger_and_the_other_queue_can_do_nothing(zoe: Award, signed_in: SignedIn) -> None:
    for key in ("ivo", "dana"):
        for act in ("suspend", "lift"):
            answer = signed_in(key).post(f"/queue/awards/{zoe.public_id}/{act}", {"reason": GRADE})
            assert answer.status_code == 404
    assert not Revocation.objects.exists()
