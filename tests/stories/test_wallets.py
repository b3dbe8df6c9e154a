"""José takes his badge into a wallet, by a code to scan and a PIN: step 10 once more."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from bitterroot.openbadges import contexts, proofs
from bitterroot.openbadges.keys import SigningKey
from web.api.wallet_kit import GRANT, ORIGIN, Key

from .harness import Stage, faults_of, say

pytestmark = pytest.mark.browser


class Wallet:
    """A program of its own, without cookies; the demo answers under another address than its name."""

    def __init__(self, stage: Stage) -> None:
        self._ask = stage.stranger().context.request

    def get(self, address: str) -> Any:
        return self._ask.get(address.removeprefix(ORIGIN))

    def post(self, address: str, **sent: Any) -> Any:
        return self._ask.post(address.removeprefix(ORIGIN), **sent)


def wallet_page(stage: Stage) -> Page:
    page = stage.as_person("jose")
    page.goto("/my/badges/" + stage.demo.awards["public"]["path"].rsplit("/", 1)[1])
    page.get_by_role("link", name="Make a link for your wallet.").click()
    expect(page.get_by_role("heading", name="Which wallet?")).to_have_count(0)
    expect(page.get_by_role("heading", name="Take it into a wallet")).to_be_visible()
    return page


def link_on(page: Page) -> dict[str, str]:
    """The parameters of the link that the code says too."""
    address = page.get_by_role("link", name="Open my wallet").get_attribute("href")
    assert address is not None
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def moment(stage: Stage) -> int:
    """The time of the demo, which has a day of its own."""
    [(made,)] = stage.demo.rows("select max(made_at) from issuing_collection")
    return int(datetime.fromisoformat(f"{str(made)[:19]}+00:00").timestamp())


def paste(page: Page, text: str) -> str:
    page.goto("/verify")
    page.locator("textarea").fill(text)
    page.get_by_role("button", name="Verify").first.click()
    return say(page)


def test_a_code_a_pin_and_the_badge_names_his_wallet(stage: Stage) -> None:
    page = wallet_page(stage)
    assert faults_of(page) == []
    page.get_by_label("Let the badge name my wallet").check()
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("img", name="Code to scan")).to_be_visible()
    assert faults_of(page) == []
    pin = page.locator(".pin").inner_text()
    wallet, key = Wallet(stage), Key.p256()
    offer = wallet.get(link_on(page)["credential_offer_uri"]).json()
    code = offer["grants"][GRANT]["pre-authorized_code"]
    form = {"grant_type": GRANT, "pre-authorized_code": code, "tx_code": pin}
    token = wallet.post("/oauth/token", form=form).json()["access_token"]
    nonce = wallet.post("/wallet/nonce").json()["c_nonce"]
    asked = {
        "credential_configuration_id": offer["credential_configuration_ids"][0],
        "proofs": {"jwt": [key.proof(nonce, iat=moment(stage))]},
    }
    bearer = {"Authorization": f"Bearer {token}"}
    answer = wallet.post("/wallet/credential", data=asked, headers=bearer)
    assert answer.status == 200, answer.text()
    badge = answer.json()["credentials"][0]["credential"]
    assert badge["id"] == stage.demo.awards["public"]["url"]
    assert badge["credentialSubject"]["id"] == key.did
    assert wallet.post("/wallet/credential", data=asked, headers=bearer).status == 401
    page.goto(page.url)
    assert key.did in say(page)
    assert faults_of(page) == []
    assert "Valid" in paste(stage.stranger(), json.dumps(badge))
    audit = stage.demo.audit()
    assert audit["broken"] == [], audit


def test_the_learner_credential_wallet_signs_a_challenge(stage: Stage) -> None:
    page = wallet_page(stage)
    page.get_by_label("Learner Credential Wallet").check()
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("img", name="Code to scan")).to_be_visible()
    assert faults_of(page) == []
    address = json.loads(link_on(page)["request"])["protocols"]["vcapi"]
    wallet, key = Wallet(stage), SigningKey.generate()
    asked = wallet.post(address, data={}).json()["verifiablePresentationRequest"]
    holder = key.public.did
    bare = {
        "@context": [contexts.CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": holder,
    }
    said = {"challenge": asked["challenge"], "domain": asked["domain"]}
    method, made = f"{holder}#{key.public.multibase}", "2026-11-18T16:00:00Z"
    signed = proofs.sign(bare, key, method, made, purpose=proofs.AUTHENTICATION, more=said)
    answer = wallet.post(address, data={"verifiablePresentation": signed})
    [badge] = answer.json()["verifiablePresentation"]["verifiableCredential"]
    assert badge["id"] == stage.demo.awards["public"]["url"]
    assert "id" not in badge["credentialSubject"]  # as it was issued: he did not ask to bind
    assert wallet.post(address, data={}).status == 404


def test_he_ends_a_link_that_he_made(stage: Stage) -> None:
    page = wallet_page(stage)
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("img", name="Code to scan")).to_be_visible()
    address = link_on(page)["credential_offer_uri"]
    assert Wallet(stage).get(address).status == 200
    page.get_by_role("button", name="End it now").click()
    expect(page.get_by_text("The link works no longer.")).to_be_visible()
    assert Wallet(stage).get(address).status == 404
    assert faults_of(page) == []


def test_he_shows_a_part_that_a_stranger_checks(stage: Stage) -> None:
    page = stage.as_person("jose")
    page.goto("/my/badges")
    page.get_by_role("link", name="Rural Behavioral Health Support").first.click()
    page.get_by_role("link", name="Show parts of it").click()
    assert faults_of(page) == []
    page.get_by_label("Name").uncheck()
    page.get_by_role("button", name="Download the file").click()
    assert "a badge of nobody proves nothing" in say(page)
    assert faults_of(page) == []
    for _ in range(2):  # once more from the same page, as somebody does who lost the file
        page.get_by_label("E-mail address, scrambled").check()
        with page.expect_download() as loaded:
            page.get_by_role("button", name="Download the file").click()
        part = loaded.value.path().read_text()
        assert "Núñez" not in part
        assert "creditsEarned" not in part
    said = paste(stage.stranger(), part)
    assert "Valid" in said
    assert "Rural Behavioral Health Support" in said
