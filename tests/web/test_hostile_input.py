"""No address falls over what is sent to it: whoever sends it, and whatever it is.

Every form that the people of the demo university meet is sent with hostile values in its fields;
every address is asked with ids that are none. The answer may be any but a fault of ours.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from bitterroot.demo.university import CHAPTERS
from bitterroot.demo.world import START, World
from bitterroot.people.models import Account
from bitterroot.record import clock
from bitterroot.web import limits

from .forms_kit import Found, Pairs, read

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PEOPLE = ("", "odile", "dana", "peter", "joan")
FORM = "application/x-www-form-urlencoded"
LONG = "x" * 1_000_000
EMOJI = "🏔️" * 300
VALUES = {
    "long": LONG,
    "emoji": EMOJI,
    "no id": "not-a-uuid",
    "dashes": "-" * 36,
    "number": "9" * 40,
    "digits": "²³",
    "many digits": "9" * 5000,
    "early": "0001-01-01",
    "late": "9999-12-31",
    "year": "31/12/99999",
    "empty": "",
    "markup": "=cmd|'/c calc'!A1<script>alert(1)</script>\r\n{{ 7 }}{% x %}",
    "direction": "\u202e\u2066\ufeff\ue000\ufffe",
    "address": "a@" + "b" * 300 + ".example",
}
LEAST = {"odile": 5, "dana": 5}  # forms that they meet first
SURROGATE = "%ED%A0%80%F0%9F%98"  # half a character, and another cut in its middle
SEEN_OF_A_SHAPE = 1
IDS = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/programs/)[\w-]+|(?<=/bodies/)[\w-]+|(?<=/letters/)\w+|[\w-]{22}|\d+"
)
DATE = re.compile(r"\d{4}-\d\d-\d\d")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The demo university, as on its first day; made once, and gone when the tests here are done."""
    found = World()
    with django_db_blocker.unblock(), transaction.atomic():
        for _, chapter in CHAPTERS:
            chapter(found)
        with clock.standing_at(START):
            yield found
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def shapes() -> Counter[tuple[str, ...]]:
    """How many forms of each shape were sent; what one person sends, another need not."""
    return Counter()


def signed_in(key: str) -> Client:
    client = Client(raise_request_exception=False)
    if key:
        backend = "django.contrib.auth.backends.ModelBackend"
        client.force_login(Account.objects.get(person__netid=key), backend=backend)
    return client


def forms_of(client: Client, shapes: Counter[tuple[str, ...]]) -> list[Found]:
    """The forms on every page that is reached by links, the first few of each shape."""
    waiting, seen = ["/", "/work", "/office", "/bodies", "/my/mails"], set()
    kinds: Counter[str] = Counter()
    found = []
    while waiting:
        address = waiting.pop(0)
        kind = IDS.sub("*", urlsplit(address).path)
        if address in seen or kinds[kind] >= 3:
            continue
        seen.add(address)
        kinds[kind] += 1
        answer = client.get(address, follow=True)
        assert answer.status_code < 500, address
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        path = answer.request["PATH_INFO"]
        forms, links = read(path, answer.content.decode())
        waiting += links
        for form in forms:
            form.action = form.action if form.action.startswith("/") else path
            if "sign-out" in form.action or "/my/leave" in form.action:
                continue
            shape = (IDS.sub("*", form.action), *form.shape)
            shapes[shape] += 1
            if shapes[shape] <= SEEN_OF_A_SHAPE:
                found.append(form)
    return found


