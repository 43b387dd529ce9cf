"""The item editor in a browser: pasted text becomes Markdown, what is typed is kept, shortcuts do what they say."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visiting import Site, sound, visit
from tests.web.staff import a_member
from tests.web.test_bank_pages import a_stored_item

_ENTRY = "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>"
_MARK = "<![if !supportLists]><span style='mso-list:Ignore'>%s</span><![endif]>"
WORD_LIST = (
    "<!--[if gte mso 9]><xml>版式</xml><![endif]--><style>p.Mso{color:red}</style>"
    "<p class=MsoNormal>标准<b>不</b>包括<o:p></o:p></p>"
    f"{_ENTRY}{_MARK % '1.'}范围</p>{_ENTRY}{_MARK % '2.'}前言</p>"
)
#: Pasted HTML, and the Markdown that it becomes.
PASTED = {
    WORD_LIST: "标准**不**包括\n\n1. 范围\n2. 前言",
    "<ul><li>甲<ul><li>乙</li></ul></li><li>丙</li></ul>": "- 甲\n   - 乙\n- 丙",
    "<table><tr><td>量</td><td>单位</td></tr><tr><td>长|度</td><td>m</td></tr></table>": (
        "| 量 | 单位 |\n| --- | --- |\n| 长\\|度 | m |"
    ),
    "H<sub>2</sub>O，m<span style='vertical-align:super'>2</span>": "H~2~O，m^2^",
    "<b style='font-weight:normal'>甲<i>乙 </i>丙</b><br>2*3 &lt; $7": "甲*乙* 丙\n2\\*3 \\< \\$7",
    "<p>一</p><img src=x onerror=alert(1)><script>alert(2)</script><p onclick=alert(3)>二</p>": "一\n\n二",
}  # fmt: skip


@pytest.mark.browser
def test_what_is_pasted_becomes_markdown_and_what_is_typed_is_kept(page: Page, site: Site) -> None:
    writer = a_member("item_writer")
    item_id = a_stored_item(writer)
    visit(page, f"/items/{item_id}/edit", writer, language="en")

    for html, markdown in PASTED.items():
        found = page.evaluate("async (html) => (await import('/static/js/pasted-markup.js')).markdownOf(html)", html)
        assert found == markdown

    page.evaluate("""() => {
      const data = new DataTransfer();
      data.setData("text/html", "<b>不</b>是");
      const field = document.getElementById("stem");
      field.focus();
      field.setSelectionRange(0, 0);
      field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }""")
    expect(page.locator("#stem")).to_have_value("**不**是下列要素中，界定标准化对象的是（　　）。")
    expect(page.locator("[data-kept]")).to_contain_text("Kept at")

    page.locator("#rationale").press("Control+/")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.locator("#shortcuts [data-closes]").click()
    sound(page, "editor-typed")
    page.reload()
    expect(page.get_by_text("You typed this and have not saved it.")).to_be_visible()
    page.locator("#stem").press("Control+s")
    expect(page.get_by_text("is saved as a draft")).to_be_visible()
    expect(page.get_by_text("You typed this and have not saved it.")).to_have_count(0)
