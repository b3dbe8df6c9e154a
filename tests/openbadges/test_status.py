"""Status lists: bits, order of indices, bounds."""

import base64
import gzip

import pytest

from bitterroot.openbadges import status
from bitterroot.openbadges.errors import StatusUnavailable


def test_bits_are_counted_from_the_left():
    bits = status.Bits(ones=[0, 10, 131_071])
    assert bits.data[0] == 0x80
    assert bits.data[1] == 0x20
    assert bits.data[-1] == 0x01
    assert [n for n in range(len(bits)) if bits[n]] == [0, 10, 131_071]
    bits[10] = False
    assert not bits[10]
    with pytest.raises(IndexError):
        bits[131_072]


def test_a_list_reads_back_and_is_the_same_text_each_time():
    bits = status.Bits(ones=range(0, 131_072, 97))
    encoded = bits.encode()
    assert encoded == status.Bits(ones=range(0, 131_072, 97)).encode()
    assert encoded.startswith("u")
    assert "=" not in encoded
    assert status.Bits.decode(encoded).data == bits.data


def encode(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(gzip.compress(data, mtime=0)).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "encoded",
    [None, "", "H4sIAAAA", "u!!!!", "uAAAA", encode(bytes(5_000_000)), encode(b"x" * 40_000)[:40]],
)
def test_bad_and_swollen_lists_are_refused(encoded: object):
    with pytest.raises(StatusUnavailable):
        status.Bits.decode(encoded)


def test_every_index_is_given_out_once_in_an_order_of_the_seed():
    given = [status.index_for(b"seed of list one", n) for n in range(3_000)]
    assert len(set(given)) == 3_000
    assert all(0 <= index < status.SIZE for index in given)
    assert given != sorted(given)
    assert given[:100] != [status.index_for(b"seed of list two", n) for n in range(100)]
    assert given == [status.index_for(b"seed of list one", n) for n in range(3_000)]


@pytest.mark.parametrize("size", [1, 2, 8, 1_000, 4_096])
def test_the_order_is_a_permutation_of_any_size(size: int):
    assert sorted(status.index_for(b"s", n, size) for n in range(size)) == list(range(size))


def test_a_full_list_says_so():
    with pytest.raises(ValueError, match="no entry number"):
        status.index_for(b"s", status.SIZE)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "StatusList2021Entry"},
        {"statusListIndex": 5},
        {"statusListIndex": "-5"},
        {"statusListIndex": "٣"},
        {"statusSize": 2},
        {"statusPurpose": None},
        {"statusListCredential": None},
        {"id": "https://a.example/status/1"},
    ],
)
def test_unsound_entries_are_a_doubt(change: dict[str, object]):
    entry = {
        "id": "https://a.example/status/1#5",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "5",
        "statusListCredential": "https://a.example/status/1",
    }
    assert status.read_entry(entry) == ("revocation", "https://a.example/status/1", 5)
    with pytest.raises(StatusUnavailable):
        status.read_entry({**entry, **change})
