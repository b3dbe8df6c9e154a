"""José takes his badge in two clicks, chooses who sees it, and keeps it within reach."""

import html
import re
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from bitterroot.issuing.domain import revocation
from bitterroot.issuing.models import Award
from bitterroot.messages.models import Mail
from bitterroot.people.domain.person import place_hold
from bitterroot.people.models import Address
from proposals.conftest import SET_UP


def now_as(award: Award) -> tuple[str, str]:
    award.refresh_from_db()
    return award.state, award.visibility


def test_two_clicks_and_nobody_sees_it(award: Award, link: str) -> None:
    jose = Client()
    page = jose.get(link)
    assert now_as(award) == ("unclaimed", "private")  # looking alone changes nothing
    assert "For José Núñez, who completed" in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    assert page["Referrer-Policy"] == "strict-origin"
    answer = jose.post(link, {"answer": "accept", "visibility": "private"})
    assert answer.headers["Location"] == f"/my/badges/{award.public_id}"
    assert now_as(award) == ("claimed", "private")
    assert Client().get(f"/credentials/{award.public_id}").status_code == 404
    own = jose.get(f"/credentials/{award.public_id}").content.decode()
    assert "Nobody can see this page" in own
    assert jose.get(f"/credentials/{award.public_id}.pdf").status_code == 200


def test_the_same_link_opens_the_badge_again(award: Award, link: str) -> None:
    Client().post(link, {"answer": "accept"})
    later = Client()
    assert "You have taken this badge already." in later.get(link).content.decode()
    later.post(link, {"answer": "accept", "visibility": ""})
    assert "GIS for Community Planning" in later.get("/my/badges").content.decode()


def test_he_opens_it_and_closes_it_again(award: Award, link: str) -> None:
    jose = Client()
    jose.post(link, {"answer": "accept"})
    address = f"/my/badges/{award.public_id}"
    jose.post(address, {"visibility": "public"})
    assert now_as(award) == ("claimed", "public")
    assert Client().get(f"/credentials/{award.public_id}").status_code == 200
    jose.post(address, {"visibility": "everyone"})
    assert now_as(award) == ("claimed", "public")
    jose.post(address, {"visibility": "private"})
    assert now_as(award) == ("claimed", "private")


def test_linkedin_gets_the_fields_filled_in(award: Award, link: str) -> None:
    jose = Client()
    jose.post(link, {"answer": "accept", "visibility": "link"})
    page = jose.get(f"/my/badges/{award.public_id}").content.decode()
    found = re.search(r'href="(https://www\.linkedin\.com/[^"]+)"', page)
    assert found is not None
    fields = parse_qs(urlsplit(found[1].replace("&amp;", "&")).query)
    assert fields == {
        "startTask": ["CERTIFICATION_NAME"],
        "name": ["GIS for Community Planning"],
        "organizationName": ["University of Montana"],
        "issueYear": ["2026"],
        "issueMonth": ["11"],
        "certUrl": [f"https://demo.bitterroot.example/credentials/{award.public_id}"],
        "certId": [award.public_id],
    }


def test_he_shows_it_on_a_page_of_his_own(award: Award, link: str) -> None:
    jose = Client()
    jose.post(link, {"answer": "accept", "visibility": "link"})
    page = html.unescape(jose.get(f"/my/badges/{award.public_id}").content.decode())
    address = f"https://demo.bitterroot.example/credentials/{award.public_id}"
    lines = f'<a href="{address}"><img src="{address}.png" alt="{award.template.name}: check'
    assert lines in page
    path = f"/credentials/{award.public_id}"
    assert Client().get(path).status_code == Client().get(f"{path}.png").status_code == 200


def test_he_declines_with_a_reason_and_may_change_his_mind(award: Award, link: str) -> None:
    page = Client().post(link, {"answer": "decline", "reason": "Not mine."})
    assert "You declined the badge" in page.content.decode()
    assert now_as(award) == ("declined", "private")
    Client().post(link, {"answer": "accept"})
    assert now_as(award) == ("claimed", "private")


def test_a_directory_hold_keeps_it_private_and_says_why(award: Award, link: str) -> None:
    place_hold(by=SET_UP, person=award.learner, hold=True)
    jose = Client()
    answer = jose.post(link, {"answer": "accept", "visibility": "public"}, follow=True)
    assert now_as(award) == ("claimed", "private")
    assert "withhold directory information" in answer.content.decode()


def test_a_wrong_link_says_what_to_do(award: Award, link: str) -> None:
    answer = Client().get(link[:-4] + "abcd")
    assert answer.status_code == 404
    assert "This link does not work any more" in answer.content.decode()
    assert "José" not in answer.content.decode()


def test_other_people_s_badges_do_not_exist(award: Award, link: str) -> None:
    assert Client().get(f"/my/badges/{award.public_id}").status_code == 404
    assert Client().get("/my/badges").status_code == 403
    assert (
        Client().post(f"/my/badges/{award.public_id}", {"visibility": "public"}).status_code == 404
    )
    assert now_as(award) == ("unclaimed", "private")


def test_a_revoked_badge_tells_its_learner_why_and_how_to_appeal(
    house: SimpleNamespace, award: Award, link: str
) -> None:
    jose = Client()
    jose.post(link, {"answer": "accept"})
    asked = revocation.request_revocation(
        by=house.by("rita"), award=award, reason_code="issued_in_error", reason="Wrong term."
    )
    revocation.approve_revocation(by=house.by("ruth"), revocation=asked)
    page = jose.get(f"/my/badges/{award.public_id}").content.decode()
    assert "It was issued in error." in page
    assert "Wrong term." in page
    assert "you may appeal within 30 days" in page


def test_a_second_address_is_his_once_he_opens_the_mailed_link(award: Award, link: str) -> None:
    jose = Client()
    jose.post(link, {"answer": "accept"})
    jose.post("/my/addresses", {"address": "jose@home.example"})
    added = Address.objects.filter(person=award.learner, normalized="jose@home.example")
    assert not added.exists()
    mail = Mail.objects.get(template="confirm_address")
    assert mail.to_address == "jose@home.example"
    found = re.search(r"https?://[^/]+(/my/addresses/confirm\?token=\S+)", mail.body)
    assert found is not None
    elsewhere = Client()
    assert "Is this your address?" in elsewhere.get(found[1]).content.decode()
    assert not added.exists()
    token = parse_qs(urlsplit(found[1]).query)["token"][0]
    elsewhere.post("/my/addresses/confirm", {"token": token})
    assert added.get().verified_at is not None
    assert Client().get("/my/addresses/confirm?token=x").status_code == 404


def test_an_address_that_is_none_stays_in_the_field(award: Award, link: str) -> None:
    jose = Client()
    jose.post(link, {"answer": "accept"})
    answer = jose.post("/my/addresses", {"address": "jose at home"})
    assert answer.status_code == 409
    assert 'value="jose at home"' in answer.content.decode()
    assert "This is not an e-mail address." in answer.content.decode()
