"""A badge is corrected on the screens: what the second person reads, and what it is called after."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain.correction import request_correction
from bitterroot.issuing.models import Award
from bitterroot.learning.models import IssuanceRequest
from bitterroot.people.actor import person, system
from bitterroot.record import clock


@pytest.fixture
def award(house: SimpleNamespace, issued: Callable[..., IssuanceRequest]) -> Iterator[Award]:
    """The badge of Zoë, three days after its program was approved and she was given it."""
    issued(["Zoë Whitebear"])
    made = Award.objects.get()
    awards.claim(by=person(made.learner), award=made)
    with clock.standing_at(made.valid_from + timedelta(days=3)):
        yield made


def test_the_second_person_reads_what_was_and_what_is_to_be(
    house: SimpleNamespace, signed_in: Callable[[str], Client], award: Award
) -> None:
    given = clock.day_of(award.valid_from)
    right = given + timedelta(days=1)
    words = f"{right:%-d %b %Y}"
    asked = request_correction(
        by=house.by("rita"),
        award=award,
        changes={"credits": "6", "given_on": right},
        reason="One course was left out.",
    )
    ruth = signed_in("ruth")
    there = f"/queue/revocations/{asked.pk}"
    page = ruth.get(there).content.decode()
    assert f"<ins>{words}</ins> instead of <del>" in page
    assert f"<del>{given:%-d %b %Y}</del>" in page
    assert "<ins>6</ins> instead of <del>9</del>" in page
    assert ruth.post(there + "/decide", {"decision": "approve"}).status_code == 302

    new = Award.objects.get(supersedes=award)
    page = ruth.get(f"/queue/awards/{new.public_id}").content.decode()
    today = f"{clock.today():%-d %b %Y}"
    assert f"<dt>Given on</dt><dd>{words}</dd>" in page
    assert f"<dt>Issued</dt><dd>{today}" in page
    assert "by Ruth Larsen, as a correction" in page
    assert "<dt>Transcript</dt><dd>Recorded" in page  # it is of the badge before
    lead = signed_in("dana").get(f"/work/badges/{new.public_id}").content.decode()
    assert f"<dt>Issued</dt><dd>{today}" in lead

    old = ruth.get(f"/queue/awards/{award.public_id}").content.decode()
    assert "Replaced</span>" in old
    listed = ruth.get("/queue/awards").content.decode()
    assert ("Replaced" in listed, "Revoked" in listed) == (True, False)
    offering = award.request.offering_id
    assert (
        "Replaced"
        in signed_in("dana").get(f"/work/lists/offerings/{offering}/badges").content.decode()
    )
    learner = Client()
    learner.post(f"/claim/{awards.mint_claim_link(by=system('a mail'), award=new)}")
    mine = learner.get("/my/badges").content.decode()
    assert ("Replaced" in mine, "Revoked" in mine) == (True, False)
