"""The keys of the university: rotated with overlap, retired, lost, and what verifiers then say."""

import json
import os
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain import drill, key_life, keys, revocation, signing_anew
from bitterroot.issuing.enums import Visibility
from bitterroot.issuing.interfaces import keystore
from bitterroot.issuing.interfaces.key_command import CommandKey
from bitterroot.issuing.interfaces.own_resolver import own_bytes
from bitterroot.issuing.models import Award, PastDocument, SigningKey
from bitterroot.issuing.queries import keys as key_queries
from bitterroot.issuing.queries.verification import verify_anything
from bitterroot.learning.models import IssuanceRequest
from bitterroot.openbadges import encrypted, issue, proofs, text
from bitterroot.openbadges.errors import KeyUnavailable, OpenBadgeError
from bitterroot.openbadges.keys import SigningKey as Secret
from bitterroot.openbadges.resolver import HouseResolver
from bitterroot.openbadges.verify import verify
from bitterroot.people.actor import person, system
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.models import Event

OPS = system("keys, at the command line by Sol Rider")
MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
Issued = Callable[..., IssuanceRequest]


@pytest.fixture(autouse=True)
def _own_keys(tmp_path: Path, settings: SimpleNamespace) -> Iterator[None]:
    """Key files of each test's own."""
    settings.KEYS_ROOT = tmp_path / "keys"
    keystore.load.cache_clear()
    yield
    keystore.load.cache_clear()


@pytest.fixture
def morning() -> Iterator[None]:
    with clock.standing_at(MORNING):
        yield


@pytest.fixture
def jose(morning: None, issued: Issued) -> Award:
    """The badge of José Núñez, signed by key-1 on the morning of 20 November."""
    issued(["José Núñez"])
    return Award.objects.get()


def ours(body: bytes) -> str:
    return verify_anything(body, online=False).result.verdict


def strangers(body: bytes) -> str:
    """A verifier elsewhere: it has our public addresses and not our record."""
    return verify(body, resolver=HouseResolver(own=own_bytes), now=clock.now()).verdict


def body_of(award: Award) -> bytes:
    return bytes(Award.objects.get(pk=award.pk).document.body)


def asserting() -> list[str]:
    return [name.partition("#")[2] for name in keys.did_document()["assertionMethod"]]


def test_a_new_key_is_listed_a_day_before_it_signs(jose: Award):
    new = key_life.rotate(by=OPS)
    assert (new.listed_at, new.active_from) == (MORNING, MORNING + DAY)
    assert asserting() == ["key-2", "key-1"]
    assert [(k.fragment, k.state) for k in key_queries.standings()] == [
        ("key-2", "listed"),
        ("key-1", "signs"),
    ]
    with clock.standing_at(MORNING + DAY - timedelta(seconds=1)):
        assert keys.active()[0].fragment == "key-1"
    with clock.standing_at(MORNING + DAY):
        row, signer = keys.active()
        assert row == new
        assert signer.verification_method == "did:web:demo.bitterroot.example#key-2"
        assert strangers(body_of(jose)) == "valid"
        assert [k.state for k in key_queries.standings()] == ["signs", "verifies"]


def test_a_key_that_waits_can_be_hurried_but_not_put_off(jose: Award):
    key_life.rotate(by=OPS)
    with pytest.raises(NotPossible, match="key-2 already waits"):
        key_life.rotate(by=OPS)
    hurried = key_life.rotate(by=OPS, overlap=timedelta(0))
    assert (hurried.fragment, hurried.active_from) == ("key-2", MORNING)
    assert keys.active()[0].fragment == "key-2"
    assert SigningKey.objects.count() == 2
    assert [listed.n for listed in key_queries.lists_signed_by(hurried)] == [1, 2]


def test_only_who_tends_the_keys_may(house: SimpleNamespace):
    for act in (
        lambda: key_life.rotate(by=house.by("rita")),
        lambda: key_life.retire(by=house.by("rita"), key=SigningKey.objects.get()),
    ):
        with pytest.raises(Refused, match="system administrator"):
            act()


