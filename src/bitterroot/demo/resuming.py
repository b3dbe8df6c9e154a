"""The demo's clock goes on where it stopped, never back behind what has happened."""

from datetime import timedelta


def resume_clock() -> None:
    """Start the clock at the demo's first moment, where it was last started, or after the last event.

    Of the three it is the latest.
    """
    from bitterroot.conf.loading import load_django

    load_django()
    from django.db.models import Max

    from bitterroot.demo.world import START
    from bitterroot.record import clock
    from bitterroot.record.models import Event

    last = Event.objects.aggregate(last=Max("at"))["last"]
    after = last + timedelta(minutes=1) if last else START
    clock.start_at(max(START, after, clock.started_at() or START))
