"""Forms of the queues."""

from typing import Any

from django import forms


class NotationForm(forms.Form):
    """The reference under which the student system shows the notations."""

    sis_reference = forms.CharField(
        label="Reference in the student system",
        max_length=80,
        help_text="The batch or document number, so that both records can be compared later.",
        error_messages={"required": "Give the reference under which they were entered."},
    )


class AnswerForm(forms.Form):
    """The answer to whoever asked; with `learner`, also what the learner is told."""

    reason = forms.CharField(
        label="Your answer",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Whoever asked reads it as you write it.",
        error_messages={"required": "Write the answer."},
    )
    to_learner = forms.CharField(
        label="To the badge's holder",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only where they should know. They get it by mail, and not who reported it.",
    )

    def __init__(self, *args: Any, learner: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if learner:
            self.fields["reason"].help_text = ""  # the page says whether anyone is written to
        else:
            del self.fields["to_learner"]
