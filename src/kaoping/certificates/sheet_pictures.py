"""What a flowing sheet shows of its layout: uploaded logo and ground, or the band at the head."""

from collections.abc import Mapping

from kaoping.certificates.errors import LayoutPictureMissing
from kaoping.certificates.ground import report_ground
from kaoping.certificates.layout_sheets import SheetLayout
from kaoping.certificates.layouts import GroundKind
from kaoping.itembank.printing import Underlay


def sheet_resources(sheet: SheetLayout, uploaded: Mapping[str, bytes]) -> dict[str, bytes]:
    """Give the pictures under the names that the templates use; raises `LayoutPictureMissing`."""
    if missing := sheet.digests - set(uploaded):
        raise LayoutPictureMissing(digest=min(missing))
    found = {sheet.logo: uploaded[sheet.logo]} if sheet.logo else {}
    return found | ({"ground": uploaded[sheet.ground_digest]} if sheet.ground_digest else {})


def sheet_underlay(sheet: SheetLayout) -> Underlay | None:
    """Give the band at the head, where the layout keeps it."""
    return Underlay(report_ground()) if sheet.ground is GroundKind.GUILLOCHE else None
