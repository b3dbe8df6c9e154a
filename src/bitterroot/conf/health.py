"""`/health`: can this installation answer, issue and deliver? Numbers only, nothing personal."""

from datetime import timedelta

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from bitterroot.issuing.domain import canaries
from bitterroot.issuing.domain.keys import signing
from bitterroot.messages.domain.dispatch import has_post
from bitterroot.record import clock
from bitterroot.record.models import Outbox
from bitterroot.record.models.event import OutboxState

LATE = timedelta(minutes=10)


@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 with each check, or 503 when the database does not answer, mail is late or a canary fails."""
    try:
        key = signing() is not None
        waiting = Outbox.objects.filter(state=OutboxState.WAITING)
        late = waiting.filter(run_after__lt=clock.now() - LATE).count()
        checks = {
            "database": True,
            "signing_key": key,
            "mail_server": has_post(),
            "canaries_failing": canaries.failing(),
            "waiting": waiting.count(),
            "late": late,
        }
    except DatabaseError:
        return JsonResponse({"ok": False, "database": False}, status=503)
    ok = key and not late and not checks["canaries_failing"]
    return JsonResponse({"ok": ok, **checks}, status=200 if ok else 503)
