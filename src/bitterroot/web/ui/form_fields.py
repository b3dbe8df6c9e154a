"""Fields of Django forms that more than one audience types in: a day, a person."""

from datetime import date
from typing import Any

from django import forms

from bitterroot.people.models import Person
from bitterroot.people.queries import find_colleague
from bitterroot.web.ui.login import with_login

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class DayField(forms.DateField):
    """A day of this century: no other can be reckoned with in business days and time zones."""

    def clean(self, value: Any) -> date | None:
        found = super().clean(value)
        if found is not None and not 2000 <= found.year <= 2100:
            raise forms.ValidationError("Give a day of this century.")
        return found


class DaysForm(forms.Form):
    """From the first to the last day, both inclusive."""

    starts_on = DayField(
        label="First day", widget=DAY, error_messages={"required": "Choose the first day."}
    )
    ends_on = DayField(
        label="Last day", widget=DAY, error_messages={"required": "Choose the last day."}
    )


class PersonField(forms.CharField):
    """A person, by e-mail address or the name with which they sign in."""

    def __init__(self, **more: Any) -> None:
        help_text = more.pop("help_text", with_login("E-mail address or LOGIN."))
        super().__init__(max_length=254, help_text=help_text, **more)

    def clean(self, value: Any) -> Person | None:
        typed = super().clean(value)
        if not typed:
            return None
        found = find_colleague(typed)
        if found is None:
            raise forms.ValidationError(with_login("Nobody here has this address or LOGIN."))
        return found
