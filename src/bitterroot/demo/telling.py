"""What the demo tells of itself: its people by key, and an award for each status."""

from typing import Any

from django.conf import settings

from bitterroot.demo.world import World
from bitterroot.issuing.enums import AwardState, Visibility
from bitterroot.issuing.models import Award
from bitterroot.people.models import Person

STATUSES: dict[str, dict[str, Any]] = {
    "unclaimed": {"state": AwardState.UNCLAIMED},
    "claimed": {"state": AwardState.CLAIMED, "visibility": Visibility.PRIVATE},
    "public": {
        "state": AwardState.CLAIMED,
        "visibility": Visibility.PUBLIC,
        "suspended_at": None,
        "supersedes": None,
    },
    "declined": {"state": AwardState.DECLINED},
    "revoked": {"state": AwardState.REVOKED, "replaced_by__isnull": True},
    "suspended": {"suspended_at__isnull": False},
    "superseded": {"replaced_by__isnull": False},
}
#: One that recognizes taking part, and that its holder shows.
RECOGNITION: dict[str, Any] = {"template__assessed": False, "visibility": Visibility.PUBLIC}


def summary(world: World) -> dict[str, Any]:
    """People by key with their roles, an award for each status that there is, programs by key."""
    awards = {
        **{s: _award(template__assessed=True, **wanted) for s, wanted in STATUSES.items()},
        "recognition": _award(**RECOGNITION),
    }
    return {
        "institution": settings.POLICY_DIR,
        "origin": settings.ORIGIN,
        "people": {key: _person(who) for key, who in world.people.items()},
        "awards": {status: found for status, found in awards.items() if found},
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


def _award(**wanted: Any) -> dict[str, str] | None:
    """The newest award of a status; one of José Núñez where he has one."""
    found = Award.objects.filter(**wanted).select_related("learner", "template")
    row = found.filter(learner__netid="jose").order_by("-valid_from").first()
    row = row or found.order_by("-valid_from", "line__number").first()
    if row is None:
        return None
    return {
        "id": row.public_id,
        "path": f"/credentials/{row.public_id}",
        "url": f"{settings.ORIGIN}/credentials/{row.public_id}",
        "learner": str(row.learner.netid),
        "name": row.template.name,
    }
