"""VC-API exchanges, as the Learner Credential Wallet walks them: who are you; here is your badge.

The address is the secret, kept as a digest. The wallet asks with an empty object, is asked to sign
our challenge by its own key, and gets the badge in a presentation. Older versions of the wallet send
the signed presentation as the whole body at once, with the challenge from the link.
"""

from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.debug import sensitive_variables

from bitterroot.issuing.domain import collecting
from bitterroot.issuing.enums import WalletWay
from bitterroot.issuing.models import Collection
from bitterroot.openbadges import contexts, holder
from bitterroot.openbadges.errors import OpenBadgeError
from bitterroot.openbadges.proofs import ECDSA_RDFC, ED25519_2020, RDFC
from bitterroot.openbadges.vcapi.problems import PLAIN, VERIFICATION, Problem
from bitterroot.people.actor import person
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock
from bitterroot.web.api.answers import for_programs, json_of
from bitterroot.web.api.metadata import at
from bitterroot.web.api.wallet import GUESSES
from bitterroot.web.limits import client_of

OVER = "This link works no longer."


@sensitive_variables("secret")
@for_programs("GET", "HEAD", "POST")
def exchange(request: HttpRequest, secret: str) -> HttpResponse:
    """One exchange, for one badge, once."""
    found = collecting.of_secret(secret)
    if found is None or found.way != WalletWay.VCAPI:
        GUESSES.take(client_of(request))
        return _problem(Problem(PLAIN, OVER, 404))
    if request.method != "POST":
        return JsonResponse({"protocols": {"vcapi": at("exchange", secret)}})
    sent = json_of(request)
    whole = "verifiablePresentation" not in sent and "type" in sent
    if not whole and "verifiablePresentation" not in sent:
        return JsonResponse({"verifiablePresentationRequest": _asked(found, secret)})
    try:
        presentation = sent if whole else sent["verifiablePresentation"]
        subject = _signer(presentation, found, domain=None if whole else domain())
        by = person(found.award.learner)
        body = collecting.deliver(by=by, collection=found, subject=subject)
    except Problem as problem:
        return _problem(problem)
    except NotPossible as error:
        return _problem(Problem(PLAIN, str(error), 410))
    answer = (
        _presentation(body) if whole else b'{"verifiablePresentation":%b}' % _presentation(body)
    )
    return HttpResponse(answer, content_type="application/json")


def domain() -> str:
    """The host for which a wallet signs."""
    return urlsplit(settings.ORIGIN).netloc


def _asked(found: Collection, secret: str) -> dict[str, Any]:
    service = {
        "type": "UnmediatedHttpPresentationService2021",
        "serviceEndpoint": at("exchange", secret),
    }
    suites = (ED25519_2020.name, RDFC, ECDSA_RDFC)
    query = {
        "type": "DIDAuthentication",
        "acceptedMethods": [{"method": name.removeprefix("did:")} for name in holder.METHODS],
        "acceptedCryptosuites": [{"cryptosuite": name} for name in suites],
    }
    return {
        "query": [query],
        "challenge": found.challenge,
        "domain": domain(),
        "interact": {"service": [service]},
    }


def _signer(presentation: Any, found: Collection, domain: str | None) -> str:
    """The DID that signed our challenge. Raises Problem."""
    if not isinstance(presentation, dict):
        raise Problem(PLAIN, "Send the presentation as an object.")
    try:
        return holder.of_presentation(
            presentation, challenge=found.challenge, domain=domain, now=clock.now()
        )
    except OpenBadgeError as error:
        collecting.note_failure(by=person(found.award.learner), collection=found)
        raise Problem.of(error, VERIFICATION) from None


def _presentation(body: bytes) -> bytes:
    """An unsigned presentation with the badge's own bytes in it."""
    start = {"@context": [contexts.CREDENTIALS_V2], "type": ["VerifiablePresentation"]}
    return orjson.dumps(start)[:-1] + b',"verifiableCredential":[' + body + b"]}"


def _problem(problem: Problem) -> HttpResponse:
    return JsonResponse(
        problem.details(), status=problem.status, content_type="application/problem+json"
    )
