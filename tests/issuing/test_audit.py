"""The record shows what was changed behind its back."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from bitterroot.governance.models import Decision, SignatureRequest, Snapshot
from bitterroot.issuing.domain import revocation, status
from bitterroot.issuing.domain.award import claim
from bitterroot.issuing.enums import AwardState
from bitterroot.issuing.models import Award, AwardDocument, StatusList
from bitterroot.learning.models import IssuanceRequest
from bitterroot.people.actor import person
from bitterroot.programs.models import BadgeTemplate, Program
from bitterroot.proposals.models import Proposal
from bitterroot.record.domain import audit
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.domain.events import GENESIS, event_hash
from bitterroot.record.domain.heads import tails_file, write_tails
from bitterroot.record.models import Event, Outbox, PendingTail


@pytest.fixture
def whole(issued: Callable[..., IssuanceRequest]) -> Iterator[IssuanceRequest]:
    """A record with an approval and two awards, its tails signed, its triggers off."""
    request = issued(["José Núñez", "Zoë Whitebear"])
    tails_file().unlink(missing_ok=True)
    ends: dict[str, tuple[str, int, str]] = {}
    for stream, seq, hash_ in Event.objects.order_by("seq").values_list("stream", "seq", "hash"):
        ends[stream] = (stream, seq, hash_)
    write_tails(list(ends.values()))
    PendingTail.objects.all().delete()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER record_event_append_only ON record_event")
        else:
            for act in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER record_event_no_{act}")
    Outbox.objects.all().delete()
    yield request
    tails_file().unlink(missing_ok=True)


def found() -> list[str]:
    return [str(b) for b in verify_record().broken]


def test_an_untouched_record_is_whole(whole: IssuanceRequest) -> None:
    report = verify_record()
    assert (report.broken, report.events) == ([], Event.objects.count())


def test_a_changed_event_shows(whole: IssuanceRequest) -> None:
    event = Event.objects.get(verb="decision made")
    Event.objects.filter(pk=event.pk).update(data="{}")
    assert found() == [f"{event.stream}#{event.seq}: was changed"]


def test_a_removed_event_shows(whole: IssuanceRequest) -> None:
    event = Event.objects.get(verb="decision made")
    Event.objects.filter(pk=event.pk).delete()
    assert (
        f"{event.stream}#{event.seq + 1}: events {event.seq} to {event.seq} are missing" in found()
    )


def test_a_cut_tail_and_a_removed_case_show(whole: IssuanceRequest) -> None:
    stream = f"issuance:{whole.pk}"
    last = Event.objects.filter(stream=stream).order_by("-seq")[0]
    last.delete()
    assert found() == [
        f"{stream}: its end was cut: {last.seq} events were signed for, {last.seq - 1} are there"
    ]
    Event.objects.filter(stream=stream).delete()
    assert f"{stream}: the whole case is gone; {last.seq} events were signed for" in found()


def test_rows_that_no_longer_match_show(whole: IssuanceRequest) -> None:
    award = Award.objects.order_by("pk")[0]
    Award.objects.filter(pk=award.pk).update(visibility="public")
    decision = Decision.objects.get()
    Decision.objects.filter(pk=decision.pk).update(outcome="decline")
    signature = SignatureRequest.objects.filter(state="signed")[0]
    SignatureRequest.objects.filter(pk=signature.pk).update(typed_name="Someone Else")
    assert sorted(found()) == sorted(
        f"{kind}:{row.pk}: does not match its last event"
        for kind, row in [("award", award), ("decision", decision), ("signature", signature)]
    )


def test_a_badge_that_is_claimed_while_the_record_is_read_matches(
    whole: IssuanceRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seals are read before rows: whatever happens in between is read again."""
    sealed, award = audit._sealed["award"], Award.objects.order_by("pk")[0]

    def rows() -> Any:
        if Award.objects.get(pk=award.pk).state == AwardState.UNCLAIMED:
            claim(by=person(award.learner), award=award)
        return sealed.rows()

    said = replace(sealed, rows=rows)
    monkeypatch.setitem(audit._sealed, "award", said)
    assert [line for line in found() if line.startswith("award:")] == []
    assert Award.objects.get(pk=award.pk).state == AwardState.CLAIMED


