from bitterroot.record.models.event import Event, Outbox, OutboxState

__all__ = ["Event", "Outbox", "OutboxState"]