def test_a_key_is_retired_when_nothing_lives_of_it(house: SimpleNamespace, jose: Award):
    old = SigningKey.objects.get()
    with pytest.raises(NotPossible, match="key-1 signs, or will"):
        key_life.retire(by=OPS, key=old)
    key_life.rotate(by=OPS, overlap=timedelta(0))
    with pytest.raises(NotPossible, match=r"^1 badges that key-1 signed are alive"):
        key_life.retire(by=OPS, key=old)
    asked = revocation.request_revocation(
        by=house.by("rita"), award=jose, reason_code="other", reason="Wrong person."
    )
    revocation.approve_revocation(by=house.by("ruth"), revocation=asked)
    retired = key_life.retire(by=OPS, key=old)
    assert retired.retired_at == MORNING
    assert asserting() == ["key-2"]
    methods = {m["id"].partition("#")[2]: m for m in keys.did_document()["verificationMethod"]}
    assert methods["key-1"]["expires"] == "2026-11-20T09:00:00Z"
    assert "expires" not in methods["key-2"]
    assert key_queries.lists_signed_by(old) == []
    assert [e.verb for e in Event.objects.filter(stream="keys").order_by("seq")] == [
        "key made",
        "key listed",
        "key retired",
    ]
    assert not [b for b in verify_record().broken if b.where.startswith("key")]


def test_a_stolen_key_is_worth_nothing_from_that_day_on(jose: Award):
    thief = keys.active()[1]
    evening = MORNING + timedelta(hours=9)
    with clock.standing_at(evening):
        key_life.declare_compromised(
            by=OPS, key=SigningKey.objects.get(), since=MORNING + timedelta(hours=1), reason="Laptop lost."
        )  # fmt: skip
        assert asserting() == ["key-2"]
        method = keys.did_document()["verificationMethod"][1]
        assert (method["id"][-5:], method["revoked"]) == ("key-1", "2026-11-20T10:00:00Z")
        assert keys.active()[0].fragment == "key-2"
        assert ours(body_of(jose)) == "valid"
        assert strangers(body_of(jose)) == "invalid"

        bare = proofs.unsigned(json.loads(body_of(jose)))
        bare["credentialSubject"]["term"] = "Fall 2030"
        for moment, why in (
            (evening, "The badge was signed after that."),
            (MORNING, "nothing shows it"),
        ):
            forged = issue.to_bytes(thief.sign(bare, text.timestamp(moment)))
            found = verify_anything(forged, online=False).result
            proof = found.check("proof")
            assert found.verdict == "invalid"
            assert proof is not None
            assert "withdrew the key that signed this badge: it was not safe any more from 20 November 2026 on" in proof.detail  # fmt: skip
            assert why in proof.detail


def words_of(body: bytes) -> dict[str, Any]:
    """What a badge says, and what its endorsements say, without the signatures of either."""
    said = proofs.unsigned(json.loads(body))
    achievement = said["credentialSubject"]["achievement"]
    achievement["endorsement"] = [each["credentialSubject"] for each in achievement["endorsement"]]
    return said


def test_what_a_stolen_key_signed_is_signed_anew(jose: Award, issued: Issued, client: Client):
    by = person(jose.learner)
    awards.claim(by=by, award=jose)
    awards.set_visibility(by=by, award=jose, visibility=Visibility.LINK)
    before = body_of(jose)
    old = SigningKey.objects.get()
    with clock.standing_at(MORNING + DAY):
        key_life.declare_compromised(by=OPS, key=old, since=MORNING - DAY, reason="Backup lost.")
        assert ours(before) == "invalid"
        assert signing_anew.run_waiting() == 0
        assert key_life.ask_to_sign_anew(by=OPS, key=old) == 1
        assert signing_anew.run_waiting() == 1
        assert signing_anew.run_waiting() == 0
        after = body_of(jose)
        assert words_of(after) == words_of(before)
        assert strangers(after) == ours(after) == "valid"
        assert strangers(before) == ours(before) == "invalid"
        answer = client.get(f"/credentials/{jose.public_id}.json")
        assert answer.content == after
        past = PastDocument.objects.get()
        assert (bytes(past.body), past.key, past.replaced_at) == (before, old, MORNING + DAY)
        standing = key_queries.standing(SigningKey.objects.get(pk=old.pk))
        assert (standing.state, standing.signed, standing.alive) == ("compromised", 0, 0)
        told = Event.objects.get(verb="award signed anew")
        assert json.loads(told.data)["instead_of"] == "key-1"
        about = f"award:{jose.pk}"
        assert not [b for b in verify_record().broken if about in b.where]


