"""A walk in which people sign: asked in order, they sign, return, decline or lend their turn."""

from typing import Any

import pytest

from bitterroot.governance.capacities import Asked
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain import signature as signatures
from bitterroot.governance.enums import SignatureState
from bitterroot.governance.models import SignatureRequest
from bitterroot.people.actor import person
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Person
from bitterroot.policy.models.process import SignStep
from governance.engine_kit import Walk

ASKED = (SignatureState.REQUESTED, SignatureState.VIEWED)


class SigningWalk(Walk):
    """A walk that asks for signatures as the upper room does, and goes on when all are given."""

    def submit(self) -> None:
        """Send the form on its way and ask for signatures; at the signatures, give the next one."""
        self.case.refresh_from_db()
        if isinstance(self.process.step(self.case.step), SignStep):
            self.sign_next()
            return
        super().submit()
        self.case.refresh_from_db()
        step = self.process.step(self.case.step)
        if not isinstance(step, SignStep):
            return
        snapshot = self.case.snapshots.order_by("-n").first()
        assert snapshot is not None
        asked = [
            Asked(signer, signer.title, self.holder(signer.capacity))
            for signer in step.signers_for(self.case.facts)
        ]
        signatures.request_signatures(
            by=person(self.house.author), case=self.case, snapshot=snapshot, asked=asked
        )
        self.go_on_when_all_signed()

    def holder(self, capacity: str) -> Person:
        """Mona supervises, Otto heads the unit, Petra stands for everyone above."""
        house = self.house
        return {"supervisor of lead": house.member, "head of owner unit": house.officer}.get(
            capacity, house.provost
        )

    @property
    def asked(self) -> SignatureRequest | None:
        """The signature that is asked for now."""
        found = self.case.signatures.filter(state__in=ASKED)
        assert found.count() <= 1
        return found.first()

    def sign_next(self) -> None:
        if self.asked is not None:
            who = self.asked.person
            assert who is not None
            signatures.sign(by=person(who), signature=self.asked, typed_name=who.display_name)
        self.go_on_when_all_signed()

    def go_on_when_all_signed(self) -> None:
        self.case.refresh_from_db()
        if signatures.all_signed(self.case):
            target = self.process.after(self.case.step)
            assert target is not None
            cases.move(by=person(self.house.officer), case=self.case, step=target)

    def at_signatures(self, pick: int) -> None:
        """What the one who is asked may do: mostly sign; sometimes send it back or lend the turn."""
        asked = self.asked
        step = self.process.step(self.case.step)
        assert isinstance(step, SignStep)
        if asked is None or pick % 5 > 1:
            self.sign_next()
            return
        assert asked.person is not None
        by = person(asked.person)
        if pick % 5 == 0:
            signatures.object_to(by=by, signature=asked, comment="Why?", decline=pick % 2 == 0)
            cases.move(by=by, case=self.case, step=step.on_return)
        else:
            others = {self.house.member, self.house.officer, self.house.provost} - {asked.person}
            to = sorted(others, key=lambda each: each.display_name)[0]
            signatures.delegate(by=by, signature=asked, to=to, reason="Away.")

    def forbidden_signatures(self, pick: int) -> None:
        """The author, someone who is not asked, and whose turn is not now: nobody of them signs."""
        for signature in self.case.signatures.all():
            house = self.house
            others = (house.author, house.member, house.officer, house.provost)
            is_asked = signature.state in ASKED
            strangers = [p for p in others if p != signature.person or not is_asked]
            before: dict[str, Any] = SignatureRequest.objects.values().get(pk=signature.pk)
            who = person(strangers[pick % len(strangers)])
            with pytest.raises((NotPossible, Refused)):
                signatures.sign(by=who, signature=signature, typed_name="A name")
            assert SignatureRequest.objects.values().get(pk=signature.pk) == before
