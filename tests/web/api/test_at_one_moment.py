"""Two programs ask at the same moment with the same secret: one gets the badge."""

import pytest
from django.db import connection

from bitterroot.demo.world import START
from bitterroot.issuing.domain import collecting
from bitterroot.issuing.domain.consent import challenge_of, give_consent, tokens_for_code
from bitterroot.issuing.domain.readers import register_reader
from bitterroot.issuing.enums import WalletWay
from bitterroot.issuing.models import Award, Collection, ReadSecret
from bitterroot.people.actor import person, system
from bitterroot.record.models import Event
from governance.threads_kit import together

pytestmark = [
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite in memory has one writer, one connection"
    ),
    pytest.mark.django_db(transaction=True),
]
OVER = "This link works no longer."


@pytest.fixture
def offered(shown: Award) -> collecting.Offered:
    return collecting.offer_to_wallet(
        by=person(shown.learner), award=shown, way=WalletWay.OPENID, bind=False
    )


def test_a_code_gives_one_token(shown: Award, offered: collecting.Offered) -> None:
    by, row = person(shown.learner), offered.collection
    said = together(
        *[lambda: collecting.redeem(by=by, collection=row, pin=offered.pin) for _ in range(4)],
        at=START,
    )
    assert said == sorted(["done", *[OVER] * 3])


def test_a_token_gives_one_badge(shown: Award, offered: collecting.Offered) -> None:
    by, row = person(shown.learner), offered.collection
    token = collecting.redeem(by=by, collection=row, pin=offered.pin)
    found = collecting.of_token(token)
    assert found is not None
    said = together(
        *[lambda: collecting.deliver(by=by, collection=found, subject="") for _ in range(4)],
        at=START,
    )
    assert said == sorted(["done", *[OVER] * 3])
    assert Event.objects.filter(verb="badge collected").count() == 1


def test_wrong_pins_are_all_counted(shown: Award, offered: collecting.Offered) -> None:
    by, row = person(shown.learner), offered.collection
    wrong = f"{(int(offered.pin) + 1) % 10**6:06d}"
    together(
        *[lambda: collecting.redeem(by=by, collection=row, pin=wrong) for _ in range(4)], at=START
    )
    assert Collection.objects.get().tries == 4


def test_a_reader_s_code_gives_tokens_once_and_then_ends_all(shown: Award) -> None:
    reader, _ = register_reader(
        by=system("test"), name="P", host="p.example", redirect_uris=["x"], scope="s", about={}
    )
    code = give_consent(
        by=person(shown.learner),
        person=shown.learner,
        reader=reader,
        scope="s",
        everything=False,
        redirect_uri="x",
        challenge=challenge_of("v"),
    )
    said = together(
        *[
            lambda: tokens_for_code(reader=reader, code=code, redirect_uri="x", verifier="v")
            for _ in range(3)
        ],
        at=START,
    )
    assert said == sorted(["done", *["This code works no longer."] * 2])
    assert ReadSecret.objects.count() == 0
