"""A new password for who forgot theirs, by a link to their main address."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bitterroot.people.domain.account import forgot_password
from bitterroot.web.limits import Limit, TooMany, client_of, wait_page
from bitterroot.web.ui.login import with_login

HOUR = 3600  # seconds
ASKED = Limit("forgotten: from here", most=10, span=HOUR, of_all=500)
ASKED_NAME = Limit("forgotten: name", most=3, span=HOUR, of_all=500)


class ForgottenForm(forms.Form):
    """The name with which one signs in."""

    username = forms.CharField(
        label=with_login("LOGIN or e-mail address"),
        max_length=150,
        help_text="As you type it when you sign in.",
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        error_messages={"required": "Write the name with which you sign in."},
    )

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().lower()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for the link. The answer is the same whether or not there is such an account."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "signin/forgotten.html", {"form": form}, status=status)
    name = form.cleaned_data["username"]
    try:
        ASKED.take(client_of(request))
        ASKED_NAME.take(name)
    except TooMany as error:
        return wait_page(request, error.seconds)
    forgot_password(username=name)
    return render(request, "signin/forgotten.html", {"asked": True})
