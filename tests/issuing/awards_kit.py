"""A walk from proposal to badges: acts that may be possible or not, and what must hold after each."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from bitterroot.governance.domain.run import conclude, office_name, open_runs, step_of
from bitterroot.governance.enums import CaseState, SignatureState
from bitterroot.governance.models import Condition, SignatureRequest
from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain import correction, key_life, queue, revocation, suspension
from bitterroot.issuing.enums import RevocationKind, Visibility
from bitterroot.issuing.models import Award, Revocation
from bitterroot.learning.domain import tracking_list as lists
from bitterroot.learning.domain.offering import create_offering
from bitterroot.learning.models import IssuanceRequest, Offering
from bitterroot.people.actor import Actor, person
from bitterroot.people.domain.person import place_hold
from bitterroot.people.domain.unit import adopt_units
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Person
from bitterroot.policy import Policy
from bitterroot.programs.domain import change, ending, marketing
from bitterroot.programs.models import Program
from bitterroot.programs.queries.versions import newest_version
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.draft import save_values
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from issuing import award_invariants as hold
from proposals.conftest import SET_UP

LEARNERS = ("José Núñez", "Zoë Whitebear", "Linh Nguyễn")
CREDIT = "Student ID,Last name,First name,Campus email,Course(s),Term completed,Grade,Credits,All requirements met (Y/N),Completion date,Consent on file (Y/N)"
NONCREDIT = "Last name,First name,E-mail,Hours,Assessment result,Completion date,Consent on file"
MARKETING = {
    "goal": "15 enrolled.", "audiences": ["professionals"], "services": ["web listing"],
    "go_live": "2027-01-10", "contact_name": "Dana Kipp", "contact_email": "d@umontana.example.edu",
    "partner_logos": "none", "accessible": True,
}  # fmt: skip

INVARIANTS: dict[int, Callable[[Any], None]] = {
    1: hold.owner_lead_and_an_assessed_outcome,
    2: hold.nothing_before_its_gate,
    3: lambda walk: hold.a_case_is_sound(walk, 3),
    4: lambda walk: hold.a_case_is_sound(walk, 4),
    5: lambda walk: hold.a_case_is_sound(walk, 5),
    6: hold.awards_are_never_silently_edited,
    7: hold.one_for_each_learner,
    8: hold.anyone_verifies,
    9: hold.learners_say_who_sees_it,
    10: hold.the_record_only_grows,
}


class Broken(AssertionError):
    """An invariant does not hold; `n` is its number in the domain."""

    def __init__(self, n: int) -> None:
        super().__init__(f"invariant {n} is broken")
        self.n = n


class AwardWalk:
    """Dana's proposal and all that comes of it. `now` goes on from act to act."""

    def __init__(self, house: SimpleNamespace, policy: Policy, proposal: Proposal) -> None:
        self.house, self.policy, self.first = house, policy, proposal
        self.now: datetime = clock.now()
        self.issued: dict[Any, str] = {}
        self.past: list[tuple[Any, ...]] = []
        self.said: list[str] = []

    def do(self, act: str, pick: int = 0, *, look: bool = True) -> None:
        """Try an act, and look whether all still holds, whether it was possible or not."""
        with clock.standing_at(self.now):
            try:
                getattr(self, act)(pick)
                self.said.append(f"{act}: done")
            except (NotPossible, Refused) as error:
                self.said.append(f"{act}: {error}")
            if look:
                self.check()
        self.now += timedelta(minutes=1)

    def check(self) -> None:
        """All ten."""
        for n, holds in INVARIANTS.items():
            try:
                holds(self)
            except AssertionError as error:
                raise Broken(n) from error

    def proposals(self) -> list[Proposal]:
        return list(Proposal.objects.select_related("case", "lead").order_by("created_at"))

    @property
    def program(self) -> Program:
        found = Program.objects.first()
        if found is None:
            raise NotPossible("There is no program yet.")
        return found

    def by(self, key: str) -> Actor:
        return self.house.by(key)  # type: ignore[no-any-return]

    # What is proposed, signed and decided

    def propose(self, pick: int) -> None:
        """Send what is written on its way; sometimes what was signed is changed before."""
        row = self.proposals()[-1]
        if pick % 3 == 1:
            values = {"title": f"GIS for Towns {pick}"}
            save_values(by=self.by("dana"), proposal=row, values=values, revision=row.revision)
        verbs.submit_for_signatures(by=self.by("dana"), proposal=row)

    def sign(self, pick: int) -> None:
        """The one who is asked signs or sends it back; sometimes the author tries to."""
        row = self.proposals()[-1]
        open_ = [SignatureState.REQUESTED, SignatureState.VIEWED]
        asked = SignatureRequest.objects.filter(case=row.case, state__in=open_).first()
        if asked is None or asked.person is None:
            raise NotPossible("Nobody is asked.")
        by = self.by("dana") if pick % 5 == 4 else person(asked.person)
        if pick % 7 == 6:
            verbs.object_to(by=by, signature=asked, comment="Why?")
        else:
            verbs.sign(by=by, signature=asked, typed_name=asked.person.display_name)

    def decide(self, pick: int) -> None:
        """The office or the body before which it is decides, or a condition is closed."""
        row = self.proposals()[-1]
        if row.case.state == CaseState.CLOSED:
            raise NotPossible("It is decided.")
        waiting = Condition.objects.filter(decision__case=row.case, closed_at=None).first()
        if waiting is not None:
            verbs.close_condition(by=self.by("olive"), condition=waiting, evidence="Letter 12.")
            return
        run = next(iter(open_runs(row.case)), None)
        if run is None or run.kind not in ("decide", "vote"):
            raise NotPossible("It is not before anyone.")
        words = [word for word in step_of(run).outcomes if word != "decline"]  # type: ignore[union-attr]
        word = words[pick % len(words)] if pick % 4 == 3 else words[0]
        terms = [("Say who pays.", None)] if "conditions" in word else []
        by = self.by("dana") if pick % 5 == 4 else self.by("olive")
        if run.kind == "vote":
            said = {"body_name": office_name(run), "capacity": "Secretary", "reason": "Why."}
            conclude(by=by, run=run, outcome=word, conditions=terms, **said)  # type: ignore[arg-type]
            return
        if row.state == "submitted":
            verbs.accept_complete(by=by, proposal=row)
        row.refresh_from_db()
        verbs.decide(by=by, proposal=row, outcome=word, reason="Why.", conditions=terms)

    def change(self, pick: int) -> None:
        """A new version by the decision on record, as the effect of a change makes it."""
        version = newest_version(self.program)
        if version is None:
            raise NotPossible("There is no version yet.")
        values = {**version.content, "description": f"Builds map number {pick}."}
        change.adopt_change(
            by=self.by("olive"), program=self.program, decision=version.decision, values=values,
            change_class="minor", effective_on=clock.today() + timedelta(days=pick % 3),
        )  # fmt: skip

    # What is offered and advertised, and how it ends

    def market(self, pick: int) -> None:
        """The next step of advertising it; before the gate it must wait."""
        row = marketing.draft_marketing(by=self.by("dana"), program=self.program)
        nell = self.by("nell")
        if row.state == "draft":
            marketing.save_marketing(by=self.by("dana"), request=row, values=MARKETING)
            marketing.submit_marketing(by=self.by("dana"), request=row)
        elif pick % 4 == 3:
            marketing.take_back_marketing(by=self.by("dana"), request=row)
        elif row.state in ("submitted", "blocked_by_gate"):
            marketing.accept_marketing(by=nell, request=row)
        elif row.state == "accepted":
            marketing.start_production(by=nell, request=row)
        else:
            marketing.go_live(by=nell, request=row, links=["https://example.org/maps"])

    def offer(self, pick: int) -> None:
        create_offering(
            by=self.by("dana"), program=self.program, instructors=[self.house.dana],
            term="fall-2026", starts_on=date(2026, 8, 31), ends_on=date(2026, 12, 11),
        )  # fmt: skip

    def rest_or_end(self, pick: int) -> None:
        """It is suspended, goes on, is taught out, closed, put away."""
        olive, program = self.by("olive"), self.program
        match pick % 5:
            case 0:
                ending.suspend_program(by=olive, program=program, reason="Few came.")
            case 1 | 2:
                ending.resume_program(by=olive, program=program)
            case 3:
                ending.begin_teach_out(
                    by=olive, program=program, end_term="spring-2027", reason="Nobody came."
                )
            case _:
                ending.close_program(by=olive, program=program)

    def rename_unit(self, pick: int) -> None:
        """The unit that owns it has another name from now on."""
        document = self.policy.document()
        for unit in document["units"]:
            if unit["key"] == self.house.unit.key:
                unit["name"] = f"Department of Maps {pick}"
        adopt_units(by=SET_UP, policy=Policy.from_document(document))

    # Who is awarded

    def list_learners(self, pick: int) -> None:
        """A list of one to three learners goes to its queue."""
        offering = Offering.objects.first()
        if offering is None:
            raise NotPossible("Nothing is offered.")
        credit = self.program.kind == "credit"
        day = min(clock.today(), offering.ends_on)
        rows = [CREDIT if credit else NONCREDIT]
        for n, name in enumerate(LEARNERS):
            if n and not pick >> n & 1:
                continue
            first, last = name.split(" ", 1)
            email = f"learner{n}@umconnect.example.edu"
            rows.append(
                f"79000{n:04d},{last},{first},{email},GPHY 284,Fall 2026,A-,9,Y,{day},Y"
                if credit
                else f"{last},{first},{email},30,Pass,{day},Y"
            )
        dana, data = self.by("dana"), "\n".join(rows).encode()
        made = lists.upload_list(by=dana, offering=offering, data=data, filename="list.csv")
        warned = made.lines.filter(state="warning").values_list("number", flat=True)
        lists.acknowledge(by=dana, tracking_list=made, numbers=list(warned))
        lists.submit_list(by=dana, tracking_list=made, attest=True)

    def issue(self, pick: int) -> None:
        """The next step at one of the requests; sometimes by who asked for it."""
        requests = list(IssuanceRequest.objects.exclude(state="issued").order_by("submitted_at"))
        if not requests:
            raise NotPossible("Nothing is asked for.")
        request = requests[pick % len(requests)]
        key = "rita" if request.kind == "credit" else "ivo"
        by = self.by("dana") if pick % 5 == 4 else self.by(key)
        if request.checked_at is None:
            queue.check_request(by=by, request=request)
        elif request.state == "issuing":
            queue.run(by=by, request=request, chunk=2)
        else:
            if request.kind == "credit" and pick % 3:
                lines = list(request.lines.all())
                queue.record_notations(by=by, request=request, lines=lines, sis_reference="B-1")
            queue.issue(by=by, request=request)

    # What becomes of an award

    def _award(self, pick: int) -> Award:
        found = list(Award.objects.order_by("document__signed_at", "learner__display_name"))
        if not found:
            raise NotPossible("Nothing is awarded.")
        return found[pick % len(found)]

    def hold(self, pick: int) -> None:
        """Its learner claims, shows, hides or declines it; sometimes a stranger tries to."""
        award = self._award(pick)
        by = self.by("stranger") if pick % 7 == 6 else person(award.learner)
        match pick // 3 % 5:
            case 0:
                awards.claim(by=by, award=award)
            case 1:
                awards.set_visibility(by=by, award=award, visibility=Visibility.PUBLIC)
            case 2:
                awards.set_visibility(by=by, award=award, visibility=Visibility.LINK)
            case 3:
                awards.set_visibility(by=by, award=award, visibility=Visibility.PRIVATE)
            case _:
                awards.decline(by=by, award=award)

    def directory_hold(self, pick: int) -> None:
        learner: Person = self._award(pick).learner
        place_hold(by=SET_UP, person=learner, hold=pick % 2 == 0)

    def ask_back(self, pick: int) -> None:
        """Ask that an award be revoked or suspended, or that a corrected one takes its place."""
        award = self._award(pick)
        by = self._officers(award)[0]
        match pick % 3:
            case 0:
                revocation.request_revocation(
                    by=by, award=award, reason_code="wrong_person", reason="Same name."
                )
            case 1:
                changes = {"display_name": f"Joe {pick}"}
                correction.request_correction(by=by, award=award, changes=changes, reason="Name.")
            case _:
                suspension.request_suspension(by=by, award=award, reason="It is looked into.")

    def answer_back(self, pick: int) -> None:
        """A second person approves or refuses; sometimes the one who asked tries to."""
        asked = Revocation.objects.filter(state="requested").first()
        if asked is None:
            raise NotPossible("Nobody asked.")
        by = self._officers(asked.award)[0 if pick % 4 == 3 else 1]
        if pick % 5 == 4:
            revocation.refuse_revocation(by=by, revocation=asked, reason="It was right.")
        elif asked.kind == RevocationKind.SUSPENSION:
            suspension.approve_suspension(by=by, revocation=asked)
        else:
            revocation.approve_revocation(by=by, revocation=asked)

    def lift(self, pick: int) -> None:
        """A suspension is lifted; sometimes by who approved it."""
        award = Award.objects.exclude(suspended_at=None).order_by("suspended_at").first()
        if award is None:
            raise NotPossible("Nothing is suspended.")
        suspension.lift_suspension(
            by=self._officers(award)[pick % 2], award=award, reason="It was right."
        )

    def reinstate(self, pick: int) -> None:
        found = list(Award.objects.filter(state="revoked").order_by("document__signed_at"))
        if not found:
            raise NotPossible("Nothing is revoked.")
        award = found[pick % len(found)]
        revocation.reinstate(
            by=self._officers(award)[pick % 2], award=award, reason="It was right."
        )

    def _officers(self, award: Award) -> tuple[Actor, Actor]:
        """Who asks and who answers."""
        keys = ("rita", "ruth") if award.request.kind == "credit" else ("ivo", "ines")
        return self.by(keys[0]), self.by(keys[1])

    # What happens around them

    def new_key(self, pick: int) -> None:
        key_life.rotate(by=SET_UP, overlap=timedelta(0))

    def days_pass(self, pick: int) -> None:
        self.now += timedelta(days=pick % 40)
