"""Baked badges: the credential comes back from the picture as it went in."""

import io

import pytest
from PIL.PngImagePlugin import PngImageFile

from kaoping.certificates.badge_picture import SIDE, png, svg
from kaoping.certificates.baking import baked_png, baked_svg, unbaked
from tests.certificates.builders import LONGEST_ISSUER, an_award

DOCUMENT = '{"name": "职业技能等级证书 <1> & \\"2\\""}'


def test_a_credential_comes_back_from_either_picture() -> None:
    award = an_award()

    assert unbaked(baked_svg(svg(award), DOCUMENT.encode())) == DOCUMENT
    assert unbaked(baked_png(png(award), DOCUMENT.encode())) == DOCUMENT


def test_a_baked_png_is_still_a_picture_and_others_find_the_credential_in_it_too() -> None:
    with PngImageFile(io.BytesIO(baked_png(png(an_award()), DOCUMENT.encode()))) as picture:
        picture.load()

        assert picture.size == (SIDE, SIDE)
        assert picture.text == {"openbadgecredential": DOCUMENT}


def test_a_demonstration_says_so_on_its_picture_and_the_same_award_gives_the_same_one() -> None:
    assert "示范样张 无效" in svg(an_award()).decode()
    assert "示范样张 无效" not in svg(an_award(demonstration=False)).decode()
    assert png(an_award()) == png(an_award())


def test_long_names_are_broken_and_set_smaller_and_marked_up_ones_stay_words() -> None:
    drawn = svg(an_award(issuer=LONGEST_ISSUER, occupation="<b>&")).decode()

    assert drawn.count("<text") == 6
    assert "&lt;b&gt;&amp;" in drawn


def test_a_token_in_an_svg_of_others_is_found() -> None:
    picture = b'<svg xmlns="x"><openbadges:credential verify="head.body.signature"></openbadges:credential></svg>'

    assert unbaked(picture) == "head.body.signature"


@pytest.mark.parametrize("picture", [b"", b"<svg></svg>", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n\0\0\xff\xff"])
def test_a_picture_without_a_credential_gives_none(picture: bytes) -> None:
    assert unbaked(picture) is None
