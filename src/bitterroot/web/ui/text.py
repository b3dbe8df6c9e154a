"""How values read to people: days, spans of time, Markdown."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import nh3
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from bitterroot.record import clock

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_TAGS = {
    "p", "br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a",
    "h1", "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


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
    except InvalidOperation:
        return f"${amount}"


def moment(value: datetime | None) -> str:
    """`13 Nov 2026, 09:05` at the institution, or nothing."""
    return f"{day(value)}, {timezone.localtime(value):%H:%M}" if value else ""


def span(value: date | datetime | None) -> str:
    """How far a day is from today: `today`, `3 days ago`, `in 2 weeks`."""
    found = as_day(value)
    if found is None:
        return ""
    days = (found - clock.today()).days
    if days in (-1, 0, 1):
        return {-1: "yesterday", 0: "today", 1: "tomorrow"}[days]
    size = abs(days)
    units = ((730, 365, "years"), (60, 30, "months"), (14, 7, "weeks"), (0, 1, "days"))
    words = next(f"{size // n} {word}" for least, n, word in units if size >= least)
    return f"in {words}" if days > 0 else f"{words} ago"


def markdown(source: str) -> SafeString:
    """Markdown as clean HTML: no raw HTML, no scripts, links only to the web, mail and anchors."""
    made = _markdown.render(source)
    clean = nh3.clean(
        made,
        tags=_TAGS,
        attributes={"a": {"href"}, "th": {"scope"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener",
    )
    return mark_safe(clean)  # noqa: S308  (nh3 has cleaned it)
