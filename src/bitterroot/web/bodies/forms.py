"""What is typed on the pages of bodies."""

from datetime import datetime
from typing import Any

from django import forms

from bitterroot.web.ui.form_fields import DAY, DayField, PersonField

_AREA = {"rows": 3}


class MeetingForm(forms.Form):
    """When and where a body meets."""

    day = DayField(label="Day", widget=DAY, error_messages={"required": "Choose a day."})
    time = forms.TimeField(
        label="Time",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"required": "Choose a time."},
    )
    place = forms.CharField(
        label="Place",
        max_length=200,
        help_text="The room, or how to join.",
        error_messages={"required": "Name the place."},
    )

    def starts_at(self) -> datetime:
        """The moment, at the institution."""
        from django.utils import timezone

        moment = datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"])
        return timezone.make_aware(moment)


class SeatForm(forms.Form):
    """Who takes a seat, as what, for how long."""

    person = PersonField(label="Who", error_messages={"required": "Say who."})
    title = forms.CharField(
        label="Name of the seat",
        max_length=120,
        help_text="Such as “Senator, College of Health”.",
        error_messages={"required": "Name the seat."},
    )
    office = forms.ChoiceField(
        label="As",
        choices=[("member", "Member"), ("chair", "Chair"), ("secretary", "Secretary")],
    )
    voting = forms.BooleanField(label="The seat has a vote", required=False, initial=True)
    starts_on = DayField(
        label="First day", widget=DAY, error_messages={"required": "Choose the first day."}
    )
    ends_on = DayField(label="Last day", widget=DAY, required=False)


class EndSeatForm(forms.Form):
    """When and why a term ends."""

    ends_on = DayField(
        label="Last day", widget=DAY, error_messages={"required": "Choose the last day."}
    )
    reason = forms.CharField(
        label="Reason", max_length=300, error_messages={"required": "Write a reason."}
    )


class LendSeatForm(forms.Form):
    """Who sits and votes in one's seat for a while."""

    to = PersonField(label="Who sits for you", error_messages={"required": "Say who."})
    until = DayField(label="Until", widget=DAY, error_messages={"required": "Choose the last day."})


class MotionForm(forms.Form):
    """A motion; chair and secretary say who moved and seconded it."""

    outcome = forms.ChoiceField(
        label="That the body",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one.", "invalid_choice": "Choose one of the list."},
    )
    reason = forms.CharField(
        label="Reason",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs=_AREA),
        help_text="The proposers read it. A return, a referral and a refusal need one.",
    )
    conditions = forms.CharField(
        label="Conditions",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs=_AREA),
        help_text="One a line, where the motion carries conditions.",
    )
    to = forms.ChoiceField(label="To", required=False)
    mover = forms.ChoiceField(label="Moved by", required=False)
    seconder = forms.ChoiceField(label="Seconded by", required=False)

    def __init__(
        self,
        *args: Any,
        outcomes: list[tuple[str, str]],
        ways: list[tuple[str, str]],
        members: list[tuple[str, str]],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.fields["outcome"].choices = outcomes  # type: ignore[attr-defined]
        if ways:
            self.fields["to"].choices = [("", "As usual"), *ways]  # type: ignore[attr-defined]
        else:
            del self.fields["to"]
        for name in ("mover", "seconder"):
            if members:
                self.fields[name].choices = [("", "Choose"), *members]  # type: ignore[attr-defined]
            else:
                del self.fields[name]
