"""What was written to a person, as they read it here; and what is always sent, with the reason."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from bitterroot.messages import wording
from bitterroot.messages.domain.secrets import without_secrets
from bitterroot.messages.groups import GROUP_OF
from bitterroot.messages.models import Mail, MailState
from bitterroot.messages.notices import NOTICES
from bitterroot.messages.queries.letters import is_of_use
from bitterroot.people.models import Person

_UNSEEN = (MailState.DRAFT, MailState.DROPPED)
_SAID = {
    MailState.KEPT: "not mailed: you switched it off",
    MailState.FAILED: "the mail could not be sent",
    MailState.BOUNCED: "the mail came back",
}
#: Why letters of a group are always sent. What is not named here decides on one's own work.
_WHY = {
    "Your account and personal data": ("Lists, figures, security", "While someone is away"),
    "Decisions on your own badges": ("Learners", "Issuing"),
}
_OTHERWISE = "What asks you to act, and decisions on your own work"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. `said` is where its mail stands, where that is worth a word."""

    subject: str
    body: str
    created_at: datetime
    said: str


def own_notices(person: Person) -> QuerySet[Mail]:
    """Newest first; a mail to an address that was not theirs yet is not among them."""
    return (
        Mail.objects.filter(person=person)
        .exclude(Q(state__in=_UNSEEN) | Q(template="confirm_address"))
        .defer("attachment")
        .order_by("-created_at", "-pk")
    )


def shown(mail: Mail) -> Notice:
    """Without one-time links and codes, which are their mailbox's alone."""
    said = _SAID.get(MailState(mail.state), "")
    return Notice(without_secrets(mail.subject), without_secrets(mail.body), mail.created_at, said)


def always_sent() -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Reason, and the letters by group, of everything that cannot be switched off."""
    reason_of = {group: why for why, groups in _WHY.items() for group in groups}
    found: dict[str, dict[str, list[str]]] = {why: {} for why in (_OTHERWISE, *_WHY)}
    for letter, notice in NOTICES.items():
        if letter not in GROUP_OF and is_of_use(notice.group):
            why = reason_of.get(notice.group, _OTHERWISE)
            said = wording.NAME.sub("…", wording.shipped(letter).subject)
            found[why].setdefault(notice.group, []).append(said)
    return [(why, list(groups.items())) for why, groups in found.items()]
