# Words of players and models are data: none of them is rendered, run or asked for, on any page.
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from gap_core.labeling import LabelEntry
from gap_core.play import Rules
from tests.fixtures_play import Table
from tests.fixtures_studio import StudioProcess, StudioTab, mark_wrong

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAYLOADS = (
    "![x](http://evil.example/a.png)",
    "[x](javascript:alert(1)) <http://evil.example>",
    "<img src=x onerror=alert(1)>",
    "<script>document.title='hit'</script>",
    "</dd></dl><iframe src='http://evil.example'></iframe>",
    "${document.title='hit'} {{7*7}} `${alert(1)}`",
    "$$\\frac{1}{2}$$ and $x^2$",
    ":material/home: :smile: :red[hot] :blue-badge[b]",
    "# Heading **bold** _thin_ ~~gone~~ `code`",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "\u202egnorw\u202c \u2066isolated\u2069 \u200f",
    '" onmouseover="alert(1)" x="',
)
RENDERED = "img, script:has-text('hit'), iframe, .katex, strong, em, h1:has-text('Heading'), a"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    """A studio in which every question, answer, label and nickname is a payload."""
    folder = tmp_path_factory.mktemp("hostile")
    mark_wrong(folder, [(words, words) for words in PAYLOADS])
    with StudioProcess(folder) as running:
        table = Table(folder / "gap.db", folder, rules=Rules(tainted_images=1))
        for words in PAYLOADS:
            table.started(words.replace("\n", " ")[:24])
        yield running


@pytest.fixture
def tab(chromium: Any, hostile: StudioProcess) -> Iterator[StudioTab]:
    tab = StudioTab(chromium, hostile)
    yield tab
    tab.context.close()


def visible(words: str) -> str:
    return " ".join(words.split())


def rendered(page: Any) -> list[str]:
    """What stands in the page though only markup could have put it there."""
    return [
        element.evaluate("e => e.outerHTML").strip()[:200]
        for element in page.locator("[data-testid=stMain]").locator(RENDERED).all()
        if not element.evaluate("e => Boolean(e.closest('.stage'))")
    ]


def test_questions_and_answers_are_shown_as_they_were_typed(
    hostile: StudioProcess, tab: StudioTab
) -> None:
    page = tab.at_desk(hostile.person())
    seen = set()
    for _ in PAYLOADS:
        asked = page.locator("[data-ref=question]").text_content()
        said = page.locator("[data-ref=said]").text_content()
        assert rendered(page) == [] and page.title() != "hit"
        seen.add(visible(said))  # what is typed loses its bidi controls before
        page.keyboard.press("Alt+1")
        page.keyboard.press("Control+Enter")
        page.wait_for_function(
            "asked => { const root = [...document.querySelectorAll('*')].map(e => e.shadowRoot)"
            ".find(r => r?.querySelector('.desk')); const q = root?.querySelector("
            "'[data-ref=question]'); return !q?.offsetParent || q.textContent !== asked }",
            arg=asked,
        )

    assert seen == {visible(words) for words in PAYLOADS} and tab.trouble == []


def test_nicknames_are_shown_as_they_were_typed(hostile: StudioProcess, tab: StudioTab) -> None:
    tab.sign_in(hostile.person(role="reviewer"))
    tab.page.goto(f"{hostile.url}/playtest")
    tab.page.wait_for_selector(".ledger td")
    names = set(tab.page.locator(".ledger td:first-child").all_text_contents())
    tab.trouble = [said for said in tab.trouble if "404" not in said]  # Streamlit seeks its root

    assert rendered(tab.page) == [] and tab.page.title() != "hit"
    assert "<img src=x onerror=alert" in "".join(names) and ":material/home: :smile:" in "".join(
        names
    )
    assert tab.trouble == []


def test_two_labels_are_shown_as_they_were_typed(hostile: StudioProcess, tab: StudioTab) -> None:
    mark_wrong(hostile.folder, [("Which one?", "None.")])
    bench = hostile.workbench
    bench.rules = replace(bench.rules, second_share=1.0)
    for words in PAYLOADS[:2]:
        name = hostile.person()
        account = next(known for known in bench.accounts() if known.name == name)
        item = bench.next_item(account.id, order="age")
        while item is not None and item.question != "Which one?":
            bench.skip(item.id, account.id)
            item = bench.next_item(account.id, order="age")
        assert item is not None
        bench.submit(item.id, account.id, LabelEntry("answer", words, "Counting"), key=name)
    tab.sign_in(hostile.person(role="reviewer"))
    tab.page.goto(f"{hostile.url}/adjudicate")
    tab.page.wait_for_selector(".docket >> text=Which one?")
    shown = {tab.page.locator(f"[data-ref={side}]").text_content() for side in ("first", "second")}
    tab.trouble = [said for said in tab.trouble if "404" not in said]

    assert shown == set(PAYLOADS[:2]) and rendered(tab.page) == [] and tab.trouble == []


def test_an_error_shows_a_name_as_it_was_typed(hostile: StudioProcess, tab: StudioTab) -> None:
    hostile.person("![x](http://evil.example/a)")
    tab.sign_in(hostile.person(role="administrator"))
    page = tab.page
    page.goto(f"{hostile.url}/accounts")
    page.fill("input[aria-label='Name of somebody new']", "![x](http://evil.example/a)")
    page.keyboard.press("Enter")
    page.wait_for_selector(".gap-notice")
    tab.trouble = [said for said in tab.trouble if "404" not in said]

    assert "'![x](http://evil.example/a)' is taken" in page.inner_text(".gap-notice")
    assert rendered(page) == [] and tab.trouble == []
