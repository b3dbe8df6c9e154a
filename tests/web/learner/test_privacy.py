"""José's choices about his data, his questions to the university, and a reader's report, on their screens."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.models import Award, ProblemReport, RecordRequest
from bitterroot.messages.models import Mail
from bitterroot.people.actor import person
from bitterroot.people.domain.person import create_account
from bitterroot.people.models import Address, Person
from proposals.conftest import SET_UP
from web.registrar.conftest import signed_in  # noqa: F401

SignedIn = Callable[[str], Client]


@pytest.fixture
def jose(award: Award, link: str) -> Client:
    """He came by the link in his mail; he has no account."""
    client = Client()
    client.post(link, {"answer": "accept"})
    return client


def test_he_asks_and_reads_the_answer_and_the_registrar_finds_it_in_her_queue(
    award: Award,
    jose: Client,
    signed_in: SignedIn,  # noqa: F811
) -> None:
    assert Client().get("/my/privacy").status_code == 403
    assert Client().get("/my/record").status_code == 403
    nothing = jose.post("/my/privacy", {"act": "ask", "text": "My grades."})
    assert (nothing.status_code, "Choose what you ask for" in nothing.content.decode()) == (
        422,
        True,
    )
    assert "My grades." in nothing.content.decode()
    empty = jose.post("/my/privacy", {"act": "ask", "kind": "inspect", "text": " "})
    assert (empty.status_code, RecordRequest.objects.count()) == (409, 0)
    jose.post("/my/privacy", {"act": "ask", "kind": "inspect", "text": "My <b>grades</b>."})
    row = RecordRequest.objects.get()
    page = jose.get("/my/privacy").content.decode()
    assert "The registrar answers by <strong>" in page
    assert "with <strong>" not in page  # it is not with the learner

    address = f"/queue/records/{row.pk}"
    rita, ivo = signed_in("rita"), signed_in("ivo")
    assert ivo.get(address).status_code == 404
    assert address in rita.get("/queue").content.decode()
    page = rita.get(address).content.decode()
    assert "My &lt;b&gt;grades&lt;/b&gt;." in page
    assert "learner0@umconnect.example.edu" in page
    assert rita.post(address, {"decision": "yes", "reason": ""}).status_code == 422
    rita.post(address, {"decision": "yes", "reason": "An A-, in GPHY 284."})
    assert address not in rita.get("/queue").content.decode()
    said = jose.get("/my/privacy").content.decode()
    assert "An A-, in GPHY 284." in said
    assert "learner0@umconnect.example.edu" in jose.get("/my/record").content.decode()


def test_withheld_at_once_he_is_hidden_and_asks_to_be_shown_again(
    award: Award, jose: Client
) -> None:
    jose.post(f"/my/badges/{award.public_id}", {"visibility": "public"})
    public = f"/credentials/{award.public_id}"
    assert Client().get(public).status_code == 200
    assert "Show my directory information again" not in jose.get("/my/privacy").content.decode()
    jose.post("/my/privacy", {"act": "withhold"})
    assert Client().get(public).status_code == 404
    jose.post("/my/privacy", {"act": "ask", "kind": "release", "text": "I need a job."})
    assert RecordRequest.objects.get().kind == "release"
    jose.post("/my/privacy", {"act": "no_badges"})
    assert Person.objects.get(pk=award.learner_id).no_badges is True
    page = jose.get("/my/mails").content.decode()
    assert "Reminders" in page
    assert "Bodies I sit in" not in page  # he sits in none, and holds no office


def test_another_main_address_is_confirmed_by_its_link_and_stands_in_the_old_ones_place(
    award: Award, jose: Client
) -> None:
    jose.post("/my/addresses", {"address": "jose@home.example", "make_main": "yes"})
    body = Mail.objects.get(template="confirm_address").body
    found = re.search(r"token=(\S+)", body)
    assert found is not None
    assert Address.objects.filter(address="jose@home.example").count() == 0
    elsewhere = Client()
    elsewhere.post("/my/addresses/confirm", {"token": found[1]})
    main = Address.objects.get(person=award.learner, primary=True)
    assert main.address == "jose@home.example"
    old = Address.objects.get(person=award.learner, primary=False)
    jose.post("/my/addresses", {"remove": old.pk})
    assert Address.objects.filter(person=award.learner).count() == 1
    assert jose.post("/my/addresses", {"remove": old.pk}).status_code == 404
    maya = Address.objects.exclude(person=award.learner).first()
    if maya is not None:
        assert jose.post("/my/addresses", {"main": maya.pk}).status_code == 404


def test_who_has_an_account_changes_the_main_address_only_when_signed_in(
    award: Award, jose: Client
) -> None:
    create_account(by=SET_UP, person=award.learner, username="jose", password=None)
    answer = jose.post("/my/addresses", {"address": "thief@home.example", "make_main": "yes"})
    assert (answer.status_code, "Sign in to change" in answer.content.decode()) == (409, True)
    assert Mail.objects.filter(template="confirm_address").count() == 0


def test_a_reader_reports_a_badge_a_few_times_an_hour_and_the_registrar_answers(
    house: SimpleNamespace,
    award: Award,
    signed_in: SignedIn,  # noqa: F811
) -> None:
    address = f"/credentials/{award.public_id}/problem"
    assert Client().get(address).status_code == 404  # nobody sees the badge yet
    holder = person(award.learner)
    awards.claim(by=holder, award=award)
    awards.set_visibility(by=holder, award=award, visibility=awards.Visibility.LINK)
    assert address in Client().get(f"/credentials/{award.public_id}").content.decode()
    said = {"kind": "untrue", "text": "It had <i>six</i> credits.", "reply_to": "nina@firm.example"}
    assert Client().post(address, {**said, "reply_to": "nina"}).status_code == 422
    codes = [Client().post(address, said).status_code for _ in range(6)]
    assert codes == [302] * 5 + [429]
    row = ProblemReport.objects.order_by("reported_at", "pk").first()
    assert row is not None
    rita, page = signed_in("rita"), f"/queue/problems/{row.pk}"
    assert signed_in("ivo").get(page).status_code == 404
    assert page in rita.get("/queue").content.decode()
    text = rita.get(page).content.decode()
    assert ("It had &lt;i&gt;six&lt;/i&gt; credits." in text, "nina@firm" in text) == (True, False)
    rita.post(page, {"decision": "no", "reason": "It had nine."})
    row.refresh_from_db()
    assert (row.state, row.answer, row.to_learner) == ("dismissed", "It had nine.", "")
