"""The code that goes with a partner's one-time link."""

import secrets

from django.db import transaction

from bitterroot.governance.domain.link import make_code
from bitterroot.governance.models import SignatureRequest
from bitterroot.messages.domain.letter import Letter
from bitterroot.messages.domain.writing import written
from bitterroot.messages.models import Mail
from bitterroot.people.errors import NotPossible


@transaction.atomic
def send_signing_code(*, signature: SignatureRequest) -> Mail:
    """Mail a fresh six-digit code to the officer outside; an older one stops working.

    The code stands in the mail alone: the signature keeps its digest. Raises NotPossible for
    signatures of people who sign in, and where nothing is asked for now.
    """
    if not signature.partner_email:
        raise NotPossible("Codes are for officers outside the university.")
    code = make_code(signature=signature)
    letter = Letter(
        "signing_code",
        signature.partner_name,
        signature.partner_email,
        context={"code": code, "title": signature.case.title},
    )
    mail = written(letter, about=f"{signature.pk}:{secrets.token_hex(4)}", event=None)
    mail.save(force_insert=True)
    return mail
