"""Days, moments and amounts of money as people read them."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils import timezone


def as_day(value: date | datetime | str | None) -> date | None:
    """The institution's calendar day of a moment; a day, also as ISO text, is itself."""
    if isinstance(value, str):
        return date.fromisoformat(value) if value else None
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def day(value: date | datetime | str | None) -> str:
    """`13 Nov 2026`, or nothing."""
    found = as_day(value)
    return f"{found.day} {found:%b %Y}" if found else ""


def dollars(amount: str) -> str:
    """`$1,850.00`; what is no number is shown as it was typed."""
    try:
        return f"${Decimal(amount):,}"
    except (InvalidOperation, TypeError, ValueError):  # a list, where a policy asks for one
        return f"${amount}"


def moment(value: datetime | None) -> str:
    """`13 Nov 2026, 09:05` at the institution, or nothing."""
    return f"{day(value)}, {timezone.localtime(value):%H:%M}" if value else ""
