"""Letters to learners about badges that went into wallets, and programs that may read them."""

from typing import Any

from django.conf import settings

from bitterroot.issuing.domain.award import mint_claim_link
from bitterroot.issuing.models import Award, BoundCopy, Collection, ReadConsent
from bitterroot.messages.domain.letter import Letter, address, to_people
from bitterroot.people.actor import system
from bitterroot.record.models import Event


def own_link(award: Award) -> str:
    """A fresh link by which the learner opens the badge without an account."""
    token = mint_claim_link(by=system("mail to the learner"), award=award)
    return f"{settings.BASE_URL.rstrip('/')}/claim/{token}"


def _collected(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = Collection.objects.select_related("award__learner", "award__template").get(pk=key)
    link = own_link(row.award)
    return to_people(
        [row.award.learner], "badge_collected", award=row.award, bound=row.bind, link=link
    )


def _copy(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = BoundCopy.objects.select_related("award__learner", "award__template").get(pk=key)
    link = own_link(row.award)
    return to_people([row.award.learner], "copy_signed_anew", award=row.award, link=link)


def _reading(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = ReadConsent.objects.select_related("person", "reader").get(pk=key)
    words = {"reader": row.reader, "everything": row.everything}
    return to_people([row.person], "reading_allowed", **words, link=address("learner:readers"))


WALLET_MAKERS = {
    "badge collected": _collected,
    "copy signed anew": _copy,
    "reading allowed": _reading,
}
