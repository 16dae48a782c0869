# Refine, reject what changes a fact, adjudicate, curate, end a session: in a real browser.
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gap_core.labeling import LabelEntry
from gap_core.play import Rules, utc_now
from tests.fixtures_play import Table
from tests.fixtures_studio import StudioProcess, StudioTab, mark_wrong
from tests.test_studio_desk_browser import TEXT, choose_category, labels, question, save

pytestmark = [pytest.mark.browser, pytest.mark.slow]
REFINED = ".refined:visible"


def type_and_refine(page: Any, answer: str) -> None:
    page.keyboard.type(answer)
    page.keyboard.press("Alt+l")
    page.wait_for_selector(REFINED)


def test_a_safe_refinement_is_accepted_by_key_and_saved(
    studio: StudioProcess, studio_tab: StudioTab
) -> None:
    name = studio.person()
    page = studio_tab.at_desk(name)
    choose_category(page)
    type_and_refine(page, "there are four dogs")
    assert page.inner_text("ins >> nth=0") == "+There"
    page.keyboard.press("Alt+a")
    page.wait_for_selector(f"{REFINED}[data-state=kept]")
    save(page, "")

    (label,) = labels(studio, name)
    with studio.store() as store:
        (kept,) = store.connection.rows(
            "SELECT kept_text FROM label_refinements WHERE label_id = :id", {"id": label["id"]}
        )
    assert (label["answer"], kept["kept_text"]) == ("there are four dogs", "There are four dogs.")
    assert studio_tab.trouble == []


def test_a_refinement_that_changes_a_fact_is_not_accepted_by_key(
    studio: StudioProcess, studio_tab: StudioTab
) -> None:
    name = studio.person()
    page = studio_tab.at_desk(name)
    choose_category(page)
    type_and_refine(page, "there are two dogs")
    assert "only tidied" in page.inner_text(REFINED)
    page.keyboard.press("Alt+g")
    page.wait_for_selector(".changes li")
    assert page.inner_text(".changes li") == "number: two → three"
    page.keyboard.press("Alt+a")
    page.wait_for_selector("[data-ref=notice]:visible")
    assert page.get_attribute(REFINED, "data-state") == "proposed"
    page.keyboard.press("Alt+r")
    page.wait_for_selector(REFINED, state="detached")
    save(page, ".")

    (label,) = labels(studio, name)
    with studio.store() as store:
        kept = store.connection.rows(
            "SELECT * FROM label_refinements WHERE label_id = :id", {"id": label["id"]}
        )
    assert label["answer"] == "there are two dogs." and kept == []


def test_an_edit_that_changes_a_fact_is_not_kept_by_a_key(
    studio_tab: StudioTab, studio: StudioProcess
) -> None:
    page = studio_tab.at_desk(studio.person())
    type_and_refine(page, "there is a dog")
    page.keyboard.press("Alt+e")
    page.keyboard.press("Control+a")
    page.keyboard.type("There is a red dog.")
    page.keyboard.press("Alt+a")
    page.wait_for_selector("[data-ref=notice]:visible")

    assert "colour 'red' was added" in page.inner_text("[data-ref=notice]")
    assert "This changes what you said" in page.inner_text(REFINED)
    page.keyboard.press("Enter")  # the keyboard is at "Keep it all the same"
    page.wait_for_selector(f"{REFINED} >> text=Will be saved beside your words")


def test_typing_on_puts_a_refinement_out_of_date(
    studio: StudioProcess, studio_tab: StudioTab
) -> None:
    page = studio_tab.at_desk(studio.person())
    type_and_refine(page, "there are four dogs")
    page.focus(TEXT)
    page.keyboard.type(" and a cat")

    assert page.get_attribute(REFINED, "data-state") == "stale"


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    """A studio with one dispute, two proposed pictures and a session being played."""
    folder = tmp_path_factory.mktemp("reviewed")
    mark_wrong(folder, [("How many dogs?", "One.")])
    with StudioProcess(folder) as running:
        dispute(running)
        with running.store() as store:
            store.connection.rows(
                """UPDATE deck_images SET taint = 'proposed' WHERE image_id IN (
                    SELECT image_id FROM deck_images WHERE taint = 'untainted' LIMIT 2)"""
            )
        table = Table(folder / "gap.db", folder, clock=utc_now, rules=Rules(tainted_images=1))  # type: ignore[arg-type]
        table.ask(table.started("Rude Name"))
        yield running


def dispute(studio: StudioProcess) -> None:
    bench = studio.workbench
    bench.rules = replace(bench.rules, second_share=1.0)
    for name, answer in (("Ada", "Three dogs."), ("Ben", "Four dogs.")):
        studio.person(name)
        account = next(known for known in bench.accounts() if known.name == name)
        item = bench.next_item(account.id)
        assert item is not None
        bench.submit(item.id, account.id, LabelEntry("answer", answer, "Counting"), key=name)


@pytest.fixture
def reviewer(chromium: Any, reviewed: StudioProcess) -> Iterator[StudioTab]:
    tab = StudioTab(chromium, reviewed)
    tab.sign_in(reviewed.person(role="reviewer"))
    tab.page.wait_for_selector(".desk")
    yield tab
    tab.context.close()


