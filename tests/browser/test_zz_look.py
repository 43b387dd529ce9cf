import pytest
from playwright.sync_api import Page
from kaoping.exam.db import transaction
from tests.browser.visiting import Site, visit, sound, enter
from tests.builders_skill import a_skill_level, a_project_table
from tests.builders_tasks import a_task_in_review, a_document
from tests.web.staff import a_member
from tests.web.test_task_pages import TYPED
pytestmark = pytest.mark.browser

def test_look(page: Page, site: Site) -> None:
    writer = a_member("item_writer", "item_reviewer")
    with transaction(writer.organisation) as session:
        level = a_skill_level(session)
        a_project_table(session, level)
        task = a_task_in_review(session, level)
        tid, lid = task.id, level.id
    for lang in ("zh", "en"):
        for name, width in (("desk", 1440), ("phone", 390)):
            page.set_viewport_size({"width": width, "height": 900})
            for what, path in (("list", "/items/tasks/"), ("show", f"/items/tasks/{tid}"), ("new", f"/items/tasks/new?level={lid}")):
                visit(page, path, writer, language=lang)
                page.screenshot(path=f"/tmp/six/typeui/shots/{what}-{name}-{lang}.png", full_page=True)
                if lang == "zh": sound(page)
