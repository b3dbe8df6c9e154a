"""`/health`: can this installation answer, issue and deliver? Numbers only, nothing personal."""

from datetime import timedelta

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from bitterroot.issuing.models import SigningKey
from bitterroot.messages.domain.dispatch import has_post
from bitterroot.record import clock
from bitterroot.record.models import Outbox
from bitterroot.record.models.event import OutboxState

LATE = timedelta(minutes=10)


@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 with each check, or 503 when the database does not answer or mail is late."""
    try:
        keys = SigningKey.objects.filter(retired_at__isnull=True).count()
        waiting = Outbox.objects.filter(state=OutboxState.WAITING)
        late = waiting.filter(run_after__lt=clock.now() - LATE).count()
        checks = {
            "database": True,
            "signing_key": keys > 0,
            "mail_server": has_post(),
            "waiting": waiting.count(),
            "late": late,
        }
    except DatabaseError:
        return JsonResponse({"ok": False, "database": False}, status=503)
    ok = keys > 0 and not late
    return JsonResponse({"ok": ok, **checks}, status=200 if ok else 503)
