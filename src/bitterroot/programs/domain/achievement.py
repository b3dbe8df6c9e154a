"""The Open Badges achievement that a proposal's answers describe; the preview and the real one."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from bitterroot.openbadges import compose
from bitterroot.policy import Policy
from bitterroot.programs.domain import blocks
from bitterroot.programs.domain.recognition import NOT_ASSESSED, honest, is_unassessed

#: The standard's type by track. What was not assessed is a plain badge on every track.
TYPES = {
    "badge": "Badge",
    "micro-credential": "MicroCredential",
    "noncredit": "CertificateOfCompletion",
}


def compose_achievement(
    values: Mapping[str, Any], *, policy: Policy, slug: str, n: int
) -> dict[str, Any]:
    """The OB 3.0 Achievement for filled answers of the proposal form.

    Raises openbadges.errors.InputError with a field and a sentence where answers do not do.
    """
    values = honest(values, policy)
    unassessed = is_unassessed(values)
    page = f"{settings.ORIGIN}/programs/{slug}"
    name = values.get("badge_name") or values.get("title") or "Untitled badge"
    alt = values.get("badge_alt_text") or f"Badge: {name}"
    outcomes = [row["outcome"] for row in values.get("outcomes") or [] if row.get("outcome")]
    return compose.achievement(
        f"{page}/badge/{n}",
        name,
        values.get("badge_description") or values.get("description") or name,
        criteria_narrative=_criteria(values, outcomes),
        criteria_url=page,
        achievement_type="Badge"
        if unassessed
        else TYPES.get(values.get("track", ""), "MicroCredential"),
        image=compose.image(f"{page}/badge/{n}.png", alt),
        tags=[NOT_ASSESSED]
        if unassessed
        else values.get("badge_skills") or values.get("skills") or [],
        alignments=[
            compose.alignment(
                row["name"], row["url"], framework=row.get("framework"), code=row.get("code")
            )
            for row in values.get("badge_alignments") or values.get("alignments") or []
            if row.get("name") and row.get("url")
        ]
        + blocks.european(values, policy=policy, page=page, assessed=not unassessed),
        other_identifiers=blocks.other_identifiers(policy=policy, page=page),
        credits_available=values.get("badge_credits") or values.get("total_credits") or None,
        language=values.get("badge_language") or "en",
        field_of_study=values.get("badge_field") or None,
        version=str(n),
        creator=_creator(values, policy),
    )


def _criteria(values: Mapping[str, Any], outcomes: list[str]) -> str:
    parts = [values.get("criteria_narrative") or values.get("completion_rule") or ""]
    steps = [row["title"] for row in values.get("criteria_steps") or [] if row.get("title")]
    if steps:
        parts.append("Steps: " + "; ".join(steps) + ".")
    if outcomes:
        parts.append("An earner can: " + "; ".join(outcomes) + ".")
    if is_unassessed(values):
        parts.append("Participation is recognized; nothing was assessed.")
    return "\n".join(part for part in parts if part) or "To be written."


def _creator(values: Mapping[str, Any], policy: Policy) -> dict[str, Any] | None:
    unit = policy.units.get(values.get("badge_issuer_unit") or values.get("owner_unit") or "")
    return compose.profile(f"{settings.ORIGIN}/#{unit.key}", unit.name) if unit else None
