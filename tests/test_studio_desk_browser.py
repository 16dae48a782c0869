# The Label page in a real browser, by keyboard: labels, drafts, undo, marks, looks.
from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures_studio import StudioProcess, StudioTab

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TEXT = "textarea:visible"
DRAFT_IS_SAFE_MS = 1000


def question(page: Any) -> str:
    return page.inner_text("[data-ref=question]")


def save(page: Any, answer: str = "There are three dogs.") -> str:
    """Types an answer, saves it by key and waits for the next question; the one answered."""
    asked = question(page)
    page.keyboard.type(answer)
    page.keyboard.press("Control+Enter")
    wait_for_another(page, asked)
    return asked


def wait_for_another(page: Any, asked: str) -> None:
    page.wait_for_function(
        "asked => { const root = [...document.querySelectorAll('*')].map(e => e.shadowRoot)"
        ".find(r => r?.querySelector('.desk')); return root &&"
        " root.querySelector('[data-ref=question]').textContent !== asked }",
        arg=asked,
    )


def labels(studio: StudioProcess, name: str) -> list[Any]:
    with studio.store() as store:
        return store.connection.rows(
            """SELECT labels.*, turns.question FROM labels
            JOIN accounts ON accounts.id = labels.account_id
            JOIN label_items ON label_items.id = labels.item_id
            JOIN turns ON turns.id = label_items.turn_id
            WHERE accounts.name = :name ORDER BY labels.id""",
            {"name": name},
        )


def choose_category(page: Any) -> None:
    page.keyboard.press("Alt+c")
    page.keyboard.type("Counting")
    page.keyboard.press("Alt+c")


def test_twenty_questions_are_labeled_by_keyboard_alone(
    studio: StudioProcess, studio_tab: StudioTab
) -> None:
    name = studio.person()
    page = studio_tab.at_desk(name)
    asked = []
    for number in range(20):
        choose_category(page)
        asked.append(save(page, f"There are {number} dogs."))

    kept = labels(studio, name)
    assert [row["question"] for row in kept] == asked and len(set(asked)) == 20
    assert [row["answer"] for row in kept] == [f"There are {n} dogs." for n in range(20)]
    assert studio_tab.trouble == []


def test_a_draft_survives_a_reload(studio_tab: StudioTab, studio: StudioProcess) -> None:
    page = studio_tab.at_desk(studio.person())
    asked = question(page)
    page.keyboard.type("A draft that is not finis")
    page.wait_for_selector("[data-ref=saved]:text-is('draft saved')")
    page.reload()
    page.wait_for_selector(TEXT)

    assert question(page) == asked
    assert page.input_value(TEXT) == "A draft that is not finis"


def test_no_draft_is_spoken_of_where_nothing_is_written(
    studio_tab: StudioTab, studio: StudioProcess
) -> None:
    page = studio_tab.at_desk(studio.person())
    page.keyboard.type("x")
    page.wait_for_selector("[data-ref=saved]:text-is('draft saved')")
    with page.expect_response("**/desk/draft"):
        page.keyboard.press("Backspace")

    page.wait_for_timeout(200)
    assert page.inner_text("[data-ref=saved]") == ""
    page.keyboard.press("Alt+1")
    page.wait_for_selector("[data-ref=saved]:text-is('draft saved')")
    page.keyboard.press("Alt+1")


def test_a_draft_is_there_after_a_look_at_another_page_and_back(
    studio_tab: StudioTab, studio: StudioProcess
) -> None:
    page = studio_tab.at_desk(studio.person())
    asked = question(page)
    page.keyboard.type("typed before leaving")
    page.wait_for_selector("[data-ref=saved]:text-is('draft saved')")
    page.click("[data-testid=stTopNavLink] >> text='My account'")
    page.wait_for_selector("text=New password again")
    page.go_back()
    page.wait_for_selector(TEXT)

    assert (question(page), page.input_value(TEXT)) == (asked, "typed before leaving")


def test_a_skipped_question_keeps_its_draft_and_another_comes(
    studio_tab: StudioTab, studio: StudioProcess
) -> None:
    page = studio_tab.at_desk(studio.person())
    asked = question(page)
    page.keyboard.type("half of it")
    page.keyboard.press("Alt+s")
    wait_for_another(page, asked)

    assert page.input_value(TEXT) == ""
    with studio.store() as store:
        drafts = store.connection.rows("SELECT answer FROM label_drafts")
    assert "half of it" in [row["answer"] for row in drafts]


