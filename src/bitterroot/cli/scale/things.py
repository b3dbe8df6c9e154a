"""The things of the demo that the bench's pages are about, and those few that it makes for them."""

from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from bitterroot.files.models import StoredFile
from bitterroot.governance import policies
from bitterroot.governance.domain.link import mint_link
from bitterroot.governance.enums import BallotState, RunState, SignatureState
from bitterroot.governance.models import Ballot, Meeting, SignatureRequest, StepRun
from bitterroot.issuing.domain.award import mint_claim_link
from bitterroot.issuing.domain.collecting import offer_to_wallet
from bitterroot.issuing.domain.problem import report_problem
from bitterroot.issuing.domain.record_request import ask_about_record
from bitterroot.issuing.enums import ProblemKind, RecordKind, WalletWay
from bitterroot.issuing.models import Appeal, Award, BodyEndorsement, Revocation
from bitterroot.learning.enums import ListKind
from bitterroot.learning.models import IssuanceRequest, Offering, TrackingList
from bitterroot.messages.domain.feed import make_feed
from bitterroot.messages.models import LetterText, Mail, MailState
from bitterroot.messages.notices import NOTICES
from bitterroot.people.actor import person as acting
from bitterroot.people.actor import system
from bitterroot.people.domain.account import mint_sign_in_link
from bitterroot.people.models import Account, Person
from bitterroot.programs.models import MarketingRequest, Pilot, Program
from bitterroot.proposals.models import (
    Attachment,
    Concurrence,
    Consultation,
    ConsultationFile,
    Mou,
    Proposal,
)
from bitterroot.record import clock
from bitterroot.web.learner.addresses import SALT
from bitterroot.web.office.figures import WRITERS

BY = system("bench")
FEEDS = ("dana", "odile", "grace", "walter")


