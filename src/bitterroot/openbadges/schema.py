"""The published JSON Schema of the OB 3.0 AchievementCredential, as one quick validator."""

import json
from functools import cache
from importlib import resources
from typing import Any

import jsonschema_rs

FILE = "ob_v3p0_achievementcredential_schema.json"
_LISTS = ("proof", "evidence", "credentialSchema", "endorsement", "termsOfUse")
_SUBJECT_LISTS = ("type", "identifier", "result")
_ACHIEVEMENT_LISTS = ("type", "alignment", "tag", "related", "resultDescription", "otherIdentifier")


@cache
def _validator() -> Any:
    data = resources.files("bitterroot.openbadges").joinpath("data", "schemas", FILE).read_bytes()
    return jsonschema_rs.validator_for(json.loads(data))


def errors(document: dict[str, Any], *, strict: bool = False, limit: int = 5) -> list[str]:
    """What the schema has against a document, at most `limit` sentences.

    Unless `strict`, a single value may stand where the schema wants a list of one (JSON-LD sees
    no difference, and many issuers write it so), and `credentialStatus` may be a list.
    """
    shaped = document if strict else _listed(document)
    statuses = shaped.get("credentialStatus")
    if not strict and isinstance(statuses, list):
        shaped = {**shaped, "credentialStatus": statuses[0] if statuses else None}
    found = []
    for error in _validator().iter_errors(shaped):
        place = "/".join(str(step) for step in error.instance_path) or "the credential"
        found.append(f"{place}: {error.message[:200]}")
        if len(found) >= limit:
            break
    return found


def _wrap(value: Any, names: tuple[str, ...]) -> Any:
    if not isinstance(value, dict):
        return value
    return {
        key: [item] if key in names and not isinstance(item, list) else item
        for key, item in value.items()
    }


def _listed(document: dict[str, Any]) -> dict[str, Any]:
    shaped: dict[str, Any] = _wrap(document, _LISTS)
    shaped["issuer"] = _wrap(shaped.get("issuer"), ("type",))
    subject = _wrap(shaped.get("credentialSubject"), _SUBJECT_LISTS)
    if isinstance(subject, dict):
        achievement = _wrap(subject.get("achievement"), _ACHIEVEMENT_LISTS)
        if isinstance(achievement, dict) and "creator" in achievement:
            achievement["creator"] = _wrap(achievement["creator"], ("type",))
        subject["achievement"] = achievement
    shaped["credentialSubject"] = subject
    return shaped
