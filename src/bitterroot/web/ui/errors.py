"""What a person sees when something is refused or broken."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token did not fit: the session ended or another sign-in took its place."""
    return render(
        request, "ui/error.html", {"title": "This form was too old to accept"}, status=403
    )
