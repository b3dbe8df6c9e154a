"""Anyone says that something is wrong with a badge's page; an officer looks at it."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bitterroot.issuing.domain.problem import SHORTEST, report_problem
from bitterroot.issuing.domain.record_request import MOST
from bitterroot.issuing.enums import ProblemKind
from bitterroot.issuing.queries import award_for
from bitterroot.web.limits import Limit, TooMany, client_of, wait_page
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.viewer import viewer

REPORTS = Limit("problem reports", most=5, span=3600, of_all=200)


class ProblemForm(forms.Form):
    """What is wrong, in which words, and where an answer may go."""

    kind = forms.ChoiceField(
        label="What is wrong?",
        choices=ProblemKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one.", "invalid_choice": "Choose one of the list."},
    )
    text = forms.CharField(
        label="In your words",
        min_length=SHORTEST,
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what is wrong, in a sentence."},
    )
    reply_to = forms.EmailField(
        label="Your e-mail address",
        required=False,
        max_length=254,
        help_text="Only if you want an answer. The badge's holder does not see it.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def problem(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form, for whoever sees the badge's page; POST sends it to the officers of its queue."""
    who = viewer(request)
    award = award_for(public_id, who)
    if award is None:
        raise Http404
    form = ProblemForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                REPORTS.take(client_of(request))
            except TooMany as error:
                return wait_page(request, error.seconds)
            said = form.cleaned_data
            done = attempt(
                request,
                lambda: report_problem(
                    viewer=who,
                    award=award,
                    kind=ProblemKind(said["kind"]),
                    text=said["text"],
                    reply_to=said["reply_to"],
                ),
                "Thank you. Someone at the university looks at it.",
            )
            if done:
                return redirect("public:credential", public_id=public_id)
            status = done.status
    answer = render(request, "public/problem.html", {"award": award, "form": form}, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer
