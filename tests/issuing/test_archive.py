"""The university leaves Bitterroot one day, and comes back: badges verify all along."""

import functools
import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from bitterroot.issuing.domain import archive, collecting, key_life, revocation, signing_anew
from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.enums import Visibility, WalletWay
from bitterroot.issuing.models import Award, BoundCopy, SigningKey
from bitterroot.issuing.queries.verification import verify_anything
from bitterroot.learning.models import IssuanceRequest
from bitterroot.messages.domain.dispatch import run_once
from bitterroot.messages.models import Mail
from bitterroot.openbadges.errors import FetchError
from bitterroot.openbadges.resolver import HouseResolver
from bitterroot.openbadges.verify import verify
from bitterroot.people.actor import person, system
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record
from bitterroot.web.public.archive import files

WALLET = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
OPS = system("keys, at the command line by Sol Rider")


@pytest.fixture
def people(house: SimpleNamespace, issued: Callable[..., IssuanceRequest]) -> dict[str, Award]:
    """José and Zoë show their badges, Zoë's is revoked; Linh keeps hers; the key was rotated."""
    issued(["José Núñez", "Zoë Whitebear", "Nguyễn Linh"])
    found = {a.display_name.split()[0]: a for a in Award.objects.select_related("learner")}
    for name in ("José", "Zoë"):
        awards.claim(by=person(found[name].learner), award=found[name])
        awards.set_visibility(
            by=person(found[name].learner), award=found[name], visibility=Visibility.LINK
        )
    key_life.rotate(by=OPS)
    asked = revocation.request_revocation(
        by=house.by("rita"), award=found["Zoë"], reason_code="other", reason="Wrong person."
    )
    revocation.approve_revocation(by=house.by("ruth"), revocation=asked)
    take_into_wallet(found["José"])
    return found


def take_into_wallet(award: Award) -> bytes:
    """The copy that names the wallet's key, as if the wallet had proved it."""
    who = person(award.learner)
    made = collecting.offer_to_wallet(by=who, award=award, way=WalletWay.VCAPI, bind=True)
    return collecting.deliver(by=who, collection=made.collection, subject=WALLET)


def write(folder: Path) -> Path:
    """The archive of what is here now."""
    listed = {}
    for path, data in files():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
        listed[path] = sha256(data).hexdigest()
    (folder / "manifest.json").write_bytes(archive.manifest(listed))
    return folder


@pytest.fixture
def left(people: dict[str, Award], tmp_path: Path) -> Path:
    return write(tmp_path / "archive")


