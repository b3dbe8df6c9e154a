"""Open Badges 2.0 from what Open Badges 3.0 says: for readers that know only the older standard.

Hosted badges: what stands at an address of the issuer's is the badge, so nothing is signed.
"""

from typing import Any

from bitterroot.openbadges.contexts import OB2
from bitterroot.openbadges.verification import objects

Json = dict[str, Any]


def assertion(credential: Json, *, address: str, badge: str, image: str) -> Json | None:
    """The Assertion at `address` of the badge class at `badge`.

    None for a credential that knows its learner by no e-mail address: 2.0 needs one.
    """
    subject = credential["credentialSubject"]
    known = [i for i in objects(subject.get("identifier", [])) if _is_email(i)]
    if not known:
        return None
    recipient: Json = {
        "type": "email",
        "hashed": known[0]["hashed"],
        "identity": known[0]["identityHash"],
    }
    if "salt" in known[0]:
        recipient["salt"] = known[0]["salt"]
    found: Json = {
        "@context": OB2,
        "id": address,
        "type": "Assertion",
        "recipient": recipient,
        "badge": badge,
        "image": image,
        "verification": {"type": "HostedBadge"},
        "issuedOn": credential["validFrom"],
    }
    if "validUntil" in credential:
        found["expires"] = credential["validUntil"]
    if "narrative" in subject:
        found["narrative"] = subject["narrative"]
    return found


def _is_email(identity: Json) -> bool:
    return identity.get("identityType") == "emailAddress"


def revoked(address: str, reason: str) -> Json:
    """What stands at the address of an assertion that was taken back (with status 410)."""
    found = {"@context": OB2, "id": address, "type": "Assertion", "revoked": True}
    return {**found, "revocationReason": reason} if reason else found


def badge_class(achievement: Json, *, address: str, issuer: str) -> Json:
    """The BadgeClass at `address` of the issuer at `issuer`."""
    criteria = achievement["criteria"]
    found: Json = {
        "@context": OB2,
        "id": address,
        "type": "BadgeClass",
        "name": achievement["name"],
        "description": achievement["description"],
        "criteria": {key: criteria[key] for key in ("id", "narrative") if key in criteria},
        "issuer": issuer,
    }
    if isinstance(achievement.get("image"), dict):
        found["image"] = achievement["image"]["id"]
    if achievement.get("tag"):
        found["tags"] = achievement["tag"]
    names = ("targetName", "targetUrl", "targetDescription", "targetFramework", "targetCode")
    aligned = [
        {name: item[name] for name in names if name in item}
        for item in objects(achievement.get("alignment", []))
    ]
    return {**found, "alignment": aligned} if aligned else found


def issuer(*, address: str, name: str, url: str, email: str) -> Json:
    """The Issuer at `address`; badges of its own stand below `url` alone."""
    return {
        "@context": OB2,
        "id": address,
        "type": "Issuer",
        "name": name,
        "url": url,
        "email": email,
        "verification": {"type": "HostedBadge", "startsWith": [f"{url}/"]},
    }
