"""A second address, so that badges stay within reach when a campus mailbox closes."""

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from bitterroot.messages.domain.letters import Letter
from bitterroot.messages.domain.writing import written
from bitterroot.people.actor import person
from bitterroot.people.domain.person import add_address, verify_address
from bitterroot.people.enums import AddressKind
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Address, Person
from bitterroot.record import clock
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.viewer import viewer

SALT = "bitterroot.address"
LASTS = 3 * 24 * 3600  # seconds
MOST = 6  # addresses of one person


@require_http_methods(["GET", "HEAD", "POST"])
def addresses(request: HttpRequest) -> HttpResponse:
    """The person's addresses; POST adds one and mails a link to it."""
    who = viewer(request)
    if who is None:
        return render(request, "learner/come_in.html", status=403)
    if request.method == "POST":
        wanted = request.POST.get("address", "").strip()
        done = attempt(
            request, lambda: _add(who, wanted), f"We wrote to {wanted}. Open the link in that mail."
        )
        if done:
            return redirect("learner:addresses")
        return _page(request, who, wanted, done.status)
    return _page(request, who, "", 200)


def _page(request: HttpRequest, who: Person, wanted: str, status: int) -> HttpResponse:
    context = {"who": who, "addresses": who.addresses.order_by("-primary", "pk"), "wanted": wanted}
    answer = render(request, "learner/addresses.html", context, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _add(who: Person, wanted: str) -> Address:
    """Add the address unverified, or write again to one that is not verified yet."""
    try:
        validate_email(wanted)
    except ValidationError:
        raise NotPossible("This is not an e-mail address.", [("address", "Check it.")]) from None
    mine = who.addresses.filter(normalized=wanted.lower()).first()
    if mine is not None and mine.verified_at:
        raise NotPossible("This address is already yours.")
    if mine is None and who.addresses.count() >= MOST:
        raise NotPossible(f"A person can have at most {MOST} addresses.")
    found = mine or add_address(
        by=person(who), person=who, address=wanted, kind=AddressKind.PERSONAL
    )
    token = signing.dumps([found.pk, str(who.pk)], salt=SALT)
    link = f"{settings.BASE_URL.rstrip('/')}{reverse('learner:confirm_address')}?token={token}"
    letter = Letter("confirm_address", who.display_name, found.address, who, {"link": link})
    about = f"{found.pk}:{clock.now():%Y%m%d%H%M}"
    written(letter, about=about, event=None).save(force_insert=True)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The link in the mail: one click on the page confirms that the mailbox is the person's."""
    token = request.POST.get("token") or request.GET.get("token", "")
    try:
        pk, owner = signing.loads(token, salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return render(request, "learner/confirm_gone.html", status=404)
    found = Address.objects.filter(pk=pk, person=owner).select_related("person").first()
    if found is None:
        return render(request, "learner/confirm_gone.html", status=404)
    if request.method == "POST" and not found.verified_at:
        by = person(found.person)
        attempt(request, lambda: verify_address(by=by, address=found), "The address is confirmed.")
    return render(request, "learner/confirm.html", {"address": found, "token": token})
