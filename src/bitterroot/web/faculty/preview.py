"""The very badge and listing that a draft would become."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from bitterroot.files.domain import PNG, SVG
from bitterroot.files.domain import read as read_file
from bitterroot.governance import policies
from bitterroot.openbadges.errors import InputError
from bitterroot.programs.domain.achievement import compose_achievement
from bitterroot.programs.domain.program import draw_badge
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.process import begins, form_of
from bitterroot.web.faculty.proposals import visible


@dataclass(frozen=True, slots=True)
class Preview:
    """What the public would see; `problem` says why the badge cannot be made yet."""

    achievement: dict[str, Any] = field(default_factory=dict)
    json: str = ""
    problem: str = ""
    listing: list[tuple[str, str]] = field(default_factory=list)


def preview(row: Proposal) -> Preview | None:
    """Badge and listing of the draft as it stands; None where it asks that a program ends.
    No queries."""
    if begins(row) == "termination":
        return None
    policy = policies.of(row.case)
    form = form_of(row)
    values = form.filled(row.values)
    slug = row.program.slug if row.program_id and row.program else slugify(row.title) or "untitled"
    listing = [
        (form.fields[key].label, form.fields[key].show(values.get(key)))
        for key in (
            "kind",
            "levels",
            "modality",
            "duration",
            "total_credits",
            "total_hours",
            "price",
        )
        if values.get(key) not in (None, "", [])
    ]
    try:
        made = compose_achievement(values, policy=policy, slug=slug, n=1)
    except InputError as error:
        return Preview(problem=error.reason, listing=listing)
    text = orjson.dumps(made, option=orjson.OPT_INDENT_2).decode()
    return Preview(made, text, "", listing)


@login_required
@require_GET
def badge_picture(request: HttpRequest, pk: str) -> HttpResponse:
    """The badge's picture: the file that was attached, else the one that we draw."""
    row = visible(request, pk)
    own = (
        row.attachments.filter(kind="badge_image", removed_at__isnull=True)
        .select_related("file")
        .last()
    )
    if own is not None and own.file.media_type in (PNG, SVG):
        content, kind = read_file(own.file), own.file.media_type
    else:
        values = form_of(row).filled(row.values)
        unit = row.owner_unit.name if row.owner_unit else ""
        content, kind = draw_badge(values, unit), SVG
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer["Cache-Control"] = "private, max-age=0"
    return answer


@login_required
@require_GET
def badge_json(request: HttpRequest, pk: str) -> HttpResponse:
    """The Open Badges achievement that the draft describes."""
    made = preview(visible(request, pk))
    if made is None or made.problem:
        raise Http404
    return HttpResponse(made.json, content_type="application/json")