@pytest.fixture
def served(left: Path) -> Iterator[str]:
    """The address of a plain web server that serves the archive's site."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            """Nothing."""

    handler = functools.partial(Quiet, directory=str(left / "site"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return bytes(answer.read())


def test_everything_verifies_from_a_plain_web_server(
    served: str, people: dict[str, Award], left: Path
):
    def fetch(address: str) -> bytes:
        try:
            return get(address.replace(settings.ORIGIN, served))
        except urllib.error.HTTPError as error:  # newer versions of what is not shown
            raise FetchError(str(error)) from None

    resolver = HouseResolver(fetch=fetch)
    with clock.standing_at(clock.now().replace(year=2031)):

        def verdict(body: bytes) -> str:
            return verify(body, resolver=resolver, now=clock.now()).verdict

        for kind in ("json", "png", "svg"):
            assert (
                verdict(get(f"{served}/credentials/{people['José'].public_id}.{kind}")) == "valid"
            )
            assert (
                verdict(get(f"{served}/credentials/{people['Zoë'].public_id}.{kind}")) == "revoked"
            )
        hidden = left / "private" / "credentials" / f"{people['Nguyễn'].public_id}.json"
        assert verdict(hidden.read_bytes()) == "valid"
        [copy] = (left / "private" / "copies" / people["José"].public_id).iterdir()
        assert json.loads(copy.read_bytes())["credentialSubject"]["id"] == WALLET
        assert verdict(copy.read_bytes()) == "valid"


def test_copies_are_signed_anew_and_leave_as_the_newest(
    people: dict[str, Award], tmp_path: Path
) -> None:
    [before] = BoundCopy.objects.all()
    since = clock.now()
    key_life.declare_compromised(
        by=OPS, key=before.key, since=since, reason="A disk was lost.", sign_anew=True
    )
    assert verify_anything(bytes(before.body), online=False).result.verdict == "invalid"
    while signing_anew.run_waiting():
        pass
    again = BoundCopy.objects.exclude(pk=before.pk).get()
    assert (again.subject, again.key_id != before.key_id) == (WALLET, True)
    assert verify_anything(bytes(again.body), online=False).result.verdict == "valid"
    assert signing_anew.run_waiting() == 0
    folder = write(tmp_path / "later") / "private" / "copies" / people["José"].public_id
    assert [path.read_bytes() for path in folder.iterdir()] == [bytes(again.body)]
    while run_once():
        pass
    [told] = Mail.objects.filter(template="copy_signed_anew")
    assert "/claim/" in told.body
    assert take_into_wallet(people["José"]) == bytes(again.body)  # the wallet that comes again
    assert verify_record().broken == []


def test_nobody_can_be_browsed_or_guessed(served: str, people: dict[str, Award], left: Path):
    pages = "".join(p.read_text() for p in (left / "site").rglob("*.html"))
    hidden = people["Nguyễn"].public_id
    assert "Linh" not in pages
    assert not [p for p in (left / "site").rglob("*") if hidden in p.name]
    for folder in ("credentials", "status"):
        listing = get(f"{served}/{folder}/").decode()
        assert "Nothing is listed here" in listing
        assert people["José"].public_id not in listing
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(f"{served}/credentials/{hidden}.json")


def test_pages_stand_where_they_stood(served: str, people: dict[str, Award]):
    page = get(f"{served}/credentials/{people['Zoë'].public_id}").decode()
    assert "<strong>Revoked.</strong>" in page
    said = json.loads(get(f"{served}/credentials/{people['José'].public_id}.json"))
    badge = said["credentialSubject"]["achievement"]["id"]
    assert 'id="approval"' in get(badge.replace(settings.ORIGIN, served)).decode()
    assert get(f"{badge.replace(settings.ORIGIN, served)}.png").startswith(b"\x89PNG")
    assert get(f"{served}/credentials/{people['José'].public_id}.pdf").startswith(b"%PDF-")


def bitterroot(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    ours = ("BITTERROOT", "DATABASE", "PYTEST")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    environment["BITTERROOT_HOME"] = str(home)
    command = [sys.executable, *words] if words[0] == "-c" else [sys.executable, "-m", "bitterroot.cli", *words]  # fmt: skip
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


MIGRATE = """
from bitterroot.conf.loading import load_django
load_django()
from bitterroot.conf import preparing
preparing.migrate()
"""
ASK = """
from bitterroot.conf.loading import load_django
load_django()
from django.test import Client
import sys
client = Client()
for path, accept in ((sys.argv[1], "text/html"), (sys.argv[1], "application/json"), (sys.argv[2], "*/*")):
    answer = client.get(path, headers={"accept": accept, "host": "localhost"})
    print(answer.status_code, answer["Content-Type"])
