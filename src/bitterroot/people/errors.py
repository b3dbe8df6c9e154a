"""How a verb says no; defined on the lowest floor, used most from here."""

from bitterroot.record.errors import Answer, NotPossible, Refused

__all__ = ["Answer", "NotPossible", "Refused"]
