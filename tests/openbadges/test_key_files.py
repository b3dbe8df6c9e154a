"""Key files of both kinds: what is written is read again, what was changed is refused."""

import pytest

from bitterroot.openbadges import encrypted
from bitterroot.openbadges.ecdsa import EcSigningKey
from bitterroot.openbadges.errors import OpenBadgeError
from bitterroot.openbadges.keys import SigningKey
from bitterroot.openbadges.multikey import read_secret

KEYS = [SigningKey.generate(), EcSigningKey.generate("P-256")]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.kind)
def test_a_plain_file_is_read_again(key: SigningKey | EcSigningKey) -> None:
    assert type(key).from_file(key.to_file()) == key
    assert read_secret(key.multibase()) == key


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.kind)
def test_a_sealed_file_opens_with_its_passphrase_alone(key: SigningKey | EcSigningKey) -> None:
    kept = encrypted.encrypt(key, b"larch")
    assert encrypted.decrypt(kept, b"larch") == key
    assert key.multibase().encode() not in kept
    with pytest.raises(OpenBadgeError, match="passphrase does not open"):
        encrypted.decrypt(kept, b"fir")


def test_halves_of_two_keys_are_refused() -> None:
    one, two = EcSigningKey.generate("P-256"), EcSigningKey.generate("P-256")
    mixed = one.to_file().replace(one.id.encode(), two.id.encode())
    with pytest.raises(OpenBadgeError, match="two halves do not match"):
        EcSigningKey.from_file(mixed)
    sealed = encrypted.encrypt(one, b"larch").replace(one.id.encode(), two.id.encode())
    with pytest.raises(OpenBadgeError):
        encrypted.decrypt(sealed, b"larch")


def test_a_sealed_file_of_one_kind_is_none_of_the_other() -> None:
    sealed = encrypted.encrypt(EcSigningKey.generate("P-256"), b"larch")
    with pytest.raises(OpenBadgeError):
        encrypted.decrypt(sealed.replace(b"p256", b"ed25519"), b"larch")
    with pytest.raises(OpenBadgeError, match="P-384"):
        encrypted.encrypt(EcSigningKey.generate("P-384"), b"larch")
