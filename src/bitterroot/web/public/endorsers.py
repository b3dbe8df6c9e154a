"""The bodies that endorse our badges: the keys that sign for them, and what they said."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from bitterroot.issuing.domain.keys import body_did, did_document
from bitterroot.issuing.interfaces.own_resolver import endorsement_bytes, is_endorser
from bitterroot.web import stored
from bitterroot.web.public.awards import send, send_identity


@require_safe
def identity(request: HttpRequest, name: str) -> HttpResponse:
    """The DID document of a body: the institution's keys, which sign for it."""
    if not is_endorser(name):
        raise Http404
    return send_identity(request, did_document(body_did(name)))


@require_safe
def endorsement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A signed endorsement, as it stands in badges."""
    body = endorsement_bytes(str(pk))
    if body is None:
        raise Http404
    return send(request, stored.stored(body, seconds=300))
