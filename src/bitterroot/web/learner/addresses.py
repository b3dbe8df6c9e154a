"""Addresses of one's own: a second one for when a campus mailbox closes, and which is the main one.

Lists and colleagues find people by their addresses. So an address becomes a person's own only when
they answer from it: until then it stands in the mailed link alone, and nobody can take another's.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from bitterroot.messages.domain.letter import Letter
from bitterroot.messages.domain.writing import written
from bitterroot.messages.models import Mail
from bitterroot.people.actor import person
from bitterroot.people.domain.person import add_address, verify_address
from bitterroot.people.domain.privacy import change_main_address, remove_address
from bitterroot.people.enums import AddressKind
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Account, Address, Person
from bitterroot.people.queries import normalize_address
from bitterroot.record import clock
from bitterroot.web.ui.acting import Attempt, attempt
from bitterroot.web.ui.viewer import viewer

SALT = "bitterroot.address"
LASTS = 3 * 24 * 3600  # seconds
MOST = 6  # addresses of one person
MAILS_A_DAY = 6  # confirming mails that one person may send
LETTER = "confirm_address"


@require_http_methods(["GET", "HEAD", "POST"])
def addresses(request: HttpRequest) -> HttpResponse:
    """The person's addresses; POST mails a link to another one, chooses the main one, or forgets one."""
    who = viewer(request)
    if who is None:
        return render(request, "learner/come_in.html", status=403)
    if request.method != "POST":
        return _page(request, who, "", 200)
    wanted = request.POST.get("address", "").strip()
    done = _act(request, who, wanted)
    return redirect("learner:addresses") if done else _page(request, who, wanted, done.status)


def _act(request: HttpRequest, who: Person, wanted: str) -> Attempt[Any]:
    by = person(who)
    if "remove" in request.POST:
        gone = _mine(who, request.POST["remove"])
        said = f"{gone.address} is forgotten."
        return attempt(request, lambda: remove_address(by=by, address=gone), said)
    if "main" in request.POST:
        chosen = _mine(who, request.POST["main"])
        said = f"We write to {chosen.address} from now on. The old address is told."
        return attempt(request, lambda: _changed(request, who, chosen), said)
    main = request.POST.get("make_main") == "yes"
    said = f"We wrote to {wanted}. Open the link in that mail."
    return attempt(request, lambda: _ask(request, who, wanted, main), said)


def _changed(request: HttpRequest, who: Person, row: Address) -> Address:
    _require_sign_in(request, who)
    return change_main_address(by=person(who), address=row)


def _mine(who: Person, key: str) -> Address:
    """Raises Http404 for what is no address of theirs."""
    return get_object_or_404(who.addresses, pk=int(key) if key.isdecimal() and len(key) < 10 else 0)


def _require_sign_in(request: HttpRequest, who: Person) -> None:
    """Mails to the main address open accounts, so whoever came by a badge's link alone leaves it."""
    if not request.user.is_authenticated and Account.objects.filter(person=who).exists():
        raise NotPossible("You have an account here. Sign in to change your main address.")


def _page(request: HttpRequest, who: Person, wanted: str, status: int) -> HttpResponse:
    context = {"who": who, "addresses": who.addresses.order_by("-primary", "pk"), "wanted": wanted}
    answer = render(request, "learner/addresses.html", context, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer


@transaction.atomic
def _ask(request: HttpRequest, who: Person, wanted: str, main: bool) -> Mail:
    """Write to the address whether it is theirs. Nothing is kept of it but the mail.

    One at a time: who sends many at once does not get round the most of a day.
    """
    if main:
        _require_sign_in(request, who)
    try:
        validate_email(wanted)
        if len(wanted) > 254:
            raise ValidationError("longer than an address can be")
    except ValidationError:
        raise NotPossible("This is not an e-mail address.", [("address", "Check it.")]) from None
    who = Person.objects.select_for_update().get(pk=who.pk)
    _require_room(who, wanted)
    asked = Mail.objects.filter(
        person=who, template=LETTER, created_at__gt=clock.now() - timedelta(days=1)
    )
    if asked.count() >= MAILS_A_DAY:
        raise NotPossible(f"We wrote {MAILS_A_DAY} such mails for you today. Try again tomorrow.")
    token = signing.dumps([wanted, str(who.pk), *(["main"] if main else [])], salt=SALT)
    link = f"{settings.BASE_URL.rstrip('/')}{reverse('learner:confirm_address')}?token={token}"
    letter = Letter(LETTER, who.display_name, wanted, who, {"link": link})
    mail = written(letter, about=get_random_string(22), event=None)
    mail.save(force_insert=True)
    return mail


def _require_room(who: Person, wanted: str) -> None:
    """Raises NotPossible where the address is theirs already, or they have enough."""
    mine = _of(who, wanted)
    if mine is not None and mine.verified_at:
        raise NotPossible("This address is already yours.")
    if mine is None and who.addresses.count() >= MOST:
        raise NotPossible(f"A person can have at most {MOST} addresses.")


def _of(who: Person, address: str) -> Address | None:
    return who.addresses.filter(normalized=normalize_address(address)).first()


@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The link in the mail: one click on the page confirms that the mailbox is the person's."""
    token = request.POST.get("token") or request.GET.get("token", "")
    try:
        address, owner, *main = signing.loads(token, salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return render(request, "learner/confirm_gone.html", status=404)
    who = Person.objects.filter(pk=owner).first()
    if who is None:
        return render(request, "learner/confirm_gone.html", status=404)
    status = 200
    if request.method == "POST" and not _is_confirmed(who, address):
        said = "The address is confirmed."
        status = attempt(request, lambda: _confirmed(who, address, bool(main)), said).status
    context = {"address": address, "confirmed": _is_confirmed(who, address), "token": token}
    answer = render(request, "learner/confirm.html", context, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _is_confirmed(who: Person, address: str) -> bool:
    mine = _of(who, address)
    return mine is not None and mine.verified_at is not None


def _confirmed(who: Person, address: str, main: bool) -> Address:
    """The address as their own. Raises NotPossible when it became someone else's meanwhile."""
    _require_room(who, address)
    by, mine = person(who), _of(who, address)
    if mine is not None:
        row = verify_address(by=by, address=mine)
    else:
        kind = AddressKind.PERSONAL
        row = add_address(by=by, person=who, address=address, kind=kind, verified=True)
    return change_main_address(by=by, address=row) if main and not row.primary else row