def test_issued_bytes_that_were_swapped_show(whole: IssuanceRequest) -> None:
    document = AwardDocument.objects.order_by("pk")[0]
    AwardDocument.objects.filter(pk=document.pk).update(body=b"{}")
    assert found() == [f"award:{document.pk}: does not match its last event"]


def test_a_row_that_was_slipped_in_shows(whole: IssuanceRequest) -> None:
    decision = Decision.objects.get()
    decision.pk = "00000000-0000-4000-8000-000000000001"
    decision.save(force_insert=True)
    assert found() == [f"decision:{decision.pk}: no event speaks of it"]


def test_a_forged_tail_shows(whole: IssuanceRequest) -> None:
    text = tails_file().read_text()
    tails_file().write_text(text.replace('"at": "2026', '"at": "2027', 1))
    assert "tails line 1: its signature does not fit" in found()


def test_an_event_that_was_slipped_in_at_the_end_shows(whole: IssuanceRequest) -> None:
    """Also where its hash is right: whoever edits the database cannot sign the new tail."""
    last = Event.objects.filter(stream=f"issuance:{whole.pk}").order_by("-seq")[0]
    seq, last.pk = last.seq, None
    last.seq, last.previous, last.verb = seq + 1, last.hash, "award issued"
    last.hash = event_hash(last)
    last.save(force_insert=True)
    assert found() == [f"{last.stream}: events {last.seq} to {last.seq} were never signed for"]


def test_a_chain_that_was_written_anew_shows(whole: IssuanceRequest) -> None:
    stream = Event.objects.get(verb="decision made").stream
    previous = GENESIS
    for event in Event.objects.filter(stream=stream).order_by("seq"):
        event.previous, event.capacity = previous, "nobody"
        event.hash = previous = event_hash(event)
        event.save()
    last = Event.objects.filter(stream=stream).count()
    assert found() == [f"{stream}#{last}: is not the event that was signed for"]


def test_a_case_without_any_signed_tail_shows(whole: IssuanceRequest) -> None:
    said = json.loads(tails_file().read_text())["tails"]
    tails_file().unlink()
    write_tails([tuple(tail) for tail in said if not tail[0].startswith("case:")])
    stream = Event.objects.get(verb="decision made").stream
    assert found() == [f"{stream}: no signed tail names this case"]


def test_what_was_signed_awarded_or_offered_shows_when_edited(whole: IssuanceRequest) -> None:
    snapshot = Snapshot.objects.get()
    Snapshot.objects.update(content=snapshot.content.replace("town council", "town hall"))
    template = BadgeTemplate.objects.get()
    BadgeTemplate.objects.update(alt_text="Another picture")
    Program.objects.update(state="established")
    Proposal.objects.update(state="declined")
    assert sorted(b.partition(":")[0] for b in found()) == [
        "program",
        "proposal",
        "snapshot",
        "template",
    ]
    assert f"template:{template.pk}: does not match its last event" in found()


def test_a_row_that_was_removed_shows(whole: IssuanceRequest) -> None:
    signature = SignatureRequest.objects.filter(state="signed")[0]
    SignatureRequest.objects.filter(pk=signature.pk).delete()
    assert found() == [f"signature:{signature.pk}: its row is gone"]


def test_a_mark_set_or_cleared_on_a_status_list_shows(
    house: SimpleNamespace, whole: IssuanceRequest
) -> None:
    award = Award.objects.order_by("pk")[0]
    asked = revocation.request_revocation(
        by=house.by("rita"), award=award, reason_code="wrong_person", reason="Same name."
    )
    revocation.approve_revocation(by=house.by("ruth"), revocation=asked)
    assert not found()  # also while the mark waits to be published
    status.keep_fresh()
    before = StatusList.objects.get(purpose="revocation")
    this = StatusList.objects.filter(pk=before.pk)
    bits = bytearray(bytes(before.bits))
    bits[award.status_index >> 3] ^= 0x80 >> (award.status_index & 7)
    this.update(bits=bytes(bits))
    award.refresh_from_db()
    shown = f"award:{award.pk}: does not match its last event"
    assert shown in found()
    this.update(bits=before.bits)
    assert shown not in found()
    this.update(document=b"{}")
    assert shown in found()
    status.publish(this.get())
    assert shown not in found()
