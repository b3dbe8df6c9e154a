"""Which passwords are taken."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from bitterroot.people.errors import NotPossible

LONGEST = 1000  # characters, as the form for signing in takes them


def require_good_password(password: str) -> None:
    """Raises NotPossible where it is too short, too long or too common, with the reasons."""
    try:
        if len(password) > LONGEST:
            raise ValidationError(f"This password is too long: at most {LONGEST} characters.")
        validate_password(password)
    except ValidationError as error:
        problems = [("password", sentence) for sentence in error.messages]
        raise NotPossible("Choose another password.", problems) from None
