"""José's badge was revoked for an error and awarded anew: each page leads to the other."""

from collections.abc import Callable
from types import SimpleNamespace

from django.test import Client

from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain import revocation
from bitterroot.issuing.enums import Visibility
from bitterroot.issuing.models import Award
from bitterroot.issuing.queries.succession import forerunner, successor
from bitterroot.learning.models import IssuanceRequest
from bitterroot.people.actor import person

JOSE = "José Núñez"


def show(award: Award) -> None:
    by = person(award.learner)
    awards.claim(by=by, award=award)
    awards.set_visibility(by=by, award=award, visibility=Visibility.LINK)


def test_each_page_leads_to_the_other_for_who_may_see_it(
    house: SimpleNamespace, issued: Callable[..., IssuanceRequest], client: Client
):
    issued([JOSE, "Zoë Whitebear"])
    first = Award.objects.get(display_name=JOSE)
    show(first)
    asked = revocation.request_revocation(
        by=house.by("rita"), award=first, reason_code="other", reason="The term was wrong."
    )
    revocation.approve_revocation(by=house.by("ruth"), revocation=asked)
    first.refresh_from_db()
    assert successor(first, first.learner) is None
    issued([JOSE])
    second = Award.objects.exclude(pk=first.pk).get(display_name=JOSE)
    assert successor(first, None) is None  # José has not shown it yet
    assert successor(first, first.learner) == second
    show(second)
    assert (successor(first, None), forerunner(second, None)) == (second, first)
    assert forerunner(Award.objects.get(display_name="Zoë Whitebear"), None) is None

    old = client.get(f"/credentials/{first.public_id}").content.decode()
    new = client.get(f"/credentials/{second.public_id}").content.decode()
    assert f'<a href="/credentials/{second.public_id}">newer badge</a>' in old
    assert f'<a href="/credentials/{first.public_id}">earlier badge</a>' in new
    awards.set_visibility(by=person(first.learner), award=second, visibility=Visibility.PRIVATE)
    assert "newer badge" not in client.get(f"/credentials/{first.public_id}").content.decode()
