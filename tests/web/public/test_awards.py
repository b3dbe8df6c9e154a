"""Who sees an award at its address, in which form, and what a verifier is told."""

from types import SimpleNamespace

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain import revocation
from bitterroot.issuing.enums import Visibility
from bitterroot.issuing.models import Award, AwardDocument
from bitterroot.issuing.queries.verification import verify_anything
from bitterroot.issuing.rules import is_visible_to
from bitterroot.openbadges import bake
from bitterroot.openbadges.bake import unbake
from bitterroot.people.actor import person
from bitterroot.people.domain.person import place_hold
from bitterroot.web import stored
from proposals.conftest import SET_UP

JSON = {"accept": "application/json"}


def revoke(house: SimpleNamespace, award: Award) -> None:
    asked = revocation.request_revocation(
        by=house.by("rita"), award=award, reason_code="issued_in_error", reason="Wrong term."
    )
    revocation.approve_revocation(by=house.by("ruth"), revocation=asked)


def test_nobody_sees_an_award_that_its_learner_has_not_opened(award: Award) -> None:
    address = f"/credentials/{award.public_id}"
    assert Client().get(address).status_code == 404
    assert Client().get(address, headers=JSON).status_code == 404
    for ending in ("json", "png", "svg", "pdf"):
        assert Client().get(f"{address}.{ending}").status_code == 404
    awards.claim(by=person(award.learner), award=award)
    assert Client().get(address).status_code == 404


