"""What each signing key signed, and what of it lives."""

from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from bitterroot.issuing.domain.keys import newest_first, signing, usable
from bitterroot.issuing.enums import AwardState, KeyUse
from bitterroot.issuing.interfaces import keystore
from bitterroot.issuing.models import (
    Award,
    AwardDocument,
    BoundCopy,
    KeptBadge,
    SigningKey,
    StatusList,
)
from bitterroot.record import clock
from bitterroot.record.models import Event

#: What the record says of each part of a badge that was made (`issuing.domain.parts`).
PARTS_SHOWN = "parts of a badge shown"


@dataclass(frozen=True, slots=True)
class KeyStanding:
    """A key and what depends on it. `signed` are badges, `alive` those that must still verify."""

    fragment: str
    public: str
    state: str  # listed, signs, verifies, retired, compromised
    kept: str  # as `keystore.kind` says
    listed_at: datetime
    active_from: datetime
    retired_at: datetime | None
    compromised_since: datetime | None
    signed: int
    alive: int
    restored: int  # of `alive`: from an archive, so that nothing here can sign them anew
    lists: int
    sign_anew: bool
    use: str  # what it signs, in words


def signed_by(row: SigningKey) -> QuerySet[AwardDocument]:
    """Documents whose proof is by this key, oldest first."""
    return AwardDocument.objects.filter(key=row).select_related("award").order_by("signed_at", "pk")


def alive(row: SigningKey) -> QuerySet[AwardDocument]:
    """Those of `signed_by` that are not revoked and not past their dates."""
    in_date = Q(award__valid_until__isnull=True) | Q(award__valid_until__gt=clock.now())
    return signed_by(row).filter(in_date).exclude(award__state=AwardState.REVOKED)


def _ended(row: SigningKey) -> int:
    """How many of `signed_by` are not in `alive`: few of many, and each has an index."""
    signed = AwardDocument.objects.filter(key=row)
    revoked = Q(award__revoked_at__isnull=False, award__state=AwardState.REVOKED)
    past = signed.filter(award__valid_until__lte=clock.now())
    return signed.filter(revoked).count() + past.exclude(revoked).count()


def copies_alive(row: SigningKey) -> QuerySet[BoundCopy]:
    """Copies in wallets that this key signed and that must still verify."""
    in_date = Q(award__valid_until__isnull=True) | Q(award__valid_until__gt=clock.now())
    copies = BoundCopy.objects.filter(in_date, key=row)
    return copies.exclude(award__state=AwardState.REVOKED)


def kept_by(row: SigningKey) -> QuerySet[KeptBadge]:
    """Badges of a restored archive whose proof is by this key, oldest first."""
    found = KeptBadge.objects.filter(key=row, is_copy=False)
    return found.order_by("signed_at", "pk")


def kept_alive(row: SigningKey) -> QuerySet[KeptBadge]:
    """Badges and copies of a restored archive that this key signed and that must still verify.

    They have no award, so they are not among `alive`, and nothing can sign them anew.
    """
    in_date = Q(valid_until__isnull=True) | Q(valid_until__gt=clock.now())
    return KeptBadge.objects.filter(in_date, key=row, revoked=False).order_by("signed_at", "pk")


def kept_badges_alive(row: SigningKey) -> int:
    """How many badges of `kept_alive` there are, without their copies."""
    return kept_alive(row).filter(is_copy=False).count()


def parts_perhaps(row: SigningKey) -> int:
    """How many living badges of an archive may have been shown in parts that this key signed.

    An archive does not tell which were, so all count where the key came with it.
    """
    came = Event.objects.filter(about=f"key:{row.fragment}", verb="key restored")
    if row.use != KeyUse.PARTS or not came.exists():
        return 0
    in_date = Q(valid_until__isnull=True) | Q(valid_until__gt=clock.now())
    return KeptBadge.objects.filter(in_date, revoked=False, is_copy=False).count()


def parts_alive(row: SigningKey) -> int:
    """How many badges that must still verify were shown in parts signed by this key."""
    if row.use != KeyUse.PARTS:
        return 0
    made = Event.objects.filter(verb=PARTS_SHOWN, data__contains=f'"key":"{row.fragment}"')
    streams = made.order_by().values_list("stream", flat=True).distinct()
    keys = [stream.removeprefix("award:") for stream in streams]
    in_date = Q(valid_until__isnull=True) | Q(valid_until__gt=clock.now())
    living = Award.objects.filter(in_date).exclude(state=AwardState.REVOKED)
    chunks = (keys[n : n + 500] for n in range(0, len(keys), 500))
    return sum(living.filter(pk__in=chunk).count() for chunk in chunks)


def copies_to_sign_anew(row: SigningKey) -> QuerySet[BoundCopy]:
    """Of `copies_alive`, the latest of each wallet that has none by a key that may assert."""
    same = BoundCopy.objects.filter(
        award=OuterRef("award"), subject=OuterRef("subject"), form=OuterRef("form")
    )
    later = same.filter(signed_at__gt=OuterRef("signed_at"))
    left = copies_alive(row).exclude(Exists(same.filter(key__in=usable())))
    return left.exclude(Exists(later)).order_by("signed_at", "pk")


def lists_signed_by(row: SigningKey) -> list[StatusList]:
    """Status lists whose published bytes carry a proof by this key."""
    return [listed for listed in StatusList.objects.order_by("n") if _is_by(listed, row.fragment)]


def _is_by(listed: StatusList, fragment: str) -> bool:
    proofs = orjson.loads(bytes(listed.document))["proof"] if listed.document else []
    return any(proof["verificationMethod"].endswith(f"#{fragment}") for proof in proofs)


def state_of(row: SigningKey) -> str:
    """One word: listed (signs later), signs, verifies (signed once), retired or compromised."""
    if row.compromised_since is not None:
        return "compromised"
    if row.retired_at is not None:
        return "retired"
    if row.active_from > clock.now():
        return "listed"
    return "signs" if row == signing(row.use) else "verifies"


def standings() -> list[KeyStanding]:
    """Every key, the newest first."""
    return [standing(row) for row in newest_first()]


def standing(row: SigningKey) -> KeyStanding:
    """One key."""
    signed = signed_by(row).count()
    in_date = Q(valid_until__isnull=True) | Q(valid_until__gt=clock.now())
    kept = KeptBadge.objects.filter(key=row, is_copy=False).aggregate(
        signed=Count("pk"), alive=Count("pk", filter=in_date & Q(revoked=False))
    )
    return KeyStanding(
        fragment=row.fragment,
        public=row.public_multibase,
        state=state_of(row),
        kept=keystore.kind(row.fragment),
        listed_at=row.listed_at,
        active_from=row.active_from,
        retired_at=row.retired_at,
        compromised_since=row.compromised_since,
        signed=signed + kept["signed"],
        alive=signed - _ended(row) + kept["alive"],
        restored=kept["alive"],
        lists=len(lists_signed_by(row)),
        sign_anew=row.sign_anew,
        use=KeyUse(row.use).label,
    )


def waiting(use: str = KeyUse.BADGES) -> SigningKey | None:
    """The key of that use that is listed and signs once its overlap is over."""
    return usable().filter(use=use, active_from__gt=clock.now()).first()
