"""José's name was written wrong: a corrected badge takes the place of the old one."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from django.apps import apps
from django.test import Client

from bitterroot.governance import policies
from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain import revocation
from bitterroot.issuing.domain.appeal import file_appeal
from bitterroot.issuing.domain.correction import request_correction
from bitterroot.issuing.enums import Visibility
from bitterroot.issuing.models import Award, Revocation
from bitterroot.issuing.queries import holders_of, how_many, keys_of_few, waiting_for
from bitterroot.issuing.queries.succession import forerunner, newest, successor
from bitterroot.issuing.queries.verification import Found, verify_anything
from bitterroot.learning.enums import ListKind
from bitterroot.learning.models import IssuanceRequest
from bitterroot.messages.domain import dispatch
from bitterroot.messages.models import LetterRule, Mail
from bitterroot.people.actor import person, system
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Person
from bitterroot.policy import Policy
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.models import Event

JOSE, RIGHT = "Jose Nunez", "José Núñez"
ORIGIN = "https://demo.bitterroot.example"
Issued = Callable[..., IssuanceRequest]


@pytest.fixture
def jose(house: SimpleNamespace, issued: Issued) -> Award:
    """His badge with the wrong name, which he shows to whom has the link."""
    issued([JOSE, "Zoë Whitebear"])
    award = Award.objects.get(display_name=JOSE)
    by = person(award.learner)
    awards.claim(by=by, award=award)
    return awards.set_visibility(by=by, award=award, visibility=Visibility.LINK)


@pytest.fixture
def two_days_later(jose: Award) -> Iterator[None]:
    """Two days after the program was approved and he was given its badge."""
    with clock.standing_at(jose.valid_from + timedelta(days=2)):
        yield


def ask(house: SimpleNamespace, award: Award, **changes: Any) -> Revocation:
    """Dana, who leads the program, asks for a correction."""
    said = {"display_name": RIGHT, **changes}
    return request_correction(
        by=house.by("dana"), award=award, changes=said, reason="His name was written wrong."
    )


def corrected(house: SimpleNamespace, award: Award, **changes: Any) -> Award:
    revocation.approve_revocation(by=house.by("ruth"), revocation=ask(house, award, **changes))
    award.refresh_from_db()
    return Award.objects.select_related("document").get(supersedes=award)


def verified(award: Award) -> Found:
    return verify_anything(bytes(award.document.body), online=False)


@pytest.mark.usefixtures("two_days_later")
def test_a_correction_is_asked_by_one_and_decided_by_another(
    house: SimpleNamespace, jose: Award
) -> None:
    with pytest.raises(Refused):
        request_correction(
            by=house.by("ivo"), award=jose, changes={"display_name": RIGHT}, reason="So."
        )
    asked = ask(house, jose, given_on=date(2026, 11, 19))
    assert asked.corrected == {"display_name": RIGHT, "given_on": "2026-11-19"}
    assert [d.title for d in waiting_for(house.rita)] == [f"Correction: {JOSE}"]
    with pytest.raises(Refused):
        revocation.approve_revocation(by=house.by("dana"), revocation=asked)
    revocation.refuse_revocation(by=house.by("ruth"), revocation=asked, reason="It is right.")
    assert Award.objects.count() == 2
    assert verified(jose).result.verdict == "valid"


@pytest.mark.usefixtures("two_days_later")
def test_the_new_one_stands_in_the_old_ones_place(
    house: SimpleNamespace, jose: Award, client: Client
) -> None:
    before = orjson.loads(bytes(jose.document.body))
    new = corrected(house, jose, given_on=date(2026, 11, 19), credits="9.5")
    assert (new.state, new.visibility, new.line_id) == ("claimed", "link", None)
    assert new.valid_from == datetime(2026, 11, 19, 12, tzinfo=UTC)
    said = orjson.loads(bytes(new.document.body))
    subject = said["credentialSubject"]
    assert subject["identifier"][0]["identityHash"] == RIGHT
    assert (subject["creditsEarned"], subject["term"]) == (9.5, "Fall 2026")
    assert subject["achievement"] == before["credentialSubject"]["achievement"]
    assert said["evidence"] == before["evidence"]
    assert said["refreshService"] == {
        "id": f"{said['id']}/refresh", "type": "1EdTechCredentialRefresh",
    }  # fmt: skip
    assert (verified(new).result.verdict, verified(jose).result.verdict) == ("valid", "revoked")
    assert (successor(jose, None), forerunner(new, None), newest(jose)) == (new, jose, new)

    old_page = client.get(f"/credentials/{jose.public_id}").content.decode()
    new_page = client.get(f"/credentials/{new.public_id}").content.decode()
    assert "It was replaced by a corrected credential." in old_page
    assert f'<a href="/credentials/{new.public_id}">corrected badge</a>' in old_page
    assert f'<a href="/credentials/{jose.public_id}">earlier badge</a>' in new_page
    assert verify_record().broken == []
    assert orjson.loads(Event.objects.get(verb="award corrected").data)["supersedes"] == str(
        jose.pk
    )
    assert orjson.loads(Event.objects.get(verb="award revoked").data)["replaced_by"] == str(new.pk)


def test_the_old_file_leads_a_verifier_to_the_new_one(
    house: SimpleNamespace, jose: Award, client: Client
) -> None:
    at = f"/credentials/{jose.public_id}/refresh"
    assert client.get(at).content == bytes(jose.document.body)
    fresh = verified(jose).result.check("refresh")
    assert fresh is not None
    assert fresh.detail == "This is the newest version."
    new = corrected(house, jose)
    answer = client.get(at)
    assert (answer.content, answer["Access-Control-Allow-Origin"]) == (
        bytes(new.document.body), "*",
    )  # fmt: skip
    found = verified(jose).result
    told = found.check("refresh")
    assert told is not None
    assert told.detail == (
        f"The issuer gave another badge in its place: {ORIGIN}/credentials/{new.public_id}"
    )
    assert found.successor is not None
    assert (found.verdict, found.successor.verdict) == ("revoked", "valid")
    page = client.post("/verify", {"text": bytes(jose.document.body).decode()}).content.decode()
    assert f'href="/credentials/{new.public_id}"' in page
    awards.set_visibility(by=person(new.learner), award=new, visibility=Visibility.PRIVATE)
    assert client.get(at).content == bytes(jose.document.body)
    page = client.post("/verify", {"text": bytes(jose.document.body).decode()}).content.decode()
    assert ("Revoked." in page, new.public_id in page) == (True, False)
    again = corrected(house, Award.objects.get(pk=new.pk), display_name="José M. Núñez")
    assert newest(jose) == again


def test_its_learner_is_told_once_and_can_open_it(
    house: SimpleNamespace, jose: Award, client: Client
) -> None:
    dispatch.run_once()
    Mail.objects.all().delete()
    corrected(house, jose)
    dispatch.run_once()
    (letter,) = Mail.objects.filter(to_address__startswith="learner0@")
    assert letter.subject.startswith("Your badge was corrected: ")
    assert "His name was written wrong." in letter.body
    link = next(word for word in letter.body.split() if "/claim/" in word)
    page = client.get("/claim/" + link.rsplit("/", 1)[1], follow=True)
    assert RIGHT in page.content.decode()


@pytest.mark.parametrize("typed", ["jose", "JOSÉ NUNEZ", "pepe", "Pépe", "{id}", "{badge}"])
def test_both_badges_are_found_by_either_name_and_without_accents(
    house: SimpleNamespace, jose: Award, typed: str
) -> None:
    new = corrected(house, jose, display_name="Pepé Núñez")
    said = typed.format(id=new.public_id, badge=new.template.name.upper())
    kinds = [jose.request.kind]
    found = keys_of_few(said, kinds)
    assert found is not None
    both = {new.pk} if "{id}" in typed else {new.pk, jose.pk}
    assert both <= set(found)
    if "badge" not in typed:
        assert both == set(found)  # not Zoë's
    assert how_many(said, kinds) == len(found)
    other = [kind for kind in ListKind.values if kind not in kinds]
    assert keys_of_few(said, other) == []


def test_names_on_badges_of_before_are_noted_by_the_migration(
    house: SimpleNamespace, jose: Award
) -> None:
    corrected(house, jose)
    Person.objects.update(also_named="")
    import_module("bitterroot.issuing.migrations.0004_also_named").note(apps, None)
    noted = Person.objects.exclude(also_named="")
    assert list(noted.values_list("display_name", "also_named")) == [(JOSE, RIGHT)]


def test_what_cannot_be_corrected(house: SimpleNamespace, jose: Award) -> None:
    for changes, why in [
        ({"display_name": JOSE}, "Nothing would change"),
        ({"display_name": ""}, "Nothing would change"),
        ({"given_on": date(2030, 1, 1)}, "dated in the future"),
        ({"credits": "many"}, "as a number"),
        ({"credits": "nan"}, "more than 0"),
        ({"evidence_url": "javascript:alert(1)"}, "must"),
    ]:
        with pytest.raises(NotPossible, match=why):
            ask(house, jose, **changes)
    new = corrected(house, jose)
    with pytest.raises(NotPossible, match="is revoked"):
        ask(house, jose)
    with pytest.raises(NotPossible, match="given in its place"):
        revocation.reinstate(by=house.by("rita"), award=jose, reason="No.")
    with pytest.raises(NotPossible, match="replaced by a corrected badge"):
        file_appeal(by=person(jose.learner), award=jose, text="I want the old one.")
    held = holders_of(house.program)
    assert "790000000" in held
    assert Award.objects.filter(supersedes=new).count() == 0


def test_evidence_stands_before_the_approval(house: SimpleNamespace, jose: Award) -> None:
    at = "https://maps.example.edu/jose"
    new = corrected(house, jose, evidence_url=at)
    own, approval = orjson.loads(bytes(new.document.body))["evidence"]
    assert (own["id"], approval["genre"]) == (at, "Approval")
    third = corrected(house, new, display_name="J. Núñez", evidence_url=f"{at}/2")
    said = orjson.loads(bytes(third.document.body))["evidence"]
    assert [item["id"] for item in said] == [f"{at}/2", approval["id"]]


def test_jose_asks_himself_for_his_name_and_for_nothing_else(
    house: SimpleNamespace, jose: Award
) -> None:
    by = person(jose.learner)
    with pytest.raises(Refused):
        request_correction(by=by, award=jose, changes={"credits": 9}, reason="More.")
    zoe = person(Award.objects.exclude(pk=jose.pk).get().learner)
    with pytest.raises(Refused):
        request_correction(by=zoe, award=jose, changes={"display_name": RIGHT}, reason="Mine.")
    asked = request_correction(
        by=by, award=jose, changes={"display_name": RIGHT}, reason="It lacks its accents."
    )
    assert (asked.requested_as, asked.corrected) == ("learner", {"display_name": RIGHT})
    revocation.approve_revocation(by=house.by("ruth"), revocation=asked)
    made = Award.objects.get(supersedes=jose)
    assert (made.display_name, made.learner, made.state) == (RIGHT, jose.learner, "claimed")
    assert made.visibility == Visibility.LINK
    dispatch.run_once()
    told = Mail.objects.filter(person=jose.learner).order_by("pk")
    assert [mail.template for mail in told if mail.template != "award_issued"] == [
        "transcript_learner",
        "award_corrected",
    ]


def test_the_name_is_asked_for_on_the_badge_s_page_and_the_answer_stands_there(
    house: SimpleNamespace, jose: Award, client: Client
) -> None:
    token = awards.mint_claim_link(by=system("mail"), award=jose)
    client.post(f"/claim/{token}", {"answer": "accept"})
    page = f"/my/badges/{jose.public_id}"
    same = client.post(page, {"display_name": JOSE})
    assert same.status_code == 409
    assert "Nothing would change" in same.content.decode()
    assert client.post(page, {"display_name": RIGHT}).status_code == 302
    assert f"as <strong>{RIGHT}</strong>" in client.get(page).content.decode()
    asked = Revocation.objects.get(award=jose)
    rule = {"read_first": True, "changed_by": house.olive, "changed_at": "2026-11-01T00:00Z"}
    for letter in ("revocation_refused", "name_refused"):
        LetterRule.objects.create(letter=letter, **rule)
    revocation.refuse_revocation(
        by=house.by("ruth"), revocation=asked, reason="Bring the court's order, please."
    )
    assert "Bring the court&#x27;s order, please." in client.get(page).content.decode()
    dispatch.run_once()
    [mail] = Mail.objects.filter(person=jose.learner, template="name_refused")
    assert "/claim/" in mail.body
    assert mail.state == "queued"  # the office reads no link that opens a learner's badges


def test_a_policy_may_let_one_officer_revoke(
    house: SimpleNamespace, jose: Award, monkeypatch: pytest.MonkeyPatch
) -> None:
    rita = house.by("rita")
    asked = revocation.request_revocation(
        by=rita, award=jose, reason_code="issued_in_error", reason="Twice."
    )
    with pytest.raises(Refused, match="A second person must approve"):
        revocation.approve_revocation(by=rita, revocation=asked)
    document = policies.current().document()
    document["awards"]["second person revokes"] = False
    alone = Policy.from_document(document)
    monkeypatch.setattr(policies, "current", lambda: alone)
    with pytest.raises(Refused):
        revocation.approve_revocation(by=house.by("dana"), revocation=asked)  # she may not revoke
    assert revocation.approve_revocation(by=rita, revocation=asked).state == "revoked"


def test_no_badge_is_dated_before_its_program_was_approved(
    house: SimpleNamespace, jose: Award
) -> None:
    decided = jose.template.program_version.decision.decided_on
    with pytest.raises(NotPossible) as refused:
        ask(house, jose, given_on=decided - timedelta(days=1))
    [(field, said)] = refused.value.problems
    assert field == "given_on"
    assert said == (
        f"The program was approved on {decided.day} {decided:%b %Y}: none was given before."
    )
    assert ask(house, jose).corrected == {"display_name": RIGHT}  # its own day is not asked again
