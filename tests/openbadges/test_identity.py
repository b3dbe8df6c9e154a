"""Keys, their files, and the documents that list them."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitterroot.openbadges import base58, did, keys
from bitterroot.openbadges.errors import KeyUnavailable, OpenBadgeError, ProofError


@given(st.binary(max_size=80))
def test_base58_reads_back(data: bytes):
    assert base58.decode(base58.encode(data)) == data


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"Hello World!", "2NEpo7TZRRrLZSi2U"), (b"\0\0\x28\x7f\xb4\xcd", "11233QC4"), (b"", "")],
)
def test_base58_published_examples(data: bytes, text: str):
    assert base58.encode(data) == text
    assert base58.decode(text) == data


@pytest.mark.parametrize("text", ["0OIl", "2NEpo7TZRRrLZSi2l", "1 1", "é", "\ud800", "1?", "\0"])
def test_base58_refuses_other_letters(text: str):
    with pytest.raises(ValueError, match="base58"):
        base58.decode(text)


def test_a_key_file_reads_back_and_shows_damage():
    key = keys.SigningKey.generate()
    assert keys.SigningKey.from_file(key.to_file()) == key
    for damaged in (
        b"",
        b"\xff",
        key.to_file()[:-5],
        key.to_file().replace(b"public z6Mk", b"public z6Ml"),
    ):
        with pytest.raises(OpenBadgeError):
            keys.SigningKey.from_file(damaged)


def test_a_key_never_shows_its_secret():
    key = keys.SigningKey(bytes(range(32)))
    assert repr(key) == f"SigningKey(public={key.public!r})"


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("did:web:uni.example", "https://uni.example/.well-known/did.json"),
        ("did:web:uni.example%3A8443", "https://uni.example:8443/.well-known/did.json"),
        ("did:web:uni.example:dept:math", "https://uni.example/dept/math/did.json"),
    ],
)
def test_did_web_addresses(name: str, address: str):
    assert did.web_address(name) == address


@pytest.mark.parametrize(
    "name",
    [
        "did:web:",
        "did:web:a::b",
        "did:web:a%2Fb",
        "did:web:a@b",
        "did:web:a:..:b",
        "did:web:a%3Ax",
        "did:web:a?b",
        "did:key:a",
        "did:web:%3A80",
    ],
)
def test_unsound_did_web_names_are_refused(name: str):
    with pytest.raises(OpenBadgeError):
        did.web_address(name)


def test_did_web_of_an_origin():
    assert did.web_did("https://uni.example") == "did:web:uni.example"
    assert did.web_did("https://uni.example:8443/badges/") == "did:web:uni.example%3A8443:badges"
    with pytest.raises(OpenBadgeError):
        did.web_did("http://uni.example")


def test_key_names_are_used_once():
    key = keys.SigningKey.generate().public
    with pytest.raises(OpenBadgeError, match="same name"):
        did.web_document("did:web:a.example", [("k", key), ("k", key)])


def test_did_key_and_did_jwk_spell_out_their_key():
    key = keys.SigningKey.generate().public
    method = f"{key.did}#{key.multibase}"
    document = did.self_describing(key.did)
    assert document is not None
    assert did.public_key(did.find_method(document, method, key.did)) == key
    with pytest.raises(ProofError):
        did.find_method(document, f"{key.did}#z6MkOther", key.did)
    x = base64.urlsafe_b64encode(key.raw).rstrip(b"=").decode()
    jwk = json.dumps({"kty": "OKP", "crv": "Ed25519", "x": x}).encode()
    name = "did:jwk:" + base64.urlsafe_b64encode(jwk).rstrip(b"=").decode()
    found = did.self_describing(name)
    assert found is not None
    assert did.public_key(did.find_method(found, f"{name}#0", name)) == key
    secret = json.dumps({**json.loads(jwk), "d": x}).encode()
    with pytest.raises(OpenBadgeError):
        did.self_describing("did:jwk:" + base64.urlsafe_b64encode(secret).rstrip(b"=").decode())


def test_a_document_about_somebody_else_gives_no_key():
    document = did.web_document("did:web:a.example", [("k", keys.SigningKey.generate().public)])
    with pytest.raises(KeyUnavailable):
        did.find_method(document, "did:web:a.example#k", "did:web:b.example")
