"""Forms that ask for a reason; more than one audience has them."""

from typing import Any

from django import forms
from django.http import QueryDict

from bitterroot.governance import policies
from bitterroot.issuing.domain.correction import before
from bitterroot.issuing.models import Award
from bitterroot.learning.enums import ListKind

_AREA = {"rows": 3}


class ReasonForm(forms.Form):
    """Why something is returned, refused or reinstated."""

    reason = forms.CharField(
        label="Reason",
        max_length=2000,
        widget=forms.Textarea(attrs=_AREA),
        error_messages={"required": "Write the reason."},
    )

    def __init__(self, *args: Any, label: str = "Reason", help_text: str = "", **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["reason"].label, self.fields["reason"].help_text = label, help_text


class CorrectForm(forms.Form):
    """What a badge should say instead; what is left as it is stays. `credit`: it carries credits."""

    prefix = "correct"
    display_name = forms.CharField(label="Name on the badge", max_length=200, required=False)
    given_on = forms.DateField(
        label="Day on which it was given",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write the day, as in 2026-11-13."},
    )
    credits = forms.CharField(label="Credits", max_length=8, required=False)
    evidence_url = forms.CharField(
        label="Web address of the evidence",
        max_length=500,
        required=False,
        help_text="Only where the badge is to show the learner's work.",
    )
    reason = forms.CharField(
        label="What was wrong",
        max_length=2000,
        widget=forms.Textarea(attrs=_AREA),
        help_text="The learner reads this.",
        error_messages={"required": "Write what was wrong."},
    )

    def __init__(self, *args: Any, credit: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not credit:
            del self.fields["credits"]

    def changes(self) -> dict[str, Any]:
        """What was written, without the reason."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


class RevokeForm(forms.Form):
    """Why a badge should be revoked."""

    reason_code = forms.ChoiceField(
        label="Kind of reason",
        error_messages={"required": "Choose one.", "invalid_choice": "Choose one of the list."},
        help_text="Whoever checks the badge may read the public form of it.",
    )
    reason = forms.CharField(
        label="What happened",
        max_length=2000,
        widget=forms.Textarea(attrs=_AREA),
        help_text="The learner reads this, and how to appeal.",
        error_messages={"required": "Write the reason."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = policies.current().awards.revocation_reasons
        self.fields["reason_code"].choices = [  # type: ignore[attr-defined]
            ("", "Choose one"),
            *((r.key, r.label) for r in reasons),
        ]


def suspend_form(data: QueryDict | None = None) -> ReasonForm:
    """Why a badge should be suspended for now."""
    help_text = "The learner reads this, and how to appeal. Others read no reason."
    return ReasonForm(data, label="What must be settled first", help_text=help_text)


def correct_form(award: Award, data: QueryDict | None = None) -> CorrectForm:
    """The form that corrects an award, filled with what it says now."""
    credit = award.request.kind == ListKind.CREDIT
    return CorrectForm(data, initial=None if data else before(award), credit=credit)
