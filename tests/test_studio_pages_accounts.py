# Accounts, passwords and locks as the studio's pages change them.
from __future__ import annotations

from pathlib import Path

import pytest

from apps.studio.ledger import Act, Deed, read_act
from apps.studio.pages.accounts import change, held_rows, row_of, unlocked
from apps.studio.studio import running_studio
from db import Store
from gap_core.labeling import Workbench
from tests.fixtures_labeling import PASSWORD
from tests.fixtures_studio import mark_wrong
from tests.fixtures_studio_pages import Open, html, page_past_the_navigation


def test_an_own_new_password_is_taken(visit: Open, bench: Workbench) -> None:
    visit("labeler")
    page = page_past_the_navigation("me")
    for field, words in zip(
        page.text_input, (PASSWORD, "another four words", "another four words"), strict=True
    ):
        field.input(words)
    page.button[0].click().run()
    assert '<a href="/sign-in">Sign in again</a>' in html(page)
    assert bench.check_password("Somebody, labeler", "another four words") is not None


@pytest.mark.parametrize(
    ("old", "again", "told"),
    [("not it", "another four words", "old password is not right"), (PASSWORD, "other", "differ")],
)
def test_a_new_password_that_can_not_be_taken_is_told(
    visit: Open, bench: Workbench, old: str, again: str, told: str
) -> None:
    visit("labeler")
    page = page_past_the_navigation("me")
    for field, words in zip(page.text_input, (old, "another four words", again), strict=True):
        field.input(words)
    page.button[0].click().run()
    assert told in html(page)
    assert bench.check_password("Somebody, labeler", PASSWORD) is not None


def test_an_administrator_adds_somebody(visit: Open, bench: Workbench) -> None:
    visit("administrator")
    page = page_past_the_navigation("accounts")
    page.text_input[0].input("Zoe")
    page.selectbox[0].select("reviewer")
    page.button[0].click().run()
    assert "Zoe (reviewer) signs in with: " in html(page)
    assert [(known.name, known.role) for known in bench.accounts()][-1] == ("Zoe", "reviewer")


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("administrator", "has the role administrator now"),
        ("disable", "Disabled"),
        ("password", "signs in with: "),
    ],
)
def test_an_account_is_changed_as_asked(bench: Workbench, does: str, said: str) -> None:
    admin = bench.create_account("Noor", PASSWORD, "administrator")
    ada = bench.create_account("Ada", PASSWORD)
    assert said in change(bench, Act(does, ada.id), by=admin.id)
    now = next(known for known in bench.accounts() if known.id == ada.id)
    assert now.sign_in_number > ada.sign_in_number or now.is_disabled


def test_an_administrator_does_nothing_to_themselves_here(bench: Workbench) -> None:
    admin = bench.create_account("Noor", PASSWORD, "administrator")
    assert row_of(admin, own_id=admin.id).does == ()
    assert "disable" in row_of(admin, own_id="somebody else").does


def test_an_open_question_is_unlocked_once(bench: Workbench, folder: Path) -> None:
    mark_wrong(folder, [("How many?", "One.")])
    admin = bench.create_account("Noor", PASSWORD, "administrator")
    item = bench.next_item(bench.create_account("Ada", PASSWORD).id)
    assert item is not None
    act = Act("unlock", str(item.id))
    assert "is free again" in unlocked(bench, act, by=admin.id)
    assert "Nobody has it open" in unlocked(bench, act, by=admin.id)


def test_a_lock_that_is_over_is_not_listed(bench: Workbench, folder: Path) -> None:
    mark_wrong(folder, [("How many?", "One.")])
    admin = bench.create_account("Noor", PASSWORD, "administrator")
    assert bench.next_item(bench.create_account("Grace", PASSWORD).id) is not None
    assert [row.cells[1] for row in held_rows(bench.held_items(admin.id))] == ["Grace"]
    with Store.open(folder / "gap.db") as store:
        store.connection.rows(
            "UPDATE label_items SET leased_until_utc = '2001-01-01T00:00:00.000000Z' "
            "WHERE leased_by IS NOT NULL"
        )
    assert len(bench.held_items(admin.id)) == 1 and held_rows(bench.held_items(admin.id)) == []


@pytest.mark.parametrize("words", [{}, {"does": "dance"}, {"id": "x"}])
def test_what_a_table_does_not_offer_is_no_act(words: dict[str, str]) -> None:
    assert read_act(words, deeds={"end": Deed("End")}) is None


def test_an_administrator_reads_why_nothing_is_refined(visit: Open) -> None:
    visit("administrator")
    running_studio().shelf.refine_trouble = "The weights at '<b>/srv</b>' are missing."
    page = page_past_the_navigation("accounts")
    assert "refined: The weights at &#x27;&lt;b&gt;/srv&lt;/b&gt;&#x27; are missing." in html(page)