def test_a_badge_signed_while_its_key_is_withdrawn_is_not_stored(
    house: SimpleNamespace, issued: Issued, morning: None
):
    from bitterroot.issuing.domain import batch

    first, sign = SigningKey.objects.get(), batch.sign

    def sign_and_lose(*given: object) -> object:
        made = sign(*given)  # type: ignore[arg-type]
        if SigningKey.objects.get(pk=first.pk).compromised_since is None:
            key_life.declare_compromised(by=OPS, key=first, since=MORNING, reason="Lost.")
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "sign", sign_and_lose)
        issued(["Zoë Whitebear", "José Núñez"])
    assert set(Award.objects.values_list("document__key", flat=True)) == {"key-2"}
    assert Award.objects.count() == 2


@pytest.mark.parametrize(
    ("since", "reason", "said"),
    [(MORNING + DAY, "Lost.", "future"), (MORNING, " ", "Say what happened")],
)
def test_a_key_is_withdrawn_with_a_date_and_a_reason(
    jose: Award, since: datetime, reason: str, said: str
):
    row = SigningKey.objects.get()
    with pytest.raises(NotPossible, match=said):
        key_life.declare_compromised(by=OPS, key=row, since=since, reason=reason)
    assert keys.active()[0] == row


def test_the_did_document_says_since_when_and_anyone_may_read_it(jose: Award, client: Client):
    answer = client.get("/.well-known/did.json")
    assert answer["Content-Type"] == "application/did+json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert client.get("/.well-known/did.json", headers={"if-none-match": answer["ETag"]}).status_code == 304  # fmt: skip


def test_a_key_file_can_be_sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    word = tmp_path / "passphrase"
    word.write_text("snow on the Bitterroot\n")
    monkeypatch.setenv("BITTERROOT_KEY_PASSPHRASE_FILE", str(word))
    word.chmod(0o644)
    with pytest.raises(KeyUnavailable, match="mode 600"):
        keystore.make("key-1")
    word.chmod(0o600)
    key = keystore.make("key-1")
    file = tmp_path / "keys" / "key-1.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keystore.kind("key-1") == "sealed file"
    assert isinstance(key, Secret)
    assert key.seed not in file.read_bytes()
    keystore.load.cache_clear()
    assert keystore.load("key-1").id == key.id
    for passphrase in (b"", b"snow"):
        with pytest.raises(OpenBadgeError, match="does not open"):
            encrypted.decrypt(file.read_bytes(), passphrase)


def test_a_plain_key_file_can_be_sealed_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    plain = keystore.make("key-1")
    assert keystore.kind("key-1") == "file"
    monkeypatch.setenv("BITTERROOT_KEY_PASSPHRASE", "larch and ponderosa")
    keystore.seal("key-1")
    assert keystore.kind("key-1") == "sealed file"
    assert keystore.load("key-1").id == plain.id
    with pytest.raises(KeyUnavailable, match="does not hold a plain key"):
        keystore.seal("key-1")


def test_a_sealed_file_that_was_touched_does_not_open():
    key = Secret(bytes(range(32)))
    lines = encrypted.encrypt(key, b"word").decode().splitlines()
    other = f"public {Secret.generate().public.multibase}"
    for changed in (
        [lines[0], other, *lines[2:]],
        [*lines[:2], lines[2].replace("65536", "32768"), lines[3]],
        [*lines[:2], lines[2].replace("65536", "1048576000"), lines[3]],
        [*lines[:3], lines[3][:-8] + "AAAAAA=="],
        lines[:3],
    ):
        with pytest.raises(OpenBadgeError):
            encrypted.decrypt("\n".join(changed).encode(), b"word")


