"""Small files beside the database are read only with its key, and only whole."""

import pytest

from villagebranch.db.cipher import Key
from villagebranch.db.sealed import seal, unseal

KEY, OTHER = Key(b"k" * 32), Key(b"o" * 32)


def test_what_was_sealed_comes_back_under_the_same_key_only() -> None:
    sealed = seal(KEY, "血压偏高".encode())
    assert unseal(KEY, sealed) == "血压偏高".encode()
    assert unseal(OTHER, sealed) is None
    assert "血压".encode() not in sealed


@pytest.mark.parametrize(
    "spoil", [lambda s: s[:-1], lambda s: s[:5], lambda s: s[:20] + b"x" + s[21:], lambda s: b""]
)
def test_a_spoilt_file_is_no_draft(spoil) -> None:
    assert unseal(KEY, spoil(seal(KEY, b"typed"))) is None
