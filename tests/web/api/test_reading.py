"""José lets a portfolio read his badges by the service API of Open Badges 3.0, and ends it."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bitterroot.demo.world import START
from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain import readers
from bitterroot.issuing.domain.readers import register_reader, remove_reader
from bitterroot.issuing.enums import Visibility
from bitterroot.issuing.models import Award, ReadConsent, Reader, ReadSecret
from bitterroot.learning.models import IssuanceRequest
from bitterroot.messages.domain.dispatch import run_once
from bitterroot.messages.models import Mail
from bitterroot.people.actor import person, system
from bitterroot.people.domain.person import assign_role, create_account, create_person, place_hold
from bitterroot.people.enums import Role
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.models import Event
from proposals.conftest import SET_UP, SINCE

from .reader_kit import BACK, SCOPE, VERIFIER, Portfolio, answer_of, let

pytestmark = pytest.mark.django_db
ORIGIN = "https://demo.bitterroot.example"


def show(award: Award, to: Visibility = Visibility.LINK) -> bytes:
    awards.set_visibility(by=person(award.learner), award=award, visibility=to)
    return bytes(Award.objects.get(pk=award.pk).document.body)


def read_ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["id"].rsplit("/", 1)[1] for one in answer.json()["credential"]]


def test_the_service_tells_where_to_begin() -> None:
    client = Client()
    told = client.get("/ims/ob/v3p0/discovery")
    assert told["Access-Control-Allow-Origin"] == "*"
    oauth = told.json()["components"]["securitySchemes"]["OAuth2ACG"]
    flow = oauth["flows"]["authorizationCode"]
    assert oauth["x-imssf-registrationUrl"] == f"{ORIGIN}/oauth/register"
    assert flow["authorizationUrl"] == f"{ORIGIN}/oauth/authorize"
    assert flow["tokenUrl"] == flow["refreshUrl"] == f"{ORIGIN}/oauth/token"
    assert list(flow["scopes"]) == [f"{SCOPE}credential.readonly", f"{SCOPE}profile.readonly"]
    server = client.get("/.well-known/oauth-authorization-server").json()
    assert server["code_challenge_methods_supported"] == ["S256"]
    assert server["registration_endpoint"] == oauth["x-imssf-registrationUrl"]


def test_he_is_asked_says_yes_and_it_reads_what_he_shows(award: Award, jose: Client) -> None:
    body = show(award)
    portfolio = Portfolio()
    page = jose.get(portfolio.asks()).content.decode()
    assert "May Portfolio read your badges?" in page
    assert "portfolio.example" in page
    assert ReadConsent.objects.count() == 0  # looking gives nothing
    said = answer_of(
        jose.post(portfolio.asks(), {"answer": "yes", "which": "shown"}).content.decode()
    )
    assert (said["state"], said["iss"]) == ("a state", ORIGIN)
    given = portfolio.tokens(said["code"])
    assert given["Cache-Control"] == "no-store"
    assert given.json()["expires_in"] == 3600
    answer = portfolio.read(given.json()["access_token"])
    assert body in answer.content  # byte for byte
    assert answer["X-Total-Count"] == "1"
    profile = portfolio.read(given.json()["access_token"], "profile").json()
    assert profile["name"] == "José Núñez"
    assert profile["id"].startswith("urn:uuid:")
    assert str(award.learner_id) not in profile["id"]
    mine = jose.get("/my/readers").content.decode()
    assert "portfolio.example" in mine
    assert "Last read" in mine


def test_what_nobody_sees_needs_his_wider_word(award: Award, jose: Client) -> None:
    portfolio = Portfolio()
    narrow = portfolio.tokens(let(jose, portfolio)).json()["access_token"]
    assert read_ids(portfolio.read(narrow)) == []
    wide = portfolio.tokens(let(jose, portfolio, "all")).json()["access_token"]
    assert read_ids(portfolio.read(wide)) == [award.public_id]
    assert portfolio.read(narrow).status_code == 401  # the wider word took its place
    assert ReadConsent.objects.filter(ended_at=None).count() == 1
    awards.decline(by=person(award.learner), award=award)
    assert read_ids(portfolio.read(wide)) == []


def test_others_badges_are_never_among_them(award: Award, jose: Client) -> None:
    portfolio = Portfolio()
    token = portfolio.tokens(let(jose, portfolio, "all")).json()["access_token"]
    other = create_person(by=SET_UP, display_name="Zoë Whitebear")
    Award.objects.filter(pk=award.pk).update(learner=other)
    assert read_ids(portfolio.read(token)) == []


def test_he_says_no(jose: Client) -> None:
    portfolio = Portfolio()
    page = jose.post(portfolio.asks(), {"answer": "no"}).content.decode()
    assert answer_of(page) == {"error": "access_denied", "state": "a state", "iss": ORIGIN}
    assert ReadConsent.objects.count() == 0


def test_he_ends_it_and_the_tokens_work_no_longer(award: Award, jose: Client) -> None:
    portfolio = Portfolio()
    tokens = portfolio.tokens(let(jose, portfolio, "all")).json()
    row = ReadConsent.objects.get()
    assert Client().post("/my/readers", {"consent": row.pk}).status_code == 403
    jose.post("/my/readers", {"consent": row.pk})
    assert portfolio.read(tokens["access_token"]).status_code == 401
    again = portfolio.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert "Nobody" in jose.get("/my/readers").content.decode()
    assert list(Event.objects.filter(about=f"consent:{row.pk}").values_list("verb", flat=True)) == [
        "reading allowed",
        "reading ended",
    ]


def test_he_is_told_of_it_and_the_record_protects_what_he_allowed(jose: Client) -> None:
    portfolio = Portfolio()
    let(jose, portfolio, "all")
    while run_once():
        pass
    [told] = Mail.objects.filter(template="reading_allowed")
    assert ("also those that nobody else sees" in told.body, "/my/readers" in told.body) == (
        True,
        True,
    )
    consents = ReadConsent.objects.all()
    scope = consents.get().scope
    assert verify_record().broken == []
    consents.update(scope="everything")
    shown = f"consent:{consents.get().pk}: does not match its last event"
    assert [str(each) for each in verify_record().broken] == [shown]
    consents.update(scope=scope)
    let(jose, portfolio, "shown")  # ends the one before
    assert verify_record().broken == []
    remove_reader(by=system("a test"), reader=Reader.objects.get())  # ends this one too
    assert (consents.filter(ended_at=None).count(), verify_record().broken) == (0, [])


def test_a_code_that_comes_twice_ends_everything(jose: Client) -> None:
    portfolio = Portfolio()
    code = let(jose, portfolio, "all")
    token = portfolio.tokens(code).json()["access_token"]
    assert portfolio.read(token).status_code == 200
    assert portfolio.tokens(code).json()["error"] == "invalid_grant"
    assert portfolio.read(token).status_code == 401


def test_refresh_tokens_turn_and_an_old_one_ends_everything(award: Award, jose: Client) -> None:
    portfolio = Portfolio()
    first = portfolio.tokens(let(jose, portfolio, "all")).json()
    with clock.standing_at(START + timedelta(hours=1, seconds=1)):
        assert portfolio.read(first["access_token"]).status_code == 401
        second = portfolio.token(
            grant_type="refresh_token", refresh_token=first["refresh_token"]
        ).json()
        assert read_ids(portfolio.read(second["access_token"])) == [award.public_id]
        stolen = portfolio.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
        assert stolen.json()["error"] == "invalid_grant"
        assert portfolio.read(second["access_token"]).status_code == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": VERIFIER + "x"},
        {"redirect_uri": "https://portfolio.example/other"},
    ],
)
def test_a_code_belongs_to_its_verifier_and_address(jose: Client, changed: dict[str, str]) -> None:
    portfolio = Portfolio()
    code = let(jose, portfolio)
    assert portfolio.tokens(code, **changed).json()["error"] == "invalid_grant"
    assert portfolio.tokens(code).json()["error"] == "invalid_grant"  # it is spent


def test_a_code_belongs_to_its_reader_and_to_its_moment(jose: Client) -> None:
    portfolio, thief = Portfolio(), Portfolio(client_name="Thief")
    code = let(jose, portfolio)
    assert thief.tokens(code).json()["error"] == "invalid_grant"
    with clock.standing_at(START + timedelta(minutes=5, seconds=1)):
        assert portfolio.tokens(code).json()["error"] == "invalid_grant"


def test_the_secret_is_asked_for_and_guesses_are_bounded(jose: Client) -> None:
    portfolio = Portfolio()
    code = let(jose, portfolio)
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    }
    for basic in ("", "Basic x", "Basic Ojo=", "Bearer abc"):
        wrong = portfolio.token(basic, **fields)
        assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
        assert wrong["WWW-Authenticate"].startswith("Basic")
    said = [portfolio.token("Basic x", **fields).status_code for _ in range(57)]
    assert said == [401] * 56 + [429]


def test_scopes_bound_what_is_read(award: Award, jose: Client) -> None:
    portfolio = Portfolio()
    code = let(jose, portfolio, "all", scope=f"{SCOPE}credential.readonly")
    token = portfolio.tokens(code).json()["access_token"]
    assert portfolio.read(token).status_code == 200
    refused = portfolio.read(token, "profile")
    assert refused.status_code == 403
    minor = refused.json()["imsx_CodeMinor"]["imsx_codeMinorField"][0]
    assert minor["imsx_codeMinorFieldValue"] == "forbidden"


def test_nothing_can_be_written(jose: Client) -> None:
    portfolio = Portfolio()
    token = portfolio.tokens(let(jose, portfolio, "all")).json()["access_token"]
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    for answer in (
        portfolio.client.post("/ims/ob/v3p0/credentials", "{}", "application/json", **bearer),  # type: ignore[arg-type]
        portfolio.client.put("/ims/ob/v3p0/profile", "{}", "application/json", **bearer),  # type: ignore[arg-type]
    ):
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert Client().post("/ims/ob/v3p0/credentials").status_code == 401


def test_pages_and_dates(issued: Callable[..., IssuanceRequest]) -> None:
    issued(["José Núñez", "Zoë Whitebear", "Linh Nguyễn"])
    learner = Award.objects.order_by("line__number")[0].learner
    Award.objects.update(learner=learner, state="claimed")
    jose = Client()
    jose.force_login(
        create_account(by=SET_UP, person=learner, username="jose", password=None),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    portfolio = Portfolio()
    token = portfolio.tokens(let(jose, portfolio, "all")).json()["access_token"]
    first = portfolio.read(token, limit=2)
    assert (len(read_ids(first)), first["X-Total-Count"]) == (2, "3")
    links = dict(reversed(part.split("; rel=")) for part in first["Link"].split(", "))
    assert set(links) == {'"first"', '"last"', '"next"'}
    assert links['"next"'] == f"<{ORIGIN}/ims/ob/v3p0/credentials?limit=2&offset=2>"
    rest = portfolio.read(token, limit=2, offset=2)
    assert len({*read_ids(first), *read_ids(rest)}) == 3
    assert 'rel="prev"' in rest["Link"]
    assert 'rel="next"' not in rest["Link"]
    assert read_ids(portfolio.read(token, since="2027-01-01T00:00:00Z")) == []
    assert len(read_ids(portfolio.read(token, since="2026-01-01T00:00:00+00:00"))) == 3
    for wrong in ({"limit": 0}, {"limit": 201}, {"offset": "-1"}, {"since": "May"}, {"limit": "²"}):
        answer = portfolio.read(token, **wrong)
        assert answer.status_code == 400, wrong
        assert "invalid_query_parameter" in answer.content.decode()


def test_a_directory_hold_wins(award: Award, jose: Client) -> None:
    portfolio = Portfolio()
    token = portfolio.tokens(let(jose, portfolio, "all")).json()["access_token"]
    place_hold(by=SET_UP, person=award.learner, hold=True)
    assert portfolio.read(token).status_code == 401
    page = jose.get(portfolio.asks()).content.decode()
    assert "withhold directory information" in page
    assert "Yes, let it read them" not in page
    assert jose.post(portfolio.asks(), {"answer": "yes"}).status_code == 409


def test_strangers_are_asked_who_they_are(award: Award) -> None:
    portfolio = Portfolio()
    page = Client().get(portfolio.asks())
    assert page.status_code == 403
    assert "/sign-in?next=%2Foauth%2Fauthorize%3F" in page.content.decode()
    assert Client().post(portfolio.asks(), {"answer": "yes"}).status_code == 403
    assert ReadConsent.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": f"{SCOPE}credential.upsert"}, "invalid_scope"),
        ({"scope": "openid"}, "invalid_scope"),
    ],
)
def test_what_is_asked_wrongly_leads_nowhere_by_itself(
    jose: Client, changed: dict[str, str], problem: str
) -> None:
    portfolio = Portfolio()
    page = jose.post(portfolio.asks(**changed), {"answer": "yes"})
    assert page.status_code == 400
    assert "refresh" not in page.content.decode().partition("</head>")[0].replace("x-refresh", "")
    assert f"error={problem}" in page.content.decode()
    assert ReadConsent.objects.count() == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "7d3f0b1a-0000-4000-8000-000000000000"},
        {"client_id": "x"},
        {"redirect_uri": "https://portfolio.example/back/more"},
        {"redirect_uri": "https://evil.example/back"},
    ],
)
def test_unknown_readers_and_addresses_get_no_link(jose: Client, changed: dict[str, str]) -> None:
    page = jose.get(Portfolio().asks(**changed))
    assert page.status_code == 400
    assert "evil.example" not in page.content.decode()


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": "https://portfolio.example/"}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://portfolio.example/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://portfolio.example/#x"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://a@portfolio.example/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://127.0.0.1/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://localhost/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://bücher.example/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [BACK, "https://other.example/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [BACK] * 6}, "invalid_redirect_uri"),
        ({"logo_uri": "https://other.example/logo.png"}, "invalid_client_metadata"),
        ({"client_uri": ""}, "invalid_client_metadata"),
        ({"client_name": "x" * 101}, "invalid_client_metadata"),
        ({"client_name": ["x"]}, "invalid_client_metadata"),
        ({"scope": "openid"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "none"}, "invalid_client_metadata"),
        ({"grant_types": ["implicit"]}, "invalid_client_metadata"),
    ],
)
def test_registrations_that_are_refused(changed: dict[str, Any], error: str) -> None:
    portfolio = Portfolio()
    answer = portfolio.register(**changed)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert Reader.objects.count() == 1


def test_a_name_cannot_turn_the_direction_of_writing() -> None:
    portfolio = Portfolio(client_name="Port\u202efolio")
    assert portfolio.registered["client_name"] == "Portfolio"


def test_registrations_are_bounded() -> None:
    portfolio = Portfolio()
    said = [portfolio.register().status_code for _ in range(10)]
    assert said == [201] * 9 + [429]


def test_the_operator_sees_and_removes_a_reader(award: Award, jose: Client) -> None:
    portfolio = Portfolio()
    token = portfolio.tokens(let(jose, portfolio, "all")).json()["access_token"]
    sol = create_person(by=SET_UP, display_name="Sol Reed")
    assign_role(by=SET_UP, person=sol, role=Role.SYSTEM_ADMIN, starts_on=SINCE)
    admin = Client()
    admin.force_login(
        create_account(by=SET_UP, person=sol, username="sol", password=None),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    page = admin.get("/office/readers").content.decode()
    assert "portfolio.example" in page
    assert "José" not in page  # how many, not who
    assert jose.get("/office/readers").status_code == 302
    admin.post("/office/readers", {"reader": portfolio.registered["client_id"]})
    assert portfolio.read(token).status_code == 401
    assert jose.get(portfolio.asks()).status_code == 400
    assert "Nobody" in jose.get("/my/readers").content.decode()


def test_secrets_are_kept_as_digests_and_stay_out_of_record_and_log(
    jose: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    portfolio = Portfolio()
    code = let(jose, portfolio, "all")
    tokens = portfolio.tokens(code).json()
    portfolio.read(tokens["access_token"])
    kept = str([*Reader.objects.values(), *ReadSecret.objects.values(), *Event.objects.values()])
    words = (code, tokens["access_token"], tokens["refresh_token"])
    for word in (*words, portfolio.registered["client_secret"]):
        assert word not in kept
        assert word not in caplog.text


def test_a_token_given_back_works_no_longer(jose: Client) -> None:
    portfolio = Portfolio()
    tokens = portfolio.tokens(let(jose, portfolio, "all")).json()
    for token in (tokens["refresh_token"], "nobody's"):
        done = portfolio.client.post(
            "/oauth/revoke", {"token": token}, HTTP_AUTHORIZATION=portfolio.basic
        )
        assert done.status_code == 200
    assert portfolio.read(tokens["access_token"]).status_code == 401
    assert ReadConsent.objects.get().ended_at is None  # his word stands until he ends it


def test_what_was_never_used_goes(jose: Client) -> None:
    old = Portfolio()
    used = Portfolio(client_name="Used")
    let(jose, used)
    with clock.standing_at(START + timedelta(days=31)):
        register_reader(
            by=system("test"), name="New", host="n.example", redirect_uris=[], scope="", about={}
        )
    gone = Reader.objects.exclude(removed_at=None)
    assert [str(row.pk) for row in gone] == [old.registered["client_id"]]
    remove_reader(by=SET_UP, reader=Reader.objects.get(name="Used"))
    assert ReadSecret.objects.count() == 0


def test_who_registers_very_many_keeps_nobody_else_from_it(
    jose: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "MOST_UNUSED", 2)
    let(jose, Portfolio(client_name="Used"))
    for n in range(3):
        with clock.standing_at(START + timedelta(hours=n)):
            register_reader(
                by=system("test"), name=f"Flood {n}", host="n.example", redirect_uris=[],
                scope="", about={},
            )  # fmt: skip
    kept = Reader.objects.filter(removed_at=None).order_by("name")
    assert list(kept.values_list("name", flat=True)) == ["Flood 1", "Flood 2", "Used"]
