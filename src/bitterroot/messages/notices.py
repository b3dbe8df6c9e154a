"""The register of letters: what is told, by what it comes, to whom and when.

`docs/notices.md` is written from it, and a test compares both with the letters' templates: a letter
that is not registered here, or stands here and has no template, fails it. To add a letter, write its
template, let a maker or a sweep write it, add a line here, and run `scripts/notices.py`.
"""

from dataclasses import dataclass

#: letter | the event's verb, or "sweep" | to whom | when
_TABLE = """
# Consultations
consultation_requested | consultation requested | program office | at once
consultation_scheduled | consultation scheduled | requester, consultant | at once, with a calendar file
consultation_reminder | sweep | requester, consultant | the day before
consultation_held | consultation held | requester | at once, with the outcome
consultation_cancelled | consultation cancelled | requester, consultant, program office | at once

# Writing and signing
co_author_invited | co-author invited | who is invited | at once
comment_mentions_you | comment written | who is named | at once
comment_answered | comment written | who wrote in what it answers | at once
comment_written | comment written | who follows the proposal | at once
followed | proposal submitted, proposal received, proposal returned, proposal approved, proposal approved with conditions, proposal declined | who follows the proposal | at once
signature_requested | signature requested, signature delegated | who signs | when it is their turn
signature_partner | signature requested, signature corrected, signature link renewed | the partner's officer | at once, and again after 5 days
signature_elsewhere | signature corrected | who was asked at another address before | at once
signature_readdressed | signature corrected | program office | at once, where the address is another
signing_code | sign-in of a partner | the partner's officer | when they ask
signature_receipt | signature signed | the partner's officer | at once, with a link to what they signed
signature_reminder | sweep | who signs | 3 and 7 days after
signature_escalated | sweep | the head above, proposers | 14 days after
signature_returned | signature returned | proposers | at once
signature_declined | signature declined | proposers | at once
signature_expired | signature expired | proposers | at once, where the policy lets requests expire
signature_void | signature void | who had signed | at once
bundle_changed | bound, released from its bundle, bundle undone | proposers | at once
concurrence_asked | concurrence asked | head of the affected unit | at once
concurrence_reminder | sweep | head of the affected unit | 3 days before
concurrence_answered | concurrence answered | proposers | at once
concurrence_not_answered | concurrence not answered | proposers | the day after
concurrence_withdrawn | concurrence withdrawn | head of the affected unit | at once, with the reason

# Proposals and decisions
proposal_submitted | proposal submitted | program office | when all have signed
proposal_sent | proposal submitted | proposers | when all have signed
proposal_received | proposal received | proposers | at once
proposal_returned | proposal returned | proposers | at once, with reasons
proposal_approved | proposal approved | proposers | at once
proposal_approved_with_conditions | proposal approved with conditions | proposers | at once
proposal_declined | proposal declined | proposers | at once, with the reason
decision_told | proposal approved, proposal approved with conditions, proposal declined | who signed, also the partner's officer, head of the unit; once approved the issuing officer, and for credit the registrar | at once
condition_due | sweep | proposers; once late the program office | 7 days before; the day after
condition_closed | condition closed | chair and secretary of the body, else the program office | at once
result_told | decision made | program office | when a body, the provost or another office has decided
program_established | program established | marketing, registrar, program office | at once
template_new_version | template approved | leads, program office | when a further version is approved
gate_opened | gate opened | leads | at once
gate_opened_marketing | gate opened | marketing | at once
hold_review | sweep | program office | on the day on which a hold is looked at again

# Bodies
body_matter | step opened | chair, secretary | when it reaches the body
body_matter_waits | step waits again | chair, secretary; members of a review | when what lay before the body is bound with others that are not there
body_review | step opened | members | when it reaches the body
body_review_due | sweep | members who owe a review | 3 days before
body_no_objection | step opened | members | when the period opens
no_objection_ended | decision made | members | when the period is over, or someone has objected
period_opened | step opened | proposers | when a period for comments or objections opens
body_informed | body informed | members | at once
body_decided | decision made | proposers | at once
decision_fell | decision fell | chair, secretary, proposers | at once
decision_overridden | decision overridden | members, proposers | at once
meeting_planned | meeting planned | members | at once
meeting_cancelled | meeting cancelled | members | at once
meeting_reminder | sweep | members | the day before
agenda_published | agenda published | members | at once
quorum_at_risk | sweep | chair, secretary | 2 days before a meeting, or before a ballot closes
minutes_approved | minutes approved | members | at once
ballot_opened | ballot opened | who may vote | at once
ballot_closing | sweep | who has not voted | the day before it closes
ballot_void | ballot void | who could vote | at once
result_released | result released | members | at once
conflict_found | conflict found | the member | at once
conflict_declared | conflict declared | chair, secretary | at once
conflict_cleared | conflict cleared | the member | at once
objection_raised | objection raised | chair, secretary, program office | at once
seat_taken | seat taken | the member | at once
seat_ended | seat ended | the member | at once
seat_delegated | seat delegated | holder, delegate | at once

# Pilots
pilot_started | pilot started | leads, head | at the first offering, with the calendar of deadlines
pilot_extended | pilot extended | leads, head | at once
pilot_lapsed | pilot lapsed | leads, head, dean, program office | at once
deadlines_moved | deadlines moved | leads, head | when the calendar changes
yearly_review_opened | yearly review opened | leads | when it opens
review_due | reminded: review due | leads | 30, 14, 7 and 1 days before
review_overdue | reminded: review overdue | leads | the day after
review_escalated | reminded: review told to head, reminded: review told to dean | head; dean | 14 days after; 30 days after
yearly_review_submitted | yearly review submitted | head | at once
yearly_review_acknowledged | yearly review acknowledged | program office | at once
yearly_review_accepted | yearly review accepted | leads | at once
yearly_review_returned | yearly review returned | leads | at once
yearly_review_waived | yearly review waived | leads | at once
notice_opened | notice opened | leads, head, program office | when the window opens
notice_due | reminded: notice target, reminded: notice due | leads, head, program office | on the target day; 60 to 1 days before
notice_overdue | reminded: notice overdue | leads, head, program office | the day after
notice_signed_by_lead | notice signed by lead | head | at once
notice_given | notice given | program office | at once
notice_returned | notice returned | leads | at once
notice_changed | notice changed | head, program office | at once
notice_acknowledged | notice acknowledged | leads, head; registrar on a removal | at once
full_due | reminded: full proposal due | leads, head | 60, 30, 14 and 3 days before

# Endings
program_suspended | program suspended | leads, head | at once
program_resumed | program resumed | leads, head | at once
program_closed | program closed | leads, head, registrar, program office | at once
program_changed | program version approved | marketing, who issues its badge; program office where the badge is kept | at once
teach_out_planned | teach-out planned | leads, head, registrar, program office | at once
teach_out_ends | reminded: teach-out ends | leads, head, registrar | 90 and 30 days before
learner_program_ends | teach-out planned, reminded: teach-out ends | enrolled learners | at once; 90 and 30 days before
learner_program_suspended | program suspended, program resumed | enrolled learners | at once
partner_program_ends | teach-out planned, program suspended, program closed, reminded: teach-out ends | the partner's officer of an agreement in force | at once; 90 and 30 days before

# Agreements
mou_to_sign | mou sent | officers of the parties | at once, with the document; again for each version
mou_taken_back | mou taken back | officers of the parties who got the document | at once
mou_to_sign_reminder | sweep | officers of the parties | 3 days before the day that was asked for
mou_signatures_late | sweep | leads, program office | the day after
mou_executed | mou executed | lead | at once
mou_ends_soon | mou ends soon | leads, program office, officers of the parties | 90, 60 and 30 days before
mou_expired | mou expired | leads, program office, officers of the parties | the day after
mou_notice_given | mou notice given | leads, program office, officers of the parties | at once
mou_terminated | mou terminated | leads, program office, officers of the parties | at once

# Marketing
marketing_submitted | marketing submitted | marketing | at once
marketing_accepted | marketing accepted | leads | at once
marketing_returned | marketing returned | leads | at once
marketing_live | marketing live | leads | at once
marketing_retired | marketing retired | leads | at once, also where it is taken down by itself

# Issuing
list_submitted | list submitted | requester | at once
issuance_requested | issuance requested | registrar for credit, else issuing officer | at once
issuance_returned | issuance returned | requester | at once, with the lines
transcript_recorded | transcript recorded | requester, issuing officer | at once
queue_ageing | sweep | officers of the queue, program office | after more than 5 business days
issuance_issued | issuance issued | requester | at the end of the batch

# Learners
award_issued | award issued | learner | at once, also for a renewed badge
transcript_learner | transcript recorded | learners whose credential it is | at once
earner_new_version | template approved | learners who hold an earlier version, where the policy says so | when a further version is approved
award_unclaimed | sweep | learner | 7 and 30 days after
award_expiring | sweep | learner | 60 and 30 days before
award_expired | sweep | learner | the day after
awards_expiring | sweep | leads | 60 and 30 days before, one for all badges of the day
awards_expired | sweep | leads | the day after, one for all badges of the day
award_revoked | award revoked | learner | at once, with reason and appeal
award_reinstated | award reinstated | learner | at once
award_suspended | award suspended | learner | at once, with reason and appeal
award_suspension_lifted | award suspension lifted | learner | at once, with the reason
award_corrected | award corrected | learner | at once, with the reason and a link to the new badge
award_signed_anew | award signed anew | learner | at once
copy_signed_anew | copy signed anew | learner | at once
badge_collected | badge collected | learner | at once, when a wallet has taken it
reading_allowed | reading allowed | learner | at once, when they let a program read their badges
badge_changed | award revoked, award reinstated, award suspended, award suspension lifted, award corrected | who asked for the badge; for credit the registrar | at once
revocation_requested | revocation requested, suspension requested | officers of the queue | at once
revocation_approved | revocation approved, suspension approved | who asked | at once
revocation_refused | revocation refused, suspension refused | who asked, of the staff | at once
name_refused | revocation refused | learner who asked for another name | at once, with the reason
appeal_filed | appeal filed | officers who took no part; where all did, the program office, then the provost | at once
appeal_granted | appeal granted | learner | at once
appeal_dismissed | appeal dismissed | learner | at once
appeal_granted_program | appeal granted | requester of the badge | at once
record_asked | record request made | registrar for students, else issuing officer | at once, with the last day for an answer
record_due | sweep | registrar for students, else issuing officer | 7 days before the last day, and the day after
record_answered | record request answered | who asked | at once
problem_reported | problem reported | officers of the badge's queue | at once
problem_answered | problem answered | who reported it, where they left an address | at once
problem_told | problem answered | learner | where the officer writes to them
address_changed | main address changed | the old address | at once
graduating_soon | sweep | learners with a campus address alone | 60 days before the end of their last term
mail_bounced | mail bounced | requester of the badge, program office | when a mail came back
confirm_address | address named | who named it | when they ask

# While someone is away
absence_announced | absence announced | the deputy | at once
absence_announced_for_you | absence announced | who is away | at once, where an office wrote it down
absence_begins | sweep | the deputy | on its first day, with what waits
absence_ended | absence ended | the deputy | when it is ended before its day
absence_ended_for_you | absence ended | who was away | at once, where an office ended it

# Lists, figures, security
weekly_digest | sweep | everyone with something that waits | on Mondays
monthly_portfolio | sweep | provost | on the 1st
sign_in_offered | sign-in offered | whose account it is | when an administrator asks
password_reset | password forgotten | whose account it is, at the main address | when they ask
password_changed | password chosen | whose account it is | at once
new_sign_in | signed in anew | whose account it is | at a sign-in from a new network or browser
role_granted | role assigned | who holds it now; system administrators | at once
personal_data_exported | personal data exported | who exported it; system administrators | at once
"""


@dataclass(frozen=True, slots=True)
class Notice:
    """One letter: `events` are the verbs that it follows, `sweep` where a day brings it."""

    letter: str
    group: str
    events: tuple[str, ...]
    to: str
    when: str


def _read() -> dict[str, Notice]:
    found: dict[str, Notice] = {}
    group = ""
    for line in _TABLE.strip().splitlines():
        if line.startswith("# "):
            group = line[2:]
        elif line:
            letter, events, to, when = (cell.strip() for cell in line.split("|"))
            verbs = tuple(verb.strip() for verb in events.split(","))
            found[letter] = Notice(letter, group, verbs, to, when)
    return found


#: By the letter's name, in the order in which people read them.
NOTICES = _read()
#: The letters that a learner gets, by the register; whoever names an address may be one.
TO_LEARNERS = frozenset(
    {"confirm_address"} | {key for key, notice in NOTICES.items() if "learner" in notice.to}
)