"""


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_an_archive_comes_back_and_leaves_again_unchanged(
    left: Path, people: dict[str, Award], tmp_path: Path
):
    home, again = tmp_path / "home", tmp_path / "again"
    home.mkdir()
    bitterroot(home, "-c", MIGRATE).check_returncode()
    done = bitterroot(home, "import", str(left), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    counted = json.loads(done.stdout)
    assert (counted["keys"], counted["lists"], counted["badges"]) == (2, 2, 3)
    done = bitterroot(home, "export", str(again), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["private"] == 1
    assert tree(again) == tree(left)

    shown, hidden = (people[name].public_id for name in ("José", "Nguyễn"))
    for name, state, status in (
        ("José", "Valid", 0),
        ("Zoë", "Revoked", 1),
        ("Nguyễn", "Valid", 0),
    ):
        found = bitterroot(home, "verify", f"{settings.ORIGIN}/credentials/{people[name].public_id}", "--offline")  # fmt: skip
        assert (found.returncode, found.stdout[: len(state)]) == (status, state)
    done = bitterroot(home, "-c", ASK, f"/credentials/{shown}", f"/credentials/{hidden}.json")
    assert done.stdout.splitlines() == [
        "200 text/html",
        "200 application/json",
        "404 text/html; charset=utf-8",
    ]
    done = bitterroot(home, "import", str(left))
    assert (done.returncode, "needs an empty one" in done.stderr) == (1, True)
    assert bitterroot(home, "audit", "verify").returncode == 0


def test_a_full_installation_takes_no_archive(left: Path):
    with pytest.raises(NotPossible, match="needs an empty one"):
        archive.restore(
            by=OPS,
            said=(left / "manifest.json").read_bytes(),
            read=lambda p: (left / p).read_bytes(),
        )


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("keys.json", "is not what the manifest says"),
        ("private", "does not verify"),
        ("site/status/1", "does not verify"),
    ],
)
def test_a_changed_archive_is_refused_as_a_whole(left: Path, tmp_path: Path, path: str, said: str):
    file = left / path if path != "private" else next((left / "private").rglob("*.json"))
    body = file.read_bytes()
    changed = body.replace(b"Linh", b"Lynn").replace(b'"validFrom":"2026', b'"validFrom":"2025')  # fmt: skip
    file.write_bytes(changed if changed != body else body + b" ")
    if path != "keys.json":  # whoever changes a file can change the manifest too
        manifest = json.loads((left / "manifest.json").read_bytes())
        manifest["files"][str(file.relative_to(left))] = sha256(file.read_bytes()).hexdigest()
        (left / "manifest.json").write_text(json.dumps(manifest))
    home = tmp_path / "home"
    home.mkdir()
    bitterroot(home, "-c", MIGRATE).check_returncode()
    done = bitterroot(home, "import", str(left))
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr
    listed = bitterroot(home, "keys", "list", "--json")
    assert json.loads(listed.stdout) == {"keys": []}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rows",
    [
        7,
        [7],
        [{}],
        [{"fragment": "key-1"}],
        [{"fragment": "k" * 61, "public": "z6Mk", **dict.fromkeys(archive.DATES)}],
        [{"fragment": "key-1", "public": "z6Mk", **dict.fromkeys(archive.DATES, "yesterday")}],
        [{"fragment": "key-1", "public": "z6Mk", **dict.fromkeys(archive.DATES)}],
    ],
)
def test_a_damaged_history_of_keys_is_said_in_words(rows: object):
    body = json.dumps(rows).encode()
    files = {"keys.json": sha256(body).hexdigest()}
    said = json.dumps({"form": archive.FORM, "origin": settings.ORIGIN, "files": files}).encode()
    with pytest.raises(NotPossible, match="is no history of keys"):
        archive.restore(by=OPS, said=said, read=lambda path: body)
    assert SigningKey.objects.count() == 0


def test_restored_badges_hold_their_key(left: Path, people: dict[str, Award], tmp_path: Path):
    """Three badges of key-1, of which one is revoked, and a copy in a wallet: it counts where the key is retired."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "keys").mkdir()
    bitterroot(home, "-c", MIGRATE).check_returncode()
    bitterroot(home, "import", str(left)).check_returncode()
    for file in Path(settings.KEYS_ROOT).glob("key-*.key"):
        (home / "keys" / file.name).write_bytes(file.read_bytes())
        (home / "keys" / file.name).chmod(0o600)

    listed = {k["fragment"]: k for k in json.loads(bitterroot(home, "keys", "list", "--json").stdout)["keys"]}  # fmt: skip
    counts = [(listed[k]["signed"], listed[k]["alive"], listed[k]["restored"]) for k in sorted(listed)]  # fmt: skip
    assert counts == [(3, 2, 2), (0, 0, 0)]
    assert "(2 alive, 2 of them restored from an archive)" in bitterroot(home, "keys", "list").stdout  # fmt: skip
    signed = json.loads(bitterroot(home, "keys", "signed", "key-1", "--json").stdout)["badges"]
    assert sorted(each["state"] for each in signed) == ["restored", "restored", "revoked"]
    assert f"{settings.ORIGIN}/credentials/{people['José'].public_id}" in {
        each["address"] for each in signed
    }
    drilled = json.loads(bitterroot(home, "keys", "drill", "--json").stdout)
    assert drilled["ok"], drilled

    bitterroot(home, "keys", "rotate", "--now").check_returncode()
    bitterroot(home, "keys", "rotate", "--now").check_returncode()
    done = bitterroot(home, "keys", "retire", "key-1")
    assert done.returncode == 1
    assert "3 badges that key-1 signed are alive (3 of them restored from an archive)" in done.stderr  # fmt: skip
    address = f"{settings.ORIGIN}/credentials/{people['José'].public_id}"
    assert bitterroot(home, "verify", address, "--offline").returncode == 0

    since = (clock.now() + timedelta(seconds=1)).isoformat()
    done = bitterroot(home, "keys", "compromised", "key-1", "--since", since, "--reason", "A disk was lost.", "--sign-anew", "--yes")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "2 of the living were restored from an archive: they cannot be signed anew" in done.stdout  # fmt: skip
    # Our record shows that it was signed before; nobody else can know it.
    assert bitterroot(home, "verify", address, "--offline").stdout.startswith("Valid")
    assert bitterroot(home, "audit", "verify").returncode == 0


