"""Builders of certificates: an award, an imprint and a photograph of nobody."""

import io
from datetime import date
from typing import Any

from PIL import Image, ImageDraw

from kaoping.certificates.render import Imprint
from kaoping.certificates.statement import Award

NUMBER = "S000000000000263000017"
HOME = "http://127.0.0.1:8000/verify"
QUERY = f"http://127.0.0.1:8000/v/{NUMBER}?k=cc0a277c654fff7"
LONGEST_ISSUER = "中国标准化示范集团有限公司华东区域职业技能等级认定与人才评价服务中心第一分中心示"


def an_award(**changes: Any) -> Award:
    said: dict[str, Any] = {
        "name": "林知远",
        "id_type": "居民身份证",
        "id_number": "110101199003070011",
        "occupation": "标准化从业人员（示范）",
        "level": "3",
        "issuer": "考评示范职业技能评价中心",
        "issued_on": date(2026, 11, 23),
        "demonstration": True,
        "name_en": "LIN Zhiyuan",
        "occupation_en": "Standardization Practitioner (Demonstration)",
        "issuer_en": "Kaoping Demonstration Centre for Occupational Skill Assessment",
    }
    return Award(**said | changes)


def an_imprint(**changes: Any) -> Imprint:
    said: dict[str, Any] = {
        "query_url": QUERY,
        "verify_home": HOME,
        "serial": "KP 2026 0000 0417",
        "certificate_query_url": "http://jndj.example.cn",
        "institution_query_url": "http://pjjg.example.cn",
    }
    return Imprint(**said | changes)


def a_photo(size: tuple[int, int] = (358, 441), kind: str = "JPEG") -> bytes:
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).ellipse((size[0] // 3, size[1] // 6, size[0] * 2 // 3, size[1] // 2), fill=(230, 190, 160))
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()
