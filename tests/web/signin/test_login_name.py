"""Each institution calls the name with which its people sign in by its own word."""

import pytest
from django.test import Client

from bitterroot.policy import load_policy
from governance.engine_kit import use


@pytest.mark.parametrize(
    ("institution", "said"),
    [("montana", "NetID"), ("hudson-valley", "Campus name"), ("lakeland-state", "LSU ID")],
)
def test_the_sign_in_page_asks_for_it(
    db: None, monkeypatch: pytest.MonkeyPatch, institution: str, said: str
) -> None:
    use(monkeypatch, load_policy(institution))
    for page in ("/sign-in", "/sign-in/forgotten"):
        shown = Client().get(page).content.decode()
        assert f"{said} or e-mail address" in shown
        assert institution == "montana" or "NetID" not in shown


def test_one_that_says_nothing_has_a_plain_word() -> None:
    document = load_policy("montana").document()
    document["institution"].pop("login name")
    from bitterroot.policy import Policy

    assert Policy.from_document(document).institution.login_name == "user name"