def open_page(tab: StudioTab, title: str) -> Any:
    tab.page.click(f"[data-testid=stTopNavLink] >> text='{title}'")
    return tab.page


def test_a_reviewer_decides_between_two_labels_by_key(reviewer: StudioTab) -> None:
    page = open_page(reviewer, "Adjudicate")
    page.wait_for_selector(".docket >> text=Three dogs.")
    assert question(page) == "How many dogs?"
    page.keyboard.press("Alt+2")
    page.wait_for_selector(".docket >> text=Nothing to decide now")

    with reviewer.studio.store() as store:
        (final,) = store.connection.rows(
            "SELECT answer FROM label_items JOIN labels ON labels.id = final_label_id"
        )
    assert final["answer"] == "Four dogs." and reviewer.trouble == []


def test_proposed_pictures_are_curated_by_key(reviewer: StudioTab) -> None:
    page = open_page(reviewer, "Deck")
    page.wait_for_selector(".curate >> text=There is a red car.")
    page.keyboard.press("Alt+r")
    page.wait_for_selector(".curate .notice:visible")
    page.keyboard.type("two cats are missing")
    page.keyboard.press("Alt+r")
    page.wait_for_selector(".curate >> text=1 waiting")
    page.keyboard.press("Alt+a")
    page.wait_for_selector("text=No picture waits")

    with reviewer.studio.store() as store:
        decided = store.connection.rows("SELECT decision, reason FROM deck_decisions ORDER BY id")
    assert [tuple(row) for row in decided] == [
        ("rejected", "two cats are missing"), ("approved", ""),
    ]  # fmt: skip


def test_a_picture_is_retired_with_a_reason(reviewer: StudioTab) -> None:
    page = open_page(reviewer, "Deck")
    page.locator(".ledger [data-does=retired]").first.click()
    page.keyboard.type("shown too often")
    page.keyboard.press("Enter")
    page.wait_for_selector(".gap-notice >> text=is retired")

    with reviewer.studio.store() as store:
        (decided,) = store.connection.rows(
            "SELECT reason FROM deck_decisions WHERE decision = 'retired'"
        )
    assert decided["reason"] == "shown too often"


def test_a_press_that_arrives_twice_counts_once(reviewer: StudioTab) -> None:
    copies = 1

    def carry(browser: Any) -> None:
        server = browser.connect_to_server()
        browser.on_message(lambda words: [server.send(words) for _ in range(copies)])

    reviewer.page.route_web_socket(re.compile("/stream"), carry)
    reviewer.page.reload()
    page = open_page(reviewer, "Deck")
    page.locator(".ledger [data-does=retired]").nth(1).click()
    page.keyboard.type("too dark")
    copies = 2
    page.keyboard.press("Enter")
    page.wait_for_selector(".gap-notice >> text=is retired")
    page.wait_for_timeout(1000)
    assert page.is_visible(".gap-notice >> text=is retired")

    with reviewer.studio.store() as store:
        decided = store.connection.rows("SELECT id FROM deck_decisions WHERE reason = 'too dark'")
    assert len(decided) == 1


def test_a_facilitator_hides_a_name_and_ends_a_session(reviewer: StudioTab) -> None:
    page = open_page(reviewer, "Playtest")
    page.wait_for_selector(".ledger td >> text='Rude Name'")
    page.click(".ledger [data-does=end]")
    page.click(".ledger [data-does=end][data-sure=true]")
    page.wait_for_selector("text=Nobody is in a session.")
    page.locator(".ledger [data-does=hide]").first.click()
    page.locator(".ledger [data-does=hide][data-sure=true]").click()
    page.wait_for_selector(".ledger [data-does=restore]")

    with reviewer.studio.store() as store:
        assert store.playtest.open_sessions() == []
    assert reviewer.trouble == []


def test_a_labeler_sees_no_reviewers_page(chromium: Any, reviewed: StudioProcess) -> None:
    tab = StudioTab(chromium, reviewed)
    page = tab.sign_in(reviewed.person())
    page.wait_for_selector(".desk")
    titles = page.locator("[data-testid=stTopNavLink]").all_inner_texts()
    page.goto(f"{reviewed.url}/playtest")
    page.wait_for_selector("[data-testid=stMainBlockContainer]")
    page.wait_for_timeout(1000)
    shown = page.inner_text("body")
    tab.context.close()

    assert [title.strip() for title in titles] == ["Label", "My account"]
    assert "Playing now" not in shown


def test_an_administrator_adds_a_labeler_who_can_sign_in(
    chromium: Any, reviewed: StudioProcess, tmp_path: Path
) -> None:
    tab = StudioTab(chromium, reviewed)
    tab.sign_in(reviewed.person(role="administrator"))
    tab.page.wait_for_selector(".desk")
    page = open_page(tab, "Accounts")
    page.fill("input[aria-label='Name of somebody new']", "<b>Zoe</b>")
    page.keyboard.press("Enter")
    page.wait_for_selector(".gap-notice[data-kind=good]")
    said = page.inner_text(".gap-notice")
    tab.context.close()

    password = said.split("signs in with: ")[1].split()[0]
    assert said.startswith("<b>Zoe</b> (labeler)")
    assert reviewed.workbench.check_password("<b>Zoe</b>", password) is not None
