"""How values read to people: days, spans of time, Markdown."""

from datetime import date, datetime

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from bitterroot.record import clock
from bitterroot.record.in_words import as_day, day, dollars, moment

__all__ = ["as_day", "day", "dollars", "markdown", "moment", "span"]

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_TAGS = {
    "p", "br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a",
    "h1", "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


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
