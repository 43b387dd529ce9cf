"""Base64 without padding: every length comes back, and what is of another alphabet is refused."""

import pytest

from kaoping.itembank import base64url


@pytest.mark.parametrize("size", range(9))
def test_every_length_comes_back_without_padding(size: int) -> None:
    raw = bytes(range(250, 250 + min(size, 6))) + bytes(max(0, size - 6))

    assert base64url.decode(base64url.encode(raw)) == raw
    assert not set(base64url.encode(raw)) & set("+/=")


@pytest.mark.parametrize("text", ["a", "ab\n", "a+b/", "ab==cd", "\u540d"])
def test_what_was_not_written_so_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        base64url.decode(text)
