"""José chooses on a page what his badge shall say, and downloads just that."""

import orjson
import pytest
from django.test import Client

from bitterroot.issuing.domain.keys import ensure_signing_key
from bitterroot.issuing.enums import KeyUse
from bitterroot.issuing.models import Award
from proposals.conftest import SET_UP

ADDRESS = "/credentialSubject/identifier/1"


@pytest.fixture
def jose(award: Award, link: str) -> Client:
    """In his browser, with the badge taken."""
    ensure_signing_key(by=SET_UP, use=KeyUse.PARTS)
    client = Client()
    client.post(link, {"answer": "accept"})
    return client


def test_he_downloads_what_he_chose(award: Award, jose: Client) -> None:
    page = f"/my/badges/{award.public_id}/parts"
    assert f'href="{page}"' in jose.get(f"/my/badges/{award.public_id}").content.decode()
    said = jose.get(page).content.decode()
    assert 'value="/credentialSubject/identifier/0" checked' in said
    assert said.count('" checked>') == 1
    answer = jose.post(page, {"part": [ADDRESS]})
    assert answer["Content-Disposition"] == 'attachment; filename="badge-part.json"'
    assert answer["Cache-Control"] == "private, no-store"
    part = orjson.loads(answer.content)
    assert len(part["credentialSubject"]["identifier"]) == 1
    assert "José" not in answer.content.decode()
    checked = Client().post("/verify", {"text": answer.content.decode()}).content.decode()
    assert "GIS for Community Planning" in checked
    assert "verdict--green" in checked


def test_a_badge_of_nobody_is_refused_and_the_choice_stays(award: Award, jose: Client) -> None:
    page = f"/my/badges/{award.public_id}/parts"
    answer = jose.post(page, {"part": ["/credentialSubject/term"]})
    said = answer.content.decode()
    assert answer.status_code == 409
    assert "a badge of nobody proves nothing" in said
    assert 'value="/credentialSubject/term" checked' in said
    assert said.count('" checked>') == 1


def test_while_others_see_its_page_he_is_told(award: Award, jose: Client) -> None:
    page = f"/my/badges/{award.public_id}/parts"
    told = "its page shows the whole badge now"
    assert told not in jose.get(page).content.decode()
    jose.post(f"/my/badges/{award.public_id}", {"visibility": "link"})
    assert told in jose.get(page).content.decode()


def test_nobody_else_finds_the_page(award: Award, jose: Client) -> None:
    page = f"/my/badges/{award.public_id}/parts"
    assert Client().get(page).status_code == 404
    assert Client().post(page, {"part": [ADDRESS]}).status_code == 404
    type(award.template).objects.update(shown_in_parts=False)
    assert jose.get(page).status_code == 404
    assert "/parts" not in jose.get(f"/my/badges/{award.public_id}").content.decode()
