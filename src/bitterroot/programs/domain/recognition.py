"""Badges for taking part: nothing was assessed, and nothing about them may look as if it were."""

from collections.abc import Mapping
from typing import Any

from bitterroot.policy import Policy

#: Answers that say what someone can do. Such a badge makes none of these claims.
CLAIMS = (
    "outcomes",
    "skills",
    "alignments",
    "badge_skills",
    "badge_alignments",
    "badge_image",
    "minimum_grade",
    "eu_assessment",
    "eu_grade",
    "eu_level",
)
#: The keyword in the signed badge itself, by which anyone who reads it can tell.
NOT_ASSESSED = "participation, not assessed"
#: What is said wherever such a badge is shown.
SENTENCE = "It recognizes taking part; nothing was assessed."


def is_unassessed(values: Mapping[str, Any]) -> bool:
    """Whether these answers describe a badge for which nothing is assessed."""
    return values.get("assessed") == "unassessed"


def says_unassessed(achievement: Mapping[str, Any]) -> bool:
    """Whether a badge says of itself that nothing was assessed."""
    tags = achievement.get("tag")
    return isinstance(tags, list) and NOT_ASSESSED in tags


def honest(values: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """The answers as they count: of a badge for taking part without any claim, whatever was
    typed before, and with the type and the level that the policy keeps for such badges."""
    if not is_unassessed(values):
        return dict(values)
    kept = {key: value for key, value in values.items() if key not in CLAIMS}
    type_, level = policy.taxonomy.participation
    return kept | ({"badge_type": type_, "badge_level": level} if type_ and level else {})
