"""The policy that ships loads, keeps itself through a document, and says what it should."""

import json

from bitterroot.policy import Policy, load_policy


def test_the_document_gives_back_the_very_policy() -> None:
    policy = load_policy("montana")
    shuffled = json.loads(json.dumps(policy.document(), sort_keys=True))
    again = Policy.from_document(shuffled)
    assert again == policy
    assert again.sha256 == policy.sha256
    assert list(again.forms["pilot-proposal"].fields) == list(policy.forms["pilot-proposal"].fields)


def test_who_signs_a_graduate_hybrid_with_an_outside_partner() -> None:
    process = load_policy("montana").processes["pilot-proposal"]
    facts = {"hybrid", "credit-bearing", "third-party", "graduate level"}
    assert [signer.capacity for signer in process.signers_for("signatures", facts)] == [
        "supervisor of lead",
        "head of owner unit",
        "dean of owner unit",
        "graduate dean",
        "officer of partner",
    ]
