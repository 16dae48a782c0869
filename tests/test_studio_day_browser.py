# A day in the studio, from the first question to the last decision, by keyboard in a real browser.
from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gap_core.labeling import LabelEntry
from tests.fixtures_studio import StudioProcess, StudioTab, mark_wrong
from tests.test_studio_desk_browser import choose_category, labels, question, save
from tests.test_studio_desk_browser import wait_for_another as wait_for_another_than
from tests.test_studio_review_browser import REFINED, open_page, type_and_refine

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]


def label_refine_reject_undo(tab: StudioTab, name: str) -> list[str]:
    """Four steps of a labeler; the questions that were labeled, in order."""
    page = tab.at_desk(name)
    choose_category(page)
    plain = save(page, "There is a dog.")
    choose_category(page)
    type_and_refine(page, "there are four dogs")
    page.keyboard.press("Alt+a")
    page.wait_for_selector(f"{REFINED}[data-state=kept]")
    refined = save(page, "")
    choose_category(page)
    type_and_refine(page, "there are two dogs")  # the refiner makes three of every two
    page.keyboard.press("Alt+g")  # shown the second time, what was typed comes first
    page.wait_for_selector(".changes li")
    page.keyboard.press("Alt+a")
    page.wait_for_selector("[data-ref=notice]:visible")
    page.keyboard.press("Alt+r")
    page.wait_for_selector(REFINED, state="detached")
    unrefined = save(page, ".")
    page.keyboard.press("Alt+z")
    wait_for_another_than(page, question(page))
    assert question(page) == unrefined
    save(page, " By the gate.")
    return [plain, refined, unrefined]


def second_opinion(studio: StudioProcess, asked: str) -> None:
    """Somebody else labels the question blindly, and says something else."""
    bench = studio.workbench
    bench.rules = replace(bench.rules, second_share=1.0)
    name = studio.person()
    account = next(known for known in bench.accounts() if known.name == name)
    item = bench.next_item(account.id)
    while item is not None and item.question != asked:
        bench.skip(item.id, account.id)
        item = bench.next_item(account.id)
    assert item is not None
    bench.submit(item.id, account.id, LabelEntry("answer", "No dog.", "Counting"), key=name)


def adjudicate_and_curate(tab: StudioTab) -> Any:
    """Two steps of a reviewer."""
    page = open_page(tab, "Adjudicate")
    page.wait_for_selector(".docket >> text=No dog.")
    page.keyboard.press("Alt+1")
    page.wait_for_selector(".docket >> text=Nothing to decide now")
    page = open_page(tab, "Deck")
    page.wait_for_selector(".curate >> text=There is a red car.")
    page.keyboard.press("Alt+a")
    page.wait_for_selector("text=No picture waits")
    return page


def test_a_day_in_the_studio(chromium: Any, tmp_path: Path) -> None:
    mark_wrong(tmp_path, [(f"Question {number}?", f"Answer {number}.") for number in range(6)])
    with StudioProcess(tmp_path, second_share=1.0) as studio:
        with studio.store() as store:
            store.connection.rows(
                """UPDATE deck_images SET taint = 'proposed' WHERE image_id IN (
                    SELECT image_id FROM deck_images WHERE taint = 'untainted' LIMIT 1)"""
            )
        labeler, ada = StudioTab(chromium, studio), studio.person()
        plain, refined, unrefined = label_refine_reject_undo(labeler, ada)
        second_opinion(studio, plain)
        reviewer = StudioTab(chromium, studio)
        reviewer.sign_in(studio.person(role="reviewer"))
        adjudicate_and_curate(reviewer)
        with studio.store() as store:
            rows = store.connection.rows
            finals = rows(
                "SELECT answer FROM label_items JOIN labels ON labels.id = final_label_id"
            )
            kept = rows("SELECT kept_text FROM label_refinements")
            outcomes = rows("SELECT outcome FROM refinement_outcomes ORDER BY id")
            curated = rows("SELECT decision FROM deck_decisions")

        assert [(row["question"], row["answer"]) for row in labels(studio, ada)] == [
            (plain, "There is a dog."),
            (refined, "there are four dogs"),
            (unrefined, "there are two dogs."),
            (unrefined, "there are two dogs. By the gate."),
        ]
        assert [row["kept_text"] for row in kept] == ["There are four dogs."]
        assert [row["outcome"] for row in outcomes] == ["accepted", "rejected"]
        assert [row["answer"] for row in finals] == ["There is a dog."]
        assert [row["decision"] for row in curated] == ["approved"]
        assert labeler.trouble == [] and reviewer.trouble == []
