"""Fixed legal terms of certificates: level names, identity documents, demonstration words."""

from types import MappingProxyType

DEMONSTRATION_WORDS = "示范样张 无效"
DEMONSTRATION_MARK = "示范样张　不具证书效力"
#: The fixed title 证书名称.
TITLE, TITLE_EN = "职业技能等级证书", "Certificate of Occupational Skill Level"

LEVELS = MappingProxyType(
    {
        "5": "五级/初级工",
        "4": "四级/中级工",
        "3": "三级/高级工",
        "2": "二级/技师",
        "1": "一级/高级技师",
        "特级技师": "特级技师",
    }
)
# Proposals: no authority has fixed English names of the levels.
LEVELS_EN = MappingProxyType(
    {
        "5": "Level 5 / Junior Skilled Worker",
        "4": "Level 4 / Intermediate Skilled Worker",
        "3": "Level 3 / Senior Skilled Worker",
        "2": "Level 2 / Technician",
        "1": "Level 1 / Senior Technician",
        "特级技师": "Master Technician",
    }
)
IDENTITY_TYPES_EN = MappingProxyType(
    {
        "居民身份证": "Resident Identity Card",
        "护照": "Passport",
        "港澳居民来往内地通行证": "Mainland Travel Permit for Hong Kong and Macao Residents",
        "台湾居民来往大陆通行证": "Mainland Travel Permit for Taiwan Residents",
        "外国人永久居留身份证": "Foreign Permanent Resident Identity Card",
    }
)
