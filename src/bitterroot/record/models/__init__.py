from bitterroot.record.models.event import Event, Outbox, OutboxState, PendingTail

__all__ = ["Event", "Outbox", "OutboxState", "PendingTail"]