BACKFILL = """
from bitterroot.conf.loading import load_django
load_django()
from importlib import import_module
from django.apps import apps
from bitterroot.issuing.models import KeptBadge
before = sorted(KeptBadge.objects.values_list())
KeptBadge.objects.all().delete()
import_module("bitterroot.issuing.migrations.0006_kept_badge").note_restored(apps, None)
print(len(before), sorted(KeptBadge.objects.values_list()) == before)
"""


def test_what_was_restored_before_there_was_a_table_of_it_is_noted(left: Path, tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()
    bitterroot(home, "-c", MIGRATE).check_returncode()
    bitterroot(home, "import", str(left)).check_returncode()
    done = bitterroot(home, "-c", BACKFILL)
    assert done.stdout.split() == ["4", "True"], done.stderr


@pytest.mark.django_db
def test_a_restored_key_of_parts_is_kept_while_badges_live(
    left: Path, people: dict[str, Award], tmp_path: Path
):
    home = tmp_path / "home"
    home.mkdir()
    bitterroot(home, "-c", MIGRATE).check_returncode()
    bitterroot(home, "import", str(left)).check_returncode()
    done = bitterroot(home, "-c", PARTS)
    assert done.stdout.split() == ["0", "2"], done.stderr


PARTS = """
from bitterroot.conf.loading import load_django
load_django()
from bitterroot.issuing.enums import KeyUse
from bitterroot.issuing.models import SigningKey
from django.db import transaction
from bitterroot.issuing.queries.keys import parts_perhaps
from bitterroot.issuing.domain.keys import ensure_signing_key, key_event
from bitterroot.people.actor import system
own = ensure_signing_key(by=system("set-up"), use=KeyUse.PARTS)
print(parts_perhaps(own))
with transaction.atomic():
    key_event(system("import"), own, "key restored", "system")
print(parts_perhaps(own))
"""