def test_with_the_link_people_read_a_page_and_programs_the_signed_bytes(shown: Award) -> None:
    address = f"/credentials/{shown.public_id}"
    page = Client().get(address, headers={"accept": "text/html,*/*;q=0.8"})
    text = page.content.decode()
    assert "<strong>Valid.</strong> José Núñez earned GIS for Community Planning" in text
    assert '<meta name="robots" content="noindex">' in text
    assert 'property="og:title"' in text
    answer = Client().get(address, headers=JSON)
    assert answer.content == bytes(shown.document.body)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert Client().get(f"{address}.json").content == answer.content
    again = Client().get(f"{address}.json", headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_its_page_says_the_european_elements_where_it_has_them(shown: Award) -> None:
    address = f"/credentials/{shown.public_id}"
    assert "European elements" not in Client().get(address).content.decode()
    said = orjson.loads(bytes(shown.document.body))
    said["credentialSubject"]["achievement"]["alignment"] = [
        {"targetType": "ext:EuropeanElement", "targetName": "Notional workload: 15 hours"},
        {"targetType": "CFItem", "targetName": "Maps: for towns"},
    ]
    AwardDocument.objects.filter(award=shown).update(body=orjson.dumps(said))
    text = Client().get(address).content.decode()
    assert "European elements" in text
    assert "<dt>Notional workload</dt><dd>15 hours</dd>" in text
    assert "for towns" not in text


def test_the_pictures_carry_the_very_bytes_and_the_certificate_is_a_pdf(shown: Award) -> None:
    address = f"/credentials/{shown.public_id}"
    body = bytes(shown.document.body)
    assert orjson.loads(unbake(Client().get(f"{address}.png").content)) == orjson.loads(body)
    assert orjson.loads(unbake(Client().get(f"{address}.svg").content)) == orjson.loads(body)
    assert Client().get(f"{address}.pdf").content[:5] == b"%PDF-"


def test_a_directory_hold_closes_what_the_learner_opened(
    house: SimpleNamespace,
    shown: Award,
) -> None:
    place_hold(by=SET_UP, person=shown.learner, hold=True)
    assert Client().get(f"/credentials/{shown.public_id}").status_code == 404
    assert Client().get(f"/credentials/{shown.public_id}.json").status_code == 404


def test_a_revoked_award_says_so_on_its_page_and_on_the_status_list(
    house: SimpleNamespace,
    shown: Award,
) -> None:
    before = Client().get(f"/status/{shown.status_list_id}")
    assert before["Cache-Control"] == "public, max-age=30"
    revoke(house, shown)
    page = Client().get(f"/credentials/{shown.public_id}").content.decode()
    assert (
        "<strong>Revoked.</strong> This badge is no longer valid. It was issued in error." in page
    )
    assert Client().get(f"/status/{shown.status_list_id}")["ETag"] != before["ETag"]
    answer = Client().get("/verify", {"address": f"/credentials/{shown.public_id}"})
    assert '<div class="verdict verdict--red"' in answer.content.decode()
    assert "<strong>Revoked.</strong>" in answer.content.decode()


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_picture_that_others_show_tells_that_it_was_revoked(
    house: SimpleNamespace, shown: Award, kind: str
) -> None:
    address = f"/credentials/{shown.public_id}"
    before = Client().get(f"{address}.{kind}")
    assert unbake(before.content) == bytes(shown.document.body)
    assert before.headers.get("Cross-Origin-Resource-Policy", "cross-origin") == "cross-origin"
    revoke(house, shown)
    after = Client().get(f"{address}.{kind}")
    assert after["Cache-Control"] == "no-cache"  # or pages would go on to show the old one
    assert unbake(after.content) == bytes(shown.document.body)
    assert verify_anything(after.content, online=False).result.verdict == "revoked"
    if kind == "svg":
        struck = [b">REVOKED</text>" in each.content for each in (before, after)]
        assert struck == [False, True]
    else:
        assert pixels(before.content) != pixels(after.content)
    page = Client().get(address).content.decode()
    assert f'og:image" content="https://demo.bitterroot.example{address}.png"' in page


def pixels(png: bytes) -> list[bytes]:
    """What a PNG shows, without what is baked into it."""
    return [data for kind, data, _ in bake._png_chunks(png) if kind == b"IDAT"]


def test_the_question_to_the_database_is_the_rule(house: SimpleNamespace, shown: Award) -> None:
    def both() -> tuple[bool, bool]:
        row = Award.objects.select_related("learner", "request").get(pk=shown.pk)
        rule = is_visible_to(row, None, hold=row.learner.directory_hold)
        asked = stored.find("credential", row.public_id, stored.ask_django) is not None
        return rule, asked

    assert both() == (True, True)
    for visibility, seen in (("private", False), ("public", True)):
        awards.set_visibility(
            by=person(shown.learner), award=shown, visibility=Visibility(visibility)
        )
        assert both() == (seen, seen)
    for hold in (True, False):
        place_hold(by=SET_UP, person=shown.learner, hold=hold)
        assert both() == (not hold, not hold)
    revoke(house, shown)
    assert both() == (True, True)


def test_revoked_before_it_was_claimed_it_stays_nobody_s_business(
    house: SimpleNamespace,
    award: Award,
) -> None:
    revoke(house, award)
    Award.objects.update(visibility="link")
    assert Client().get(f"/credentials/{award.public_id}").status_code == 404
    assert stored.find("credential", award.public_id, stored.ask_django) is None


def test_a_file_is_verified_with_one_sentence_first(award: Award) -> None:
    body = bytes(award.document.body)
    file = SimpleUploadedFile("badge.json", body)
    page = Client().post("/verify", {"file": file}).content.decode()
    assert "<strong>Valid.</strong> José Núñez earned GIS for Community Planning on" in page
    assert "The approval behind it" in page
    assert "Hale Yellowtail" in page
    assert page.index("<strong>Valid.</strong>") < page.index("What it says")


def test_a_changed_badge_is_red_and_says_what_failed(award: Award) -> None:
    changed = bytes(award.document.body).replace("José".encode(), b"Jack")
    page = Client().post("/verify", {"text": changed.decode()}).content.decode()
    assert "The approval behind it" not in page
    assert "The approval that it claims" in page
    assert '<div class="verdict verdict--red"' in page
    assert "<strong>Not valid.</strong>" in page


def test_the_address_of_a_closed_award_tells_nothing(award: Award) -> None:
    answer = Client().post(
        "/verify", {"text": f"https://demo.bitterroot.example/credentials/{award.public_id}"}
    )
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "its holder does not show it" in page
    assert "José" not in page


def test_whether_it_belongs_to_an_address_is_compared_and_not_kept(award: Award) -> None:
    text = bytes(award.document.body).decode()
    mine = Client().post("/verify", {"text": text, "email": "Learner0@umconnect.example.edu"})
    assert "one of those to which the badge was given" in mine.content.decode()
    other = Client().post("/verify", {"text": text, "email": "jack@example.org"})
    page = other.content.decode()
    assert "was given to another address" in page
    # It is said where one looks first, and not in green.
    assert '<div class="verdict verdict--amber"' in page
    assert "<strong>Valid, but not given to this address.</strong>" in page
    assert '<div class="verdict verdict--green"' in mine.content.decode()


@pytest.mark.parametrize(
    ("sent_text", "said"),
    [
        ("", "Give an address, a text or a file."),
        ("hello", "neither a badge file nor the text of a badge"),
        ("{", "not sound JSON"),
        ("https://127.0.0.1/badge", "127.0.0.1"),
    ],
)
def test_what_is_no_badge_gets_a_sentence_and_stays_in_the_field(
    db: None, sent_text: str, said: str
) -> None:
    answer = Client().post("/verify", {"text": sent_text})
    page = answer.content.decode()
    assert answer.status_code == 400
    problems = page[page.index('id="problems-title"') : page.index("</section>")]
    assert said in problems
    assert sent_text in page


def test_checks_that_ask_others_are_some_at_a_time(award: Award) -> None:
    outside = {"text": "https://127.0.0.1/badge"}
    client = Client(REMOTE_ADDR="203.0.113.20")
    answers = [client.post("/verify", outside).status_code for _ in range(21)]
    assert answers == [400] * 20 + [429]
    refused = client.post("/verify", outside)
    assert 0 < int(refused["Retry-After"]) <= 300
    assert "Please wait a little" in refused.content.decode()
    own = client.post("/verify", {"text": bytes(award.document.body).decode()})
    assert own.status_code == 200  # nothing is fetched for a badge of ours
    assert Client(REMOTE_ADDR="203.0.113.21").post("/verify", outside).status_code == 400


def test_the_issuer_s_keys_are_readable_from_any_origin(award: Award) -> None:
    answer = Client().get("/.well-known/did.json")
    assert answer["Content-Type"] == "application/did+json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert orjson.loads(answer.content)["id"] == "did:web:demo.bitterroot.example"
