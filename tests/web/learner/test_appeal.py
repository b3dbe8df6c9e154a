"""José opens the mail about his revoked badge, appeals without an account, and reads the answer."""

import re
from types import SimpleNamespace

import pytest
from django.test import Client

from bitterroot.issuing.domain import revocation
from bitterroot.issuing.models import Appeal, Award
from bitterroot.messages.domain.dispatch import run_once
from bitterroot.messages.models import Mail
from messages.conftest import addresses  # noqa: F401
from web.registrar.conftest import signed_in  # noqa: F401


def link_in(template: str) -> str:
    while run_once():
        pass
    mail = Mail.objects.filter(template=template, to_name="José Núñez").get()
    found = re.search(r"https?://[^/]+(/claim/\S+)", mail.body)
    assert found is not None
    return found[1]


@pytest.fixture
def revoked(house: SimpleNamespace, award: Award) -> Award:
    asked = revocation.request_revocation(
        by=house.by("dana"), award=award, reason_code="issued_in_error", reason="Wrong <term>."
    )
    revocation.approve_revocation(by=house.by("ruth"), revocation=asked)
    return award


def test_the_mailed_link_leads_to_the_appeal_and_to_its_answer(
    revoked: Award,
    signed_in,  # noqa: F811
) -> None:
    jose, link = Client(), link_in("award_revoked")
    here = f"/my/badges/{revoked.public_id}"
    assert jose.get(here).status_code == 404
    assert "This badge was revoked" in jose.get(link).content.decode()
    assert jose.post(link).headers["Location"] == here
    page = jose.get(here).content.decode()
    assert "Wrong &lt;term&gt;." in page
    empty = jose.post(here, {"appeal": "  "})
    assert (empty.status_code, "Say what happened" in empty.content.decode()) == (409, True)
    assert jose.post(here, {"appeal": "It was <b>fall</b>."}).status_code == 302
    page = jose.get(here).content.decode()
    assert "Waits for an answer" in page
    assert 'name="appeal"' not in page

    rita, ruth = signed_in("rita"), signed_in("ruth")
    there = f"/queue/appeals/{Appeal.objects.get().pk}"
    assert there in rita.get("/queue").content.decode()
    page = rita.get(there).content.decode()
    assert "It was &lt;b&gt;fall&lt;/b&gt;." in page
    assert "Someone who took no part" in ruth.get(there).content.decode()
    said = {"decision": "dismiss", "reason": "The term was spring."}
    assert ruth.post(there, said).status_code == 403
    assert signed_in("ivo").get(there).status_code == 404
    assert signed_in("dana").post(there, said).status_code == 404
    assert rita.post(there, {**said, "reason": ""}).status_code == 422
    assert rita.post(there, {**said, "decision": "perhaps"}).status_code == 422
    assert rita.post(there, said).status_code == 302
    assert there not in rita.get("/queue").content.decode()

    again = Client()
    again.post(link_in("appeal_dismissed"))
    page = again.get(here).content.decode()
    assert "Not granted" in page
    assert "The term was spring." in page


def test_a_granted_appeal_opens_the_badge_again_and_the_program_is_told(
    revoked: Award,
    signed_in,  # noqa: F811
) -> None:
    jose = Client()
    jose.post(link_in("award_revoked"))
    here = f"/my/badges/{revoked.public_id}"
    jose.post(here, {"appeal": "It was fall."})
    there = f"/queue/appeals/{Appeal.objects.get().pk}"
    signed_in("rita").post(there, {"decision": "grant", "reason": "It was fall."})
    assert "revoked" not in jose.get(here).content.decode()
    link_in("appeal_granted")
    told = Mail.objects.get(template="appeal_granted_program")
    assert (told.to_name, "The badge is valid again." in told.body) == ("Dana Kipp", True)


def test_where_both_registrars_took_part_the_program_office_reads_and_answers_it(
    house: SimpleNamespace,
    award: Award,
    signed_in,  # noqa: F811
) -> None:
    asked = revocation.request_revocation(
        by=house.by("rita"), award=award, reason_code="issued_in_error", reason="Wrong term."
    )
    revocation.approve_revocation(by=house.by("ruth"), revocation=asked)
    jose = Client()
    jose.post(link_in("award_revoked"))
    jose.post(f"/my/badges/{award.public_id}", {"appeal": "It was fall."})
    there = f"/queue/appeals/{Appeal.objects.get().pk}"
    assert signed_in("ivo").get(there).status_code == 404
    says = "As nobody is left in your office, it waits with the program officer."
    assert says in signed_in("ruth").get(there).content.decode()
    olive = signed_in("olive")
    assert there in olive.get("/work").content.decode()
    page = olive.get(there).content.decode()
    assert ("Grant the appeal" in page, "/queue/awards/" in page) == (True, False)
    assert olive.post(there, {"decision": "grant", "reason": "It was."}).status_code == 302
    assert "The answer of Olive Crane" in olive.get(there).content.decode()
    while run_once():
        pass
    assert Mail.objects.get(template="appeal_filed").to_name == "Olive Crane"
