"""Forms that ask for a reason; more than one audience has them."""

from typing import Any

from django import forms

from bitterroot.governance import policies

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