class Things:
    """Found by what they are; links are minted once. Ask before the demo grows."""

    address_salt = SALT

    def __init__(self) -> None:
        self.feed_tokens = {
            key: make_feed(by=acting(self.person(key)), person=self.person(key)) for key in FEEDS
        }
        opened = Account.objects.get(username="elena")
        self.sign_in_token = mint_sign_in_link(by=BY, account=opened)
        award = self._first(Award.objects.filter(state="unclaimed"))
        self.claim_token = mint_claim_link(by=BY, award=award)
        self.partner_token = mint_link(by=BY, signature=self._asked_of_partner())
        self.appeal = self._appealed()
        self.record_request = ask_about_record(
            by=acting(self.person("jose")),
            person=self.person("jose"),
            kind=RecordKind.INSPECT,
            text="All of it.",
        )
        self.problem = report_problem(
            viewer=None,
            award=self.public_award,
            kind=ProblemKind.PAGE,
            text="Nothing is drawn.",
        )
        credit = self.public_award.request.kind == ListKind.CREDIT
        self.problem_who = "joan" if credit else "samir"
        self.image = self._pictured()
        self.kept_file = self._attached()
        self._frozen_again()
        jose = acting(self.person("jose"))
        self.wallet_secret = offer_to_wallet(
            by=jose, award=self.joses_award, way=WalletWay.OPENID, bind=False
        ).secret
        self.letter = LetterText.objects.create(
            letter=next(iter(NOTICES)), n=1, subject="Ours", body="Ours",
            written_by=self.person("dana"), written_at=clock.now(),
        )  # fmt: skip
        self.unread = self.invitation
        self.unread.pk, self.unread.key, self.unread.state = None, "bench", MailState.DRAFT
        self.unread.save()
        del self.invitation  # which is read anew

    @staticmethod
    def _first(rows: QuerySet[Any]) -> Any:
        found = rows.order_by("pk").first()
        if found is None:
            raise LookupError(
                f"the demo has nothing of what a page is about: {rows.model.__name__}"
            )
        return found

    def person(self, key: str) -> Person:
        return Person.objects.get(netid=key)

    def _asked_of_partner(self) -> SignatureRequest:
        asked = SignatureRequest.objects.get(pk=self.signature.pk)
        asked.pk, asked._state.adding = None, True
        asked.pk = SignatureRequest._meta.pk.get_default()
        asked.person, asked.order = None, 9
        asked.partner_name, asked.partner_email = "Rae Ortiz", "rae@partner.example.org"
        asked.save()
        return asked

    def _appealed(self) -> Appeal:
        revocation = self._first(
            Revocation.objects.filter(award__state="revoked", award__request__kind="noncredit")
        )
        return Appeal.objects.create(
            revocation=revocation, text="It was earned.", filed_at=clock.now()
        )

    def _pictured(self) -> str:
        kept = self._first(StoredFile.objects.filter(media_type="image/png"))
        row = self.marketing
        row.images = [{"sha256": kept.pk, "name": "map.png", "alt": "A map", "rights": "Ours"}]
        row.save(update_fields=["images"])
        return str(kept.pk)

    def _attached(self) -> ConsultationFile:
        return ConsultationFile.objects.create(
            consultation=self.consultation, name="outline", file=self.attachment.file,
            added_by=self.consultation.requester, added_at=clock.now(),
        )  # fmt: skip

    def _frozen_again(self) -> None:
        """A second version of what is being signed, so that two can be compared."""
        first = self.signing.case.snapshots.get()
        self.signing.case.snapshots.create(
            n=2, content=first.content, sha256=first.sha256, created_by=first.created_by,
            created_at=clock.now(),
        )  # fmt: skip

    def _proposal(self, **wanted: Any) -> Proposal:
        found: Proposal = self._first(Proposal.objects.filter(**wanted))
        return found

    @cached_property
    def draft(self) -> Proposal:
        return self._proposal(state="draft", lead__netid="tomas")

    @cached_property
    def signing(self) -> Proposal:
        return self._proposal(state="signing", lead__netid="peter")

    @cached_property
    def submitted(self) -> Proposal:
        return self._proposal(state="submitted")

    @cached_property
    def returned(self) -> Proposal:
        return self._proposal(state="returned")

    @cached_property
    def full(self) -> Proposal:
        return self._proposal(process="full-proposal", lead__netid="grace")

    @cached_property
    def with_provost(self) -> Proposal:
        return self._proposal(case__step="provost", case__state="open")

    @cached_property
    def section(self) -> str:
        process = policies.of(self.draft.case).processes[self.draft.process]
        form = policies.of(self.draft.case).forms[process.form]
        return next(section.key for section in form.sections)

    @cached_property
    def attachment(self) -> Attachment:
        found: Attachment = self._first(Attachment.objects.filter(proposal=self.returned))
        return found

    @cached_property
    def mou(self) -> Mou:
        found: Mou = self._first(Mou.objects.exclude(file=None))
        return found

    @cached_property
    def signature(self) -> SignatureRequest:
        found: SignatureRequest = self._first(SignatureRequest.objects.filter(
            state=SignatureState.REQUESTED, person__netid="walter"
        ))  # fmt: skip
        return found

    @cached_property
    def signed_file(self) -> str:
        files = Attachment.objects.filter(proposal__case=self.signature.case, removed_at=None)
        return str(self._first(files).file_id)

    @cached_property
    def pilot(self) -> Pilot:
        found: Pilot = self._first(Pilot.objects.filter(program__lead__netid="ingrid"))
        return found

    @cached_property
    def listed(self) -> Program:
        found: Program = self._first(Program.objects.filter(listed=True).exclude(versions=None))
        return found

    @cached_property
    def marketing(self) -> MarketingRequest:
        found: MarketingRequest = self._first(MarketingRequest.objects.all())
        return found

    @cached_property
    def consultation(self) -> Consultation:
        found: Consultation = self._first(Consultation.objects.filter(state="requested"))
        return found

    @cached_property
    def appointed(self) -> Consultation:
        found: Consultation = self._first(Consultation.objects.filter(state="scheduled"))
        return found

    @cached_property
    def invitation(self) -> Mail:
        found: Mail = self._first(Mail.objects.exclude(attachment_name=""))
        return found

    @cached_property
    def past_meeting(self) -> Meeting:
        past = Meeting.objects.filter(state="minutes_approved")
        found: Meeting = self._first(past.filter(body="interdisciplinary-subcommittee"))
        return found

    @cached_property
    def coming_meeting(self) -> Meeting:
        coming = Meeting.objects.filter(starts_at__gt=clock.now(), state="agenda_published")
        found: Meeting = self._first(coming.filter(body="interdisciplinary-subcommittee"))
        return found

    @cached_property
    def matters(self) -> list[StepRun]:
        """Those that lie before a body, and one that it has decided."""
        votes = StepRun.objects.filter(kind="vote").order_by("case__title", "n")
        decided = [each for each in votes if each.state == RunState.DONE][:1]
        return [each for each in votes if each.state == RunState.OPEN] + decided

    @cached_property
    def ballot(self) -> Ballot:
        found: Ballot = self._first(Ballot.objects.filter(state=BallotState.OPEN))
        return found

    @cached_property
    def waiting(self) -> StepRun:
        """The matter that is voted on."""
        return self.ballot.motion.run

    @cached_property
    def matter_file(self) -> str:
        proposal = Proposal.objects.get(case=self.waiting.case)
        return str(self._first(Attachment.objects.filter(proposal=proposal)).file_id)

    @cached_property
    def report_kinds(self) -> list[str]:
        return sorted(WRITERS)

    @cached_property
    def processes(self) -> list[str]:
        return sorted(policies.current().processes)

    def _award(self, **wanted: Any) -> Award:
        found: Award = self._first(Award.objects.filter(**wanted))
        return found

    @cached_property
    def public_award(self) -> Award:
        return self._award(state="claimed", visibility="public")

    @cached_property
    def joses_award(self) -> Award:
        return self._award(learner__netid="jose", state="claimed")

    @cached_property
    def award_in_parts(self) -> Award:
        return self._award(learner__netid="jose", state="claimed", template__shown_in_parts=True)

    @cached_property
    def office_award(self) -> Award:
        return self._award(request__kind="noncredit", state="claimed")

    @cached_property
    def issued(self) -> IssuanceRequest:
        found: IssuanceRequest = self._first(
            IssuanceRequest.objects.filter(state="issued", kind="noncredit")
        )
        return found

    @cached_property
    def with_office(self) -> IssuanceRequest:
        found: IssuanceRequest = self._first(IssuanceRequest.objects.filter(state="with_office"))
        return found

    @cached_property
    def with_registrar(self) -> IssuanceRequest:
        found: IssuanceRequest = self._first(IssuanceRequest.objects.filter(state="with_registrar"))
        return found

    @cached_property
    def offering(self) -> Offering:
        return self.issued.offering

    @cached_property
    def teacher(self) -> str:
        return str(self.offering.program.lead.netid)

    @cached_property
    def their_award(self) -> Award:
        return self._award(request=self.issued)

    @cached_property
    def tracking_list(self) -> TrackingList:
        found: TrackingList = self._first(TrackingList.objects.filter(~Q(state="submitted")))
        return found

    @cached_property
    def lister(self) -> str:
        return str(self.tracking_list.uploaded_by.netid)

    @cached_property
    def revocation(self) -> Revocation:
        found: Revocation = self._first(Revocation.objects.filter(state="requested"))
        return found

    @cached_property
    def endorsement(self) -> BodyEndorsement:
        found: BodyEndorsement = self._first(BodyEndorsement.objects.all())
        return found

    @cached_property
    def concurrence(self) -> Concurrence:
        found: Concurrence = self._first(Concurrence.objects.filter(state="asked"))
        return found

    @cached_property
    def asked_head(self) -> str:
        return str(self.concurrence.person.netid)

    @cached_property
    def consultant_asker(self) -> str:
        return str(self.appointed.requester.netid)