KEEPER = """\
import sys
from bitterroot.openbadges.keys import SigningKey
key = SigningKey(open({secret!r}, "rb").read())
if sys.argv[-1] == "public":
    print(key.public.multibase)
elif sys.argv[-1] == "sign":
    sys.stdout.buffer.write(key.sign(sys.stdin.buffer.read()){spoil})
"""


def keeper(folder: Path, spoil: str = "") -> list[str]:
    """A program that keeps a key, as one in front of a key service would."""
    secret = folder / "secret"
    if not secret.exists():
        secret.write_bytes(os.urandom(32))
    program = folder / f"keeper{len(spoil)}.py"
    program.write_text(KEEPER.format(secret=str(secret), spoil=spoil))
    return [sys.executable, str(program)]


def test_a_program_can_keep_the_key(tmp_path: Path, house: SimpleNamespace, issued: Issued):
    row = key_life.rotate(by=OPS, overlap=timedelta(0), command=keeper(tmp_path))
    assert keystore.kind(row.fragment) == "program"
    issued(["Nguyễn Linh"])
    made = Award.objects.get()
    assert made.document.key == row
    assert ours(body_of(made)) == strangers(body_of(made)) == "valid"
    assert (tmp_path / "secret").read_bytes() not in (tmp_path / "keys" / "key-2.key").read_bytes()


def test_a_program_that_errs_cannot_spoil_a_badge(tmp_path: Path):
    key = CommandKey.of(keeper(tmp_path))
    wrong = CommandKey(key.public, tuple(keeper(tmp_path, "[::-1]")))
    with pytest.raises(KeyUnavailable, match="a signature that is not its"):
        wrong.sign(b"a badge")
    with pytest.raises(KeyUnavailable, match="did not answer"):
        CommandKey.of([str(tmp_path / "nobody")])
    with pytest.raises(KeyUnavailable, match=r"refused: .*No module named nothing"):
        CommandKey.of([sys.executable, "-m", "nothing"])


def test_the_program_does_not_learn_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BITTERROOT_KEY_PASSPHRASE", "not yours")
    monkeypatch.setenv("HSM_SLOT", "3")
    program = tmp_path / "curious.py"
    told = tmp_path / "told"
    program.write_text(f"import os; open({str(told)!r}, 'w').write(repr(dict(os.environ)))")
    with pytest.raises(OpenBadgeError):  # it tells no key
        CommandKey.of([sys.executable, str(program)])
    assert "not yours" not in told.read_text()
    assert "HSM_SLOT" in told.read_text()


def test_a_key_that_is_not_here_is_said_so(jose: Award, tmp_path: Path):
    (tmp_path / "keys" / "key-1.key").unlink()
    keystore.load.cache_clear()
    assert key_queries.standing(SigningKey.objects.get()).kept == "not here"
    with pytest.raises(KeyUnavailable, match="secret half of key-1 is not on this machine"):
        keys.active()


def test_the_drill_goes_through_everything(morning: None, issued: Issued):
    issued(["José Núñez", "Zoë Whitebear", "Nguyễn Linh"])
    steps = drill.rehearse()
    assert [step["what"] for step in steps if not step["ok"]] == []
    assert len(steps) == 14
    assert "3 badges that key-1 signed are alive" in steps[5]["found"]


def test_the_drill_tells_what_does_not_hold(morning: None, issued: Issued, tmp_path: Path):
    issued(["José Núñez"])
    (tmp_path / "keys" / "key-1.key").write_bytes(Secret.generate().to_file())
    keystore.load.cache_clear()
    (step,) = drill.rehearse()
    assert (step["ok"], "holds another key" in step["found"]) == (False, True)