def test_undo_brings_the_label_back_to_be_changed(
    studio_tab: StudioTab, studio: StudioProcess
) -> None:
    name = studio.person()
    page = studio_tab.at_desk(name)
    choose_category(page)
    asked = save(page, "There are two dogs.")
    page.keyboard.press("Alt+z")
    wait_for_another(page, question(page))
    assert (question(page), page.input_value(TEXT)) == (asked, "There are two dogs.")
    page.keyboard.press("End")
    page.keyboard.press("Backspace")
    save(page, ", both brown.")

    answers = [row["answer"] for row in labels(studio, name)]
    assert answers == ["There are two dogs.", "There are two dogs, both brown."]


def test_a_mark_by_key_saves_a_question_without_an_answer(
    studio_tab: StudioTab, studio: StudioProcess
) -> None:
    name = studio.person()
    page = studio_tab.at_desk(name)
    page.keyboard.press("Alt+5")
    page.wait_for_selector("[data-ref=wanted]:text-is('A note, if it helps')")
    save(page, "seen with a lens")

    (kept,) = labels(studio, name)
    assert (kept["verdict"], kept["answer"], kept["note"]) == (
        "model_right", None, "seen with a lens",
    )  # fmt: skip


def test_a_refused_label_keeps_what_was_typed_and_says_why(
    studio_tab: StudioTab, studio: StudioProcess
) -> None:
    page = studio_tab.at_desk(studio.person())
    asked = question(page)
    page.keyboard.type("x" * 501)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-ref=notice]:visible")

    assert "Answer is 501 characters; the limit is 500" in page.inner_text("[data-ref=notice]")
    assert (question(page), page.input_value(TEXT)) == (asked, "x" * 501)


def test_a_second_tab_says_that_the_question_is_labeled_and_goes_on(
    studio_tab: StudioTab, studio: StudioProcess
) -> None:
    name = studio.person()
    first = studio_tab.at_desk(name)
    second = studio_tab.context.new_page()
    second.goto(studio.url)
    second.wait_for_selector(TEXT)
    asked = save(first, "Said in the first tab.")

    second.keyboard.type("Said in the second tab.")
    second.wait_for_selector("[data-ref=notice]:visible")
    told = second.inner_text("[data-ref=notice]")
    second.keyboard.press("Control+Enter")
    second.wait_for_timeout(2 * DRAFT_IS_SAFE_MS)

    assert told.startswith("You have labeled this question already, perhaps in another tab.")
    assert second.inner_text("[data-ref=notice]") == told
    second.keyboard.press("Alt+s")
    wait_for_another(second, asked)
    assert [row["answer"] for row in labels(studio, name)] == ["Said in the first tab."]


def test_zoom_and_place_stay_from_question_to_question(
    studio_tab: StudioTab, studio: StudioProcess
) -> None:
    page = studio_tab.at_desk(studio.person())
    for key in ("Alt+Equal", "Alt+Equal", "Alt+ArrowRight"):
        page.keyboard.press(key)
    look = page.eval_on_selector(".stage img", "image => image.style.transform")
    asked = question(page)
    page.keyboard.press("Alt+s")
    wait_for_another(page, asked)

    assert "scale(1.56" in look and "translate(-60px" in look
    assert page.eval_on_selector(".stage img", "image => image.style.transform") == look


def test_one_key_lists_the_keys_and_hides_them(
    studio_tab: StudioTab, studio: StudioProcess
) -> None:
    page = studio_tab.at_desk(studio.person())
    page.keyboard.press("Alt+h")
    listed = page.inner_text("dialog:visible")
    page.keyboard.press("Alt+h")

    assert "save and bring the next" in listed and not page.is_visible("dialog")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_desk_fits_a_small_laptop(chromium: Any, studio: StudioProcess, scheme: str) -> None:
    tab = StudioTab(chromium, studio, color_scheme=scheme)
    page = tab.at_desk(studio.person())
    boxes = {
        name: page.locator(name).bounding_box()
        for name in (".stage img", "[data-ref=question]", TEXT, "[data-does=save]")
    }
    width = page.evaluate("document.documentElement.scrollWidth")
    tab.context.close()

    for name, box in boxes.items():
        assert box["x"] >= 0 and box["x"] + box["width"] <= 1280, name
        assert box["y"] >= 0 and box["y"] + box["height"] <= 800, name
    assert width <= 1280
