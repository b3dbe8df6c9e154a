"""What the demo tells of itself: its people by key, and an award for each status."""

from typing import Any

from django.conf import settings

from bitterroot.demo.world import World
from bitterroot.issuing.enums import AwardState, Visibility
from bitterroot.issuing.models import Award
from bitterroot.people.models import Person

STATUSES: dict[str, dict[str, str]] = {
    "unclaimed": {"state": AwardState.UNCLAIMED},
    "claimed": {"state": AwardState.CLAIMED, "visibility": Visibility.PRIVATE},
    "public": {"state": AwardState.CLAIMED, "visibility": Visibility.PUBLIC},
    "declined": {"state": AwardState.DECLINED},
    "revoked": {"state": AwardState.REVOKED},
}


def summary(world: World) -> dict[str, Any]:
    """People by key with their roles, an award for each status, programs by key."""
    return {
        "origin": settings.ORIGIN,
        "people": {key: _person(who) for key, who in world.people.items()},
        "awards": {status: _award(**wanted) for status, wanted in STATUSES.items()},
        "programs": {
            key: {"title": program.title, "slug": program.slug, "state": program.state}
            for key, program in world.programs.items()
        },
    }


def _person(who: Person) -> dict[str, Any]:
    held = who.assignments.select_related("unit").order_by("id")
    roles = [f"{a.role} {a.unit_id}" if a.unit_id else a.role for a in held]
    if who.awards.exists():
        roles.append("learner")
    return {"id": str(who.pk), "name": who.display_name, "roles": roles}


def _award(**wanted: str) -> dict[str, str]:
    """The newest award of a status; one of José Núñez where he has one."""
    found = Award.objects.filter(**wanted).select_related("learner", "template")
    row = found.filter(learner__netid="jose").order_by("-valid_from").first()
    row = row or found.order_by("-valid_from", "line__number").first()
    assert row is not None
    return {
        "id": row.public_id,
        "path": f"/credentials/{row.public_id}",
        "url": f"{settings.ORIGIN}/credentials/{row.public_id}",
        "learner": str(row.learner.netid),
        "name": row.template.name,
    }
