"""Forms of the queues."""

from django import forms


class NotationForm(forms.Form):
    """The reference under which the student system shows the notations."""

    sis_reference = forms.CharField(
        label="Reference in the student system",
        max_length=80,
        help_text="The batch or document number, so that both records can be compared later.",
        error_messages={"required": "Give the reference under which they were entered."},
    )
