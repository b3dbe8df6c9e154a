"""Every page that can be asked for, as whom, and with what: the bench's list.

A page of the address book that is neither here nor among those that only take what is sent fails
the bench, so that nobody adds one that is slow unseen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from bitterroot.cli.scale.things import Things

#: Pages that only take what is sent.
SENT_ONLY = {
    "api:credential", "api:exchange", "api:nonce", "api:register", "api:revoke", "api:token",
    "bodies:act", "bodies:end_seat", "bodies:item_act", "bodies:lend_seat", "bodies:matter_act",
    "bodies:move", "bodies:plan", "bodies:seat",
    "faculty:acknowledge_lines", "faculty:attest",
    "faculty:cancel_consultation", "faculty:co_authors", "faculty:comments", "faculty:consultation_files",
    "faculty:discard_list", "faculty:enroll", "faculty:files", "faculty:mend_line",
    "faculty:officer", "faculty:pilot_act", "faculty:posted_comment",
    "faculty:review_files",
    "faculty:remove_line", "faculty:start_full", "faculty:submit_list", "faculty:submit_proposal",
    "faculty:take_back", "faculty:upload_list", "faculty:upload_roster", "faculty:withdraw",
    "learner:leave", "office:check_canaries", "office:send_again",
    "office:write_again",
    "registrar:check", "registrar:correct", "registrar:decide", "registrar:issue", "registrar:lift",
    "registrar:notations",
    "registrar:refuse", "registrar:reinstate", "registrar:return", "registrar:revoke",
    "registrar:suspend",
    "signin:sign_out",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """One page as one person opens it; nobody's name is a stranger's visit."""

    name: str
    who: str
    address: str
    status: int = 200

    @property
    def title(self) -> str:
        return f"{self.name} ({self.who or 'anyone'})"


def _page(name: str, who: str = "", /, *, ask: str = "", status: int = 200, **words: Any) -> Page:
    address = reverse(name, kwargs=words) if words else reverse(name)
    if ask:
        name, address = f"{name}?{ask[:12]}", f"{address}?{ask}"
    return Page(name, who, address, status)


def pages_of(t: Things) -> list[Page]:
    """All of them, on the things of the demo."""
    return [*_public(t), *_learner(t), *_faculty(t), *_lists(t), *_bodies(t), *_office(t),
            *_registrar(t)]  # fmt: skip


def _public(t: Things) -> Iterable[Page]:
    for name in (
        "health", "public:landing", "public:catalog", "public:verify", "public:identity",
        "public:procedures", "public:faq", "public:robots", "public:demo_people",
        "public:demo_mail", "signin:sign_in", "signin:forgotten", "api:authorization_server",
        "api:credential_issuer", "api:discovery",
    ):  # fmt: skip
        yield _page(name)
    yield _page("public:catalog", ask="q=data")
    yield _page("public:program", slug=t.listed.slug)
    yield _page("public:badge_image", slug=t.listed.slug, ending="png")
    yield _page("public:badge", status=302, slug=t.listed.slug, n=1)  # to the page of the program
    for name in ("public:credential", "public:credential_json"):
        yield _page(name, public_id=t.public_award.public_id)
    yield _page("public:problem", public_id=t.public_award.public_id)
    yield _page("public:assertion", public_id=t.public_award.public_id)
    yield _page("public:refresh", public_id=t.public_award.public_id)
    for name in ("api:credentials", "api:profile"):
        yield _page(name, status=401)  # without a token
    yield _page("public:credential_file", public_id=t.public_award.public_id, ending="png")
    yield _page("public:status_list", n=1)
    yield _page("public:procedures_version", n=1)
    yield _page("public:faq_version", n=1)
    yield _page("public:meetings")
    for name in ("meetings_of", "meetings_feed"):
        yield _page(f"public:{name}", key="faculty-senate")
    yield _page(  # that one body does not meet in public
        "public:open_meeting", status=404, key=t.past_meeting.body, pk=t.past_meeting.pk
    )
    yield _page("public:demo_letter", number=t.invitation.pk)
    yield _page("public:demo_attachment", number=t.invitation.pk)
    yield _page("public:endorsement", pk=t.endorsement.pk)
    yield _page("public:endorser", name=t.endorsement.endorser)
    yield _page("signin:open", token=t.sign_in_token)
    yield _page("signin:unsent", "grace", status=302)  # nothing was kept


def _learner(t: Things) -> Iterable[Page]:
    yield _page("learner:claim", token=t.claim_token)
    yield _page("learner:badges", "jose")
    yield _page("learner:badge", "jose", public_id=t.joses_award.public_id)
    yield _page("learner:readers", "jose")
    yield _page("learner:authorize", "jose", status=400)  # by a program that nobody knows
    yield _page("learner:notices", "grace")
    yield _page("learner:wallet", "jose", public_id=t.joses_award.public_id)
    yield _page("learner:parts", "jose", public_id=t.award_in_parts.public_id)
    yield _page("api:offer", secret=t.wallet_secret)
    for name in ("learner:addresses", "learner:privacy", "learner:record"):
        yield _page(name, "jose")
    said = signing.dumps(["jose@mail.example.org", str(t.person("jose").pk)], salt=t.address_salt)
    yield _page("learner:confirm_address", ask=f"token={said}")
    for who in ("jose", "dana", "odile"):
        yield _page("learner:mails", who)
        yield _page("learner:calendar", who)
    for who, token in t.feed_tokens.items():
        yield _page("learner:feed", who, token=token)
    token = t.feed_tokens["odile"]
    yield _page("learner:body_feed", token=token, body="faculty-senate")


def _faculty(t: Things) -> Iterable[Page]:
    workers = ("dana", "samir", "joan", "adele", "sol", "nell", "vera", "grace", "tomas", "winona",
               "amara", "ingrid", "walter", "miriam", "odile", "oscar", "helen")  # fmt: skip
    for who in workers:
        yield _page("faculty:work", who)
    for who in ("grace", "walter"):
        yield _page("faculty:away", who)
    for who in ("grace", "dana", "walter", "vera", "adele"):
        yield _page("faculty:proposals", who)
    yield _page("faculty:proposal", "adele", pk=t.with_provost.pk)
    yield _page("faculty:agreements", "dana")
    yield _page("faculty:agreements", "amara")
    yield _page("faculty:new_consultation", "grace")
    asker = t.consultation.requester.netid or ""
    yield _page("faculty:consultation", asker, pk=t.consultation.pk)
    yield _page("faculty:consultation_file", asker, pk=t.consultation.pk, number=t.kept_file.pk)
    yield _page("faculty:calendar", t.consultant_asker, pk=t.appointed.pk)
    yield _page("faculty:new_proposal", "grace")
    for proposal, who in ((t.draft, "tomas"), (t.signing, "peter"), (t.signing, "dana"),
                          (t.full, "grace"), (t.full, "dana"), (t.returned, "grace")):  # fmt: skip
        yield _page("faculty:proposal", who, pk=proposal.pk)
    yield _page("faculty:posted_list", "odile")
    for name, more in (("posted", {}), ("posted_file", {"sha256": "0" * 64})):  # nothing is posted
        yield _page(f"faculty:{name}", "odile", status=404, pk=t.signing.pk, **more)
    yield _page("faculty:tracks", "grace")
    yield _page("faculty:bundle", "peter", pk=t.signing.pk)
    yield _page("faculty:change_program", "ingrid", slug=t.pilot.program.slug)
    yield _page("faculty:program_versions", "dana", slug=t.listed.slug)
    yield _page("faculty:change_track", "tomas", pk=t.draft.pk)
    for who in ("peter", "dana"):
        yield _page("faculty:affected_units", who, pk=t.signing.pk)
    yield _page("faculty:concurrence", t.asked_head, pk=t.concurrence.pk)
    yield _page("faculty:copy_proposal", "peter", pk=t.signing.pk)
    yield _page("faculty:compare", "peter", pk=t.signing.pk)
    yield _page("faculty:difference", "grace", pk=t.full.pk)
    yield _page("faculty:attachment", "grace", pk=t.attachment.proposal_id, number=t.attachment.pk)
    yield _page("faculty:edit_proposal", "tomas", pk=t.draft.pk, section=t.section)
    yield _page("faculty:badge_picture", "tomas", pk=t.draft.pk)
    yield _page("faculty:badge_json", "tomas", pk=t.draft.pk)
    lead = t.mou.proposal.lead.netid or ""
    yield _page("faculty:agreement", lead, pk=t.mou.proposal_id)
    yield _page("faculty:agreement_document", lead, pk=t.mou.proposal_id, mou=t.mou.pk)
    yield _page("faculty:agreement_version", lead, pk=t.mou.proposal_id, mou=t.mou.pk, n=1)
    yield _page("faculty:agreement_file", lead, pk=t.mou.proposal_id)
    yield _page("faculty:one_agreement_file", lead, pk=t.mou.proposal_id, mou=t.mou.pk)
    yield _page("faculty:sign", "walter", pk=t.signature.pk)
    yield _page("faculty:sign_pdf", "walter", pk=t.signature.pk)
    yield _page("faculty:sign_file", "walter", pk=t.signature.pk, sha256=t.signed_file)
    yield _page("faculty:partner_sign", token=t.partner_token)
    yield _page("faculty:partner_pdf", token=t.partner_token)
    yield _page("faculty:partner_file", token=t.partner_token, sha256=t.signed_file)
    for who in ("ingrid", "dana"):
        yield _page("faculty:pilot", who, slug=t.pilot.program.slug)
    yield _page("faculty:unit_review", "dana", slug=t.listed.slug)
    yield _page("faculty:review", "ingrid", slug=t.pilot.program.slug, year=2)
    yield _page(  # no file is attached to it
        "faculty:review_file", "ingrid", status=404, slug=t.pilot.program.slug, year=2, number=0
    )
    yield _page("faculty:notice", "ingrid", slug=t.pilot.program.slug)
    for who in ("nell", "grace"):
        yield _page("faculty:marketing_requests", who)
        yield _page("faculty:marketing", who, pk=t.marketing.pk)
    yield _page("faculty:new_marketing", "ingrid", slug=t.pilot.program.slug)
    yield _page("faculty:marketing_image", "nell", pk=t.marketing.pk, sha256=t.image)


def _lists(t: Things) -> Iterable[Page]:
    for who in ("grace", "dana", "amara"):
        yield _page("faculty:offerings", who)
    teacher = t.teacher
    yield _page("faculty:new_offering", teacher, slug=t.offering.program.slug)
    for name in ("offering", "list_template", "roster", "issued_badges"):
        yield _page(f"faculty:{name}", teacher, pk=t.offering.pk)
    yield _page("faculty:issued_badge", teacher, public_id=t.their_award.public_id)
    yield _page("faculty:list", t.lister, pk=t.tracking_list.pk)
    yield _page("faculty:export_list", t.lister, pk=t.tracking_list.pk, form="csv")
    yield _page("faculty:export_list", t.lister, pk=t.tracking_list.pk, form="xlsx")


def _bodies(t: Things) -> Iterable[Page]:
    for who in ("odile", "amara", "dana"):
        yield _page("bodies:bodies", who)
        for meeting in (t.past_meeting, t.coming_meeting):
            yield _page("bodies:meeting", who, pk=meeting.pk)
            yield _page("bodies:packet", who, pk=meeting.pk)
        yield _page("bodies:body", who, key=t.coming_meeting.body)
        for run in t.matters:
            yield _page("bodies:matter", who, pk=run.pk)
    yield _page("bodies:body", "odile", key="faculty-senate")
    yield _page("bodies:calendar", "odile", key=t.coming_meeting.body)
    yield _page("bodies:minutes", "odile", pk=t.past_meeting.pk)
    yield _page("bodies:packet_pdf", "odile", pk=t.coming_meeting.pk)
    yield _page("bodies:review", "amara", pk=t.waiting.pk)
    yield _page("bodies:file", "odile", pk=t.waiting.pk, sha256=t.matter_file)
    yield _page("bodies:ballot", "amara", pk=t.ballot.pk)


def _office(t: Things) -> Iterable[Page]:
    for name in ("board", "figures", "pilots", "programs", "calendar", "mail", "people", "pages",
                 "policy", "policy_compare", "earlier"):  # fmt: skip
        who = "sol" if name == "people" else "dana"
        yield _page(f"office:{name}", who)
    yield _page("office:bounces", "dana")
    yield _page("office:mail_to", "dana", pk=t.person("grace").pk)
    yield _page("office:mail_about", "dana", pk=t.full.pk)
    yield _page("office:signing", "sol")
    yield _page("office:readers", "sol")
    yield _page("office:letters", "dana")
    yield _page("office:letter", "dana", letter=t.letter.letter)
    yield _page("office:letter_version", "dana", letter=t.letter.letter, n=1)
    yield _page("office:drafts", "dana")
    yield _page("office:draft", "dana", pk=t.unread.pk)
    for who in ("adele", "vera"):
        yield _page("office:figures", who)
    yield _page("office:pilots", "vera")
    yield _page("office:pilots", "dana", ask="show=risk")
    for kind in t.report_kinds:
        yield _page("office:report", "dana", kind=kind)
    for who in ("dana", "sol"):
        yield _page("office:absences", who)
    yield _page("office:people", "sol", ask="q=Tanaka")
    yield _page("office:add_person", "sol")
    yield _page("office:person", "sol", pk=t.person("grace").pk)
    yield _page("office:edit_page", "dana", key="procedures")
    for key in t.processes:
        yield _page("office:process", "dana", key=key)
    yield _page("office:consultation", "dana", pk=t.consultation.pk)
    for proposal in (t.submitted, t.signing, t.full):
        yield _page("office:proposal", "dana", pk=proposal.pk)
    yield _page("office:in_place", "dana", pk=t.full.pk)


def _registrar(t: Things) -> Iterable[Page]:
    for who, request in (("joan", t.with_registrar), ("samir", t.with_office)):
        yield _page("registrar:queue", who)
        yield _page("registrar:awards", who)
        yield _page("registrar:request", who, pk=request.pk)
    yield _page("registrar:queue", "samir", ask="show=issued")
    yield _page("registrar:awards", "samir", ask="q=jose")
    for name in ("progress", "receipt", "receipt_csv"):
        yield _page(f"registrar:{name}", "samir", pk=t.issued.pk)
    yield _page("registrar:award", "samir", public_id=t.office_award.public_id)
    yield _page("registrar:revocation", "samir", pk=t.revocation.pk)
    yield _page("registrar:students", "joan")
    yield _page("registrar:appeal", "samir", pk=t.appeal.pk)
    yield _page("registrar:record_request", "joan", pk=t.record_request.pk)
    yield _page("registrar:problem", t.problem_who, pk=t.problem.pk)


def unlisted(pages: Iterable[Page]) -> list[str]:
    """Names of the address book that the bench does not know."""
    known = {page.name.partition("?")[0] for page in pages} | SENT_ONLY
    return sorted(name for name in _names(get_resolver()) if name not in known)


def _names(resolver: URLResolver, space: str = "") -> Iterable[str]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            inner = each.namespace or each.app_name
            yield from _names(each, f"{space}{inner}:" if inner else space)
        elif isinstance(each, URLPattern) and each.name:
            yield f"{space}{each.name}"