def hostile(form: Found) -> Iterator[tuple[str, Pairs]]:
    """What is sent in place of what the form would send; one button after the other is pressed."""
    plain = [(name, value) for name, value in form.fields if name != "csrfmiddlewaretoken"]
    for n, button in enumerate([[b] for b in form.buttons] or [[]]):
        yield "as it stands", plain + button
        yield "twice", plain + plain[::-1] + button + button
        yield "without its fields", button
        for what, value in VALUES.items():
            if n and what not in ("no id", "emoji", "late"):
                continue
            fits = value[: len(value) // max(1, len(plain))] if what == "long" else value
            yield f"all {what}", [(name, fits) for name, _ in plain] + button
        for at, (name, was) in enumerate(plain[:20]):
            what = "late" if DATE.match(was) else "no id"
            yield f"{name} {what}", [*plain[:at], (name, VALUES[what]), *plain[at + 1 :], *button]
        for what in ("dashes", "long"):
            yield f"pressed {what}", plain + [(name, VALUES[what]) for name, _ in button]


def post(client: Client, address: str, body: str) -> int:
    """Send it, and let the database forget that it was sent."""
    with transaction.atomic():
        limits_off()
        status = client.post(address, body, content_type=FORM).status_code
        transaction.set_rollback(True)
    return status


def limits_off() -> None:
    limits.Count.objects.all().delete()


@pytest.mark.parametrize("key", PEOPLE, ids=lambda key: key or "stranger")
def test_no_form_falls_over_what_is_typed_into_it(
    world: World, shapes: Counter[tuple[str, ...]], key: str
) -> None:
    client, faults = signed_in(key), []
    found = forms_of(client, shapes)
    for form in found:
        for what, pairs in hostile(form):
            status = post(client, form.action, urlencode(pairs))
            if status >= 500:
                faults.append(f"{form.action} {what}: {status}")
        names = [name for name, _ in form.fields]
        body = "&".join(f"{name}={SURROGATE}" for name in names)
        if post(client, form.action, body) >= 500:
            faults.append(f"{form.action} half a character")
        if names and post(client, form.action, f"{names[-1]}=%00") != 400:
            faults.append(f"{form.action} takes a zero character")
        for data in (
            b"",
            b"\x89PNG\r\n\x1a\n",
            b"<svg>",
            b"PK\x03\x04" + b"\0" * 99,
            b"%PDF-1.7",
            b"\xff" * 99,
        ):
            for name in form.files:
                upload = SimpleUploadedFile("\u202e" + "n" * 400 + ".pdf", data)
                with transaction.atomic():
                    answer = client.post(form.action, {**dict(form.fields), name: upload})
                    transaction.set_rollback(True)
                if answer.status_code >= 500:
                    faults.append(f"{form.action} {name} {data[:9]!r}")
    assert faults == []
    assert len(found) >= LEAST.get(key, 0), [form.action for form in found]


def addresses(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every address of the product as it is written in its table, without the anchors."""
    for entry in resolver.url_patterns:
        text = before + str(entry.pattern).lstrip("^").rstrip("$")
        if isinstance(entry, URLPattern):
            yield text
        else:
            yield from addresses(entry, text)


PART = re.compile(r"<[^>]+>|\(\?P<\w+>(?:[^()]|\([^()]*\))*\)")
NO_IDS = {
    "uuid": ["00000000-0000-0000-0000-000000000000", "not-a-uuid", "-" * 36],
    "int": ["0", "9" * 30, "99999999999"],
    "slug": ["x" * 3000, "-", "faculty-senate", "procedures", "draft"],
    "str": ["%00", "%F0%9F%8F%94", "%ED%A0%80", "a" * 3000, "%2e%2e"],
    "[": ["-" * 36, "a" * 20, "0" * 64, "-" * 8],
    "svg": ["svg", "pdf"],
    "\\d": ["0", "9999"],
    "0-9": ["-" * 36, "e" * 36],
}


def filled(address: str) -> Iterator[str]:
    """The address with ids that are none, all parts of the same badness."""
    for n in range(5):

        def value(part: "re.Match[str]", n: int = n) -> str:
            text = part.group()
            key = next((k for k in NO_IDS if f"<{k}:" in text or f">{k}" in text), "")
            if not key:
                key = next((k for k in ("[", "svg", "\\d") if k in text), "str")
            found = ["0" * 64] if "{64}" in text else NO_IDS[key]
            return found[n % len(found)]

        yield "/" + PART.sub(value, address).replace("\\", "")


GARBAGE = (
    "page=x&state=%F0%9F%8F%94&q=" + "y" * 2000,
    "page=-1&n=9e9&from=0001-01-01&to=9999-12-31&unit=%ED%A0%80&year=99999999999",
    "a=x&b=y&version=-1&against=x&person=not-a-uuid&matter=----&token=%F0%9F%8F%94&q=%25&q=%5C",
)


@pytest.mark.parametrize("key", ["", "odile"], ids=lambda key: key or "stranger")
def test_no_address_falls_over_ids_that_are_none(world: World, key: str) -> None:
    client, faults = signed_in(key), []
    table = list(addresses(get_resolver()))
    assert len(table) > 100
    for address in table:
        for path in dict.fromkeys(filled(address)):
            if path in ("/sign-out", "/my/leave", "/health"):
                continue  # the health of a test is its own: no worker runs beside it
            if client.get(path).status_code >= 500:
                faults.append(f"GET {path[:90]}")
            if post(client, path, urlencode({"pk": "x", "text": "y", "person": "z"})) >= 500:
                faults.append(f"POST {path[:90]}")
        if "<" not in address and "(" not in address and address not in ("sign-out", "health"):
            for query in GARBAGE:
                if client.get(f"/{address}?{query}").status_code >= 500:
                    faults.append(f"GET /{address}?{query[:60]}")
    assert faults == []
