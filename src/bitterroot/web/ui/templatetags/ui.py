"""Template tags and filters that every screen has at hand."""

from datetime import date, datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from bitterroot.record import clock
from bitterroot.web.ui import text
from bitterroot.web.ui.icons import PATHS

register = template.Library()

register.filter("dollars", text.dollars)
register.filter("day", text.day)
register.filter("moment", text.moment)
register.filter("span", text.span)
register.filter("markdown", text.markdown)


@register.filter
def past(value: date | datetime | None) -> bool:
    """Whether the day lies behind us (so what was due then is overdue)."""
    found = text.as_day(value)
    return found is not None and found < clock.today()


@register.filter
def datetime_attribute(value: date | datetime | str | None) -> str:
    """A day or moment as the `datetime` attribute of a time element wants it."""
    return value if isinstance(value, str) else value.isoformat() if value else ""


@register.filter
def short_hash(value: str) -> str:
    """The first twelve digits of a hash: enough to compare by eye."""
    return f"{value[:12]}…" if len(value) > 12 else value


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """`mapping[key]`, or nothing."""
    try:
        return mapping[key]
    except (KeyError, IndexError, TypeError):
        return ""


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One of our icons. Without a label it is decoration, and hidden from those who listen."""
    drawing = mark_safe(PATHS[name])  # noqa: S308  (our own constant)
    spoken = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round" focusable="false" {}>{}</svg>',
        mark_safe(spoken),  # noqa: S308  (escaped by format_html, or constant)
        drawing,
    )


@register.simple_tag
def duty_address(duty: Any) -> str:
    """Where a duty is done."""
    args = duty.url_args
    if isinstance(args, dict):
        return reverse(duty.url_name, kwargs=args)
    return reverse(duty.url_name, args=args)


@register.filter
def tone_of(tags: str) -> str:
    """The tone of one of Django's messages."""
    words = tags.split()
    for word, tone in (("error", "bad"), ("warning", "warn"), ("success", "good")):
        if word in words:
            return tone
    return "info"


@register.filter
def tone_icon(tone: str) -> str:
    """The icon that goes with a tone, so that color never stands alone."""
    return {"bad": "invalid", "warn": "warning", "good": "valid"}.get(tone, "info")
