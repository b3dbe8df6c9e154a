"""How often one client may ask for what costs us or tempts others: one limiter for all processes.

Counts live in the database, by spans of time that begin on the clock (so every process agrees).
Who asked is kept as a keyed hash that includes the span: nothing leads back to an address, and
rows go when their span is over. Rows are bounded too: a limit for everyone together comes first,
and no row of a single client is made once it is used up.
"""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from bitterroot.record import clock
from bitterroot.web.models import Count

SWEEP = 500  # rows of past spans that go with each new row


class TooMany(Exception):
    """Someone asked too often. `seconds` until they may ask again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Asked too often; {seconds} s to wait.")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` times in `span` seconds for each `who`; `of_all` for everyone together."""

    name: str
    most: int
    span: int
    of_all: int

    def check(self, who: str) -> None:
        """Raise TooMany where `who` has no more left. Counts nothing."""
        start = self._start()
        keys = [self._key(start, who), self._key(start, "")]
        found = dict(Count.objects.filter(pk__in=keys).values_list("pk", "n"))
        if found.get(keys[0], 0) >= self.most or found.get(keys[1], 0) >= self.of_all:
            raise TooMany(start + self.span - int(clock.now().timestamp()))

    def take(self, who: str) -> None:
        """Count once. Raises TooMany, and counts nothing, where `who` has no more left."""
        self.check(who)
        start = self._start()
        for key in (self._key(start, who), self._key(start, "")):
            _add(key, datetime.fromtimestamp(start + self.span, UTC))

    def forget(self, who: str) -> None:
        """`who` begins anew."""
        Count.objects.filter(pk=self._key(self._start(), who)).delete()

    def _start(self) -> int:
        now = int(clock.now().timestamp())
        return now - now % self.span

    def _key(self, start: int, who: str) -> str:
        words = f"{self.name}\n{start}\n{who}"
        return salted_hmac("bitterroot.limits", words, algorithm="sha256").hexdigest()


def _add(key: str, ends_at: datetime) -> None:
    if Count.objects.filter(pk=key).update(n=F("n") + 1):
        return
    past = Count.objects.filter(ends_at__lt=clock.now()).values_list("pk", flat=True)[:SWEEP]
    Count.objects.filter(pk__in=list(past)).delete()
    try:
        with transaction.atomic():
            Count.objects.create(pk=key, n=1, ends_at=ends_at)
    except IntegrityError:  # another process made it in between
        Count.objects.filter(pk=key).update(n=F("n") + 1)


def client_of(request: HttpRequest) -> str:
    """The network that the request comes from: an IPv4 address, or the /64 of an IPv6 one.

    Of `X-Forwarded-For` only what our own proxies wrote is believed (`BITTERROOT_PROXIES`).
    """
    found = request.META.get("REMOTE_ADDR", "")
    written = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if 0 < settings.PROXIES <= len(written):
        found = written[-settings.PROXIES].strip() or found
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def wait_page(request: HttpRequest, seconds: int, template: str = "ui/wait.html") -> HttpResponse:
    """The page that asks for patience: 429, and when to come again."""
    context = {"title": "Please wait a little", "minutes": max(1, -(-seconds // 60))}
    answer = render(request, template, context, status=429)
    answer["Retry-After"] = str(max(1, seconds))
    answer["Cache-Control"] = "no-store"
    return answer
