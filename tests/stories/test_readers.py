"""José lets a portfolio read the badges that he shows, and ends it; Sol sees which programs read."""

import base64
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from web.api.reader_kit import BACK, CHALLENGE, REGISTRATION, VERIFIER

from .harness import Stage, faults_of, say

pytestmark = pytest.mark.browser


def registered(stage: Stage) -> dict[str, Any]:
    answer = stage.stranger().context.request.post("/oauth/register", data=REGISTRATION)
    assert answer.status == 201, answer.text()
    found: dict[str, Any] = answer.json()
    return found


def asks(reader: dict[str, Any]) -> str:
    fields = {
        "response_type": "code",
        "client_id": reader["client_id"],
        "redirect_uri": BACK,
        "scope": reader["scope"],
        "state": "s",
        "code_challenge": CHALLENGE.decode(),
        "code_challenge_method": "S256",
    }
    return "/oauth/authorize?" + urlencode(fields)


def came_back(page: Page, button: str) -> dict[str, str]:
    """Answer, and let the browser be led back to the portfolio, which stands in for itself."""

    def portfolio(route: Route) -> None:
        route.fulfill(body="<title>Portfolio</title>", content_type="text/html")

    page.route("https://portfolio.example/**", portfolio)
    page.get_by_role("button", name=button).click()
    page.wait_for_url(f"{BACK}?**")
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_he_is_asked_and_ends_it(stage: Stage) -> None:
    reader = registered(stage)
    page = stage.stranger()
    page.goto(asks(reader))
    assert "First tell us who you are" in say(page)
    assert faults_of(page) == []
    page = stage.as_person("jose")
    page.goto(asks(reader))
    assert "May Portfolio read your badges?" in say(page)
    assert faults_of(page) == []
    assert came_back(page, "No")["error"] == "access_denied"
    page.goto(stage.demo.address + asks(reader))
    code = came_back(page, "Yes, let it read them")["code"]

    program = stage.stranger().context.request
    pair = f"{reader['client_id']}:{reader['client_secret']}"
    basic = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    tokens = program.post(
        "/oauth/token", form=form | {"code_verifier": VERIFIER}, headers=basic
    ).json()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    read = program.get("/ims/ob/v3p0/credentials", headers=bearer).json()["credential"]
    assert stage.demo.awards["public"]["url"] in [badge["id"] for badge in read]

    page.goto(stage.demo.address + "/my/badges")
    page.get_by_role("link", name="Who may read my badges").click()
    assert "portfolio.example" in say(page)
    assert faults_of(page) == []
    admin = stage.as_person("sol")
    admin.goto("/office/people")
    admin.get_by_role("link", name="Programs that read badges").click()
    assert "portfolio.example" in say(admin)
    assert faults_of(admin) == []

    page.get_by_role("button", name="End it for Portfolio").click()
    expect(page.get_by_text("Portfolio can read your badges no longer.")).to_be_visible()
    assert faults_of(page) == []
    assert program.get("/ims/ob/v3p0/credentials", headers=bearer).status == 401


def test_what_is_asked_wrongly_is_told_on_a_page(stage: Stage) -> None:
    reader = registered(stage)
    page = stage.as_person("jose")
    page.goto(asks(reader).replace("S256", "plain"))
    assert "asked in a way that we do not answer" in say(page)
    assert faults_of(page) == []
    page.goto(asks(reader).replace("portfolio.example", "evil.example"))
    assert "We do not know this program" in say(page)
    assert faults_of(page) == []
