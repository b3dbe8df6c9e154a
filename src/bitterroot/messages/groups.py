"""Which mails belong together, and which of them a person may do without.

What asks someone to act, or tells of a decision on their own work or badge, cannot be switched off
(domain.md 5.5, the starred rows). A template that stands in no group is always sent.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """Some mails as a person chooses about them."""

    key: str
    label: str
    about: str
    templates: frozenset[str]


OPTIONAL = (
    Group(
        "reminders",
        "Reminders",
        "Of signatures, reviews, notices and meetings that wait for you.",
        frozenset(
            {
                "signature_reminder", "consultation_reminder", "condition_due", "queue_ageing",
                "award_unclaimed", "review_due", "review_overdue", "notice_due", "notice_overdue",
                "full_due", "teach_out_ends",
            }
        ),
    ),
    Group(
        "comments",
        "Comments",
        "On what you follow. You are always told when someone names you.",
        frozenset({"comment_written"}),
    ),
    Group(
        "followed",
        "What I follow",
        "When something that you follow has moved.",
        frozenset({"followed"}),
    ),
    Group(
        "bodies",
        "Bodies I sit in",
        "Meetings, agendas, minutes, results, and what a body is informed of.",
        frozenset(
            {
                "meeting_planned", "agenda_published", "minutes_approved", "result_released",
                "body_informed",
            }
        ),
    ),
    Group(
        "digest",
        "Monday's list",
        "Once a week, everything that waits for you.",
        frozenset({"weekly_digest"}),
    ),
    Group(
        "receipts",
        "Receipts",
        "That something you sent has arrived, or is done.",
        frozenset({"list_submitted", "proposal_sent", "proposal_received", "issuance_issued"}),
    ),
    Group(
        "marketing",
        "Marketing",
        "How a marketing request goes on.",
        frozenset({"marketing_accepted", "marketing_live", "marketing_retired"}),
    ),
)  # fmt: skip
GROUP_OF = {template: group.key for group in OPTIONAL for template in group.templates}
#: Mails that somebody waits for at this minute: quiet hours do not hold them.
AT_ONCE = frozenset({"signing_code", "confirm_address", "sign_in_offered"})
