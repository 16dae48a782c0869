# Words of players and models are data: none of them is rendered, run or asked for, on any page.
from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from db import Store
from db.adapter_store import AdapterRecord
from db.evaluation_records import AnsweredBy
from gap_core.dataset.build_config import BuildConfig
from gap_core.dataset.building import build_dataset
from gap_core.dataset.findings import RULES
from gap_core.dataset.labels import accepted_samples
from gap_core.dataset.places import dataset_place
from gap_core.evaluation.items import Item, dataset_items
from gap_core.labeling import LabelEntry
from gap_core.play import Rules
from gap_core.synthesis.config import checked_config
from gap_core.synthesis.records import (
    CheckResult,
    Checks,
    MultiHop,
    Seed,
    Subject,
    SubQuestion,
)
from gap_core.synthesis.running import begin_run
from tests.fixtures_labeling import PASSWORD
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import SECRET, START, Table
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
OWN_PICTURE = (
    "e => e.tagName === 'IMG' && /^\\/picture\\/[0-9a-f]{64}$/.test(e.getAttribute('src'))"
)
IMG = "<img src=x onerror=alert(1)>"
MODEL = "**model** <b>b</b> ![x](http://evil.example/m)"
ACCEPTED = 6  # asked once more, and labeled before anybody looks
RENDERED = "img, script:has-text('hit'), iframe, .katex, strong, em, h1:has-text('Heading'), a"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    """A studio in which every question, answer, label and nickname is a payload."""
    folder = tmp_path_factory.mktemp("hostile")
    mark_wrong(folder, [(words, words) for words in (*PAYLOADS[:ACCEPTED], *PAYLOADS)])
    with StudioProcess(folder) as running:
        table = Table(folder / "gap.db", folder, rules=Rules(tainted_images=1))
        for words in PAYLOADS:
            table.started(words.replace("\n", " ")[:24])
        fill_with_payloads(running)
        yield running


def fill_with_payloads(studio: StudioProcess) -> None:
    """Everything that reviewers look at, each word of it a payload."""
    accept_payloads(studio)
    with studio.store() as store:
        samples = list(accepted_samples(store, secret=SECRET))
        # The same question again in other words, so that there are duplicates to look at.
        samples += [replace(one, conversation=f"{one.id} again") for one in samples]
        keep = frozenset(RULES)
        folder = dataset_place(studio.folder, "hostile")
        config = BuildConfig(validation_share=0.5, keep_rules=keep)
        build_dataset(samples, folder, data_dir=studio.folder, config=config)
        evaluate_payloads(store, dataset_items(folder))
        synthesize_payloads(store)
        store.adapters.add(
            AdapterRecord("one", IMG, "x", IMG, IMG, "{}", None, 9, 0.5, START), image_ids=[]
        )
        store.adapters.request("one", requested_by=IMG, now=START)
        store.adapters.answer_request(1, problem=PAYLOADS[0], now=START)
    for kind, name in (("train", "one"), ("dataset", "one"), ("evaluation", "last")):
        job = studio.folder / "jobs" / kind / name
        job.mkdir(parents=True)
        (job / "order.json").write_text(json.dumps({"command": [IMG], "begun_by": IMG}))
        (job / "err.txt").write_text(f"Error: {' '.join(PAYLOADS)}")


def accept_payloads(studio: StudioProcess) -> None:
    bench = studio.workbench
    bench.rules = replace(bench.rules, second_share=0.0)
    account = bench.create_account("Ida", PASSWORD)
    bench.refresh_queue()
    for number, words in enumerate(PAYLOADS[:ACCEPTED]):
        item = bench.next_item(account.id, order="age")
        assert item is not None
        bench.submit(item.id, account.id, LabelEntry("answer", words, "Counting"), key=str(number))
    model = ScriptedModel(default=IMG)
    model.name = MODEL
    assert bench.check_labels(model) == ACCEPTED


def evaluate_payloads(store: Store, items: list[Item]) -> None:
    for adapter in ("", f"{IMG}_adapter 1"):
        by = AnsweredBy(MODEL, "w", IMG, adapter, "1")
        for item in items:
            store.evaluations.add_answer(
                by, image_id=item.image_id, question=item.question, answer=IMG,
                latency_s=0.1, answered=START,
            )  # fmt: skip
        figure = {"mean": 0.5, "interval": None, "n": 1, "pictures": 1, "unscored": 0}
        report = {"items": len(items), "figures": {"factual": {"all": figure}}}
        store.evaluations.add_report(
            by, dataset="hostile", side="validation", report=report, finished=START
        )


def synthesize_payloads(store: Store) -> None:
    run = begin_run(store, "hostile", checked_config(source="pocket", count=len(PAYLOADS)))
    subject = Subject(kind="image", language="en", relation="spatial reasoning", image_id=IMG)
    store.synthesis.add_items(run.id, [subject.model_dump_json()] * len(PAYLOADS), first_place=0)
    for item, words in zip(store.synthesis.items(run.id), PAYLOADS, strict=True):
        step = SubQuestion(question=words, answer=words)
        seed = Seed(background=words, sub_questions=(step, step))
        made = MultiHop(question=f"{words} ........", thinking=f"{words} ........", answer=words)
        checks = Checks(results=(CheckResult(name="verified answer", passed=True, detail=words),))
        for state, record in (("seeded", seed), ("composed", made)):
            store.synthesis.finish_step(item.id, state=state, made_json=record.model_dump_json())  # type: ignore[arg-type]
        store.synthesis.finish_item(
            item.id, state="accepted", ended=START, checks_json=checks.model_dump_json()
        )
        store.synthesis.add_miss(item.id, step=words, place=0, reason=words, detail=words)


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
        and not element.evaluate(OWN_PICTURE)
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


@pytest.fixture(scope="module")
def reviewer(chromium: Any, hostile: StudioProcess) -> Iterator[StudioTab]:
    """One tab for all pages that are only looked at."""
    tab = StudioTab(chromium, hostile)
    tab.sign_in(hostile.person(role="reviewer"))
    yield tab
    tab.context.close()


def reviewed(tab: StudioTab, page: str, *, has: str) -> Any:
    """A reviewer's page, once it shows a table with these words."""
    tab.page.goto(f"{tab.studio.url}/{page}")
    tab.page.wait_for_selector(f".desk td >> text={has} >> nth=0")
    tab.page.wait_for_timeout(500)
    return tab.page


def assert_plain(tab: StudioTab) -> None:
    """Nothing of the corpus was rendered, run or asked for."""
    assert rendered(tab.page) == [] and tab.page.title() != "hit"
    assert [said for said in tab.trouble if "404" not in said] == []  # Streamlit seeks its root


def test_checked_labels_are_shown_as_they_were_typed(reviewer: StudioTab) -> None:
    page = reviewed(reviewer, "agreement", has="informative")
    shown = " ".join(page.locator(".ledger td").all_text_contents())
    assert {words for words in PAYLOADS[:ACCEPTED] if visible(words) not in visible(shown)} == set()
    assert MODEL in shown
    assert_plain(reviewer)


def test_trust_and_posteriors_are_drawn_of_plain_words(reviewer: StudioTab) -> None:
    page = reviewed(reviewer, "playtest", has="of 6")
    page.click("text=Work out calibration, ROC and posteriors by session")
    page.wait_for_selector("text=answers that experts looked at")
    page.wait_for_timeout(1500)
    hover_charts(page)
    assert_plain(reviewer)


def hover_charts(page: Any) -> None:
    """Point at every chart that is to be seen, where a tooltip may come up."""
    charts = page.locator("[data-testid=stVegaLiteChart]:visible")
    assert charts.count() > 0
    for chart in charts.all():
        box = chart.bounding_box()
        for share in (0.3, 0.5, 0.7):
            page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] * 0.2)
            page.wait_for_timeout(60)
            assert page.locator("#vg-tooltip-element").locator(RENDERED).count() == 0


def test_a_dataset_is_shown_as_it_was_typed(reviewer: StudioTab) -> None:
    page = reviewed(reviewer, "dataset", has="hostile")
    page.wait_for_selector(".ledger td >> text=told only >> nth=0")
    shown = visible(" ".join(page.locator(".ledger td").all_text_contents()))
    assert visible(IMG) in shown
    assert_plain(reviewer)
    page.locator("[data-does=mend]").first.click()
    page.wait_for_selector("[role=dialog] >> text=Mend it")
    assert_plain(reviewer)
    page.keyboard.press("Escape")  # the window
    page.click("[role=tab] >> text=Duplicates")
    page.wait_for_timeout(500)
    assert_plain(reviewer)
    page.click("[role=tab] >> text=Diversity")
    page.wait_for_timeout(800)
    hover_charts(page)
    assert_plain(reviewer)


def test_refusals_of_jobs_are_shown_as_they_came(reviewer: StudioTab) -> None:
    reviewed(reviewer, "train", has="refused")
    reviewer.page.click("tr[data-id=one] [data-does=show]")
    reviewer.page.wait_for_selector(".gap-notice")
    assert visible(" ".join(PAYLOADS)) == visible(reviewer.page.text_content(".gap-notice"))
    assert_plain(reviewer)


def test_evaluations_are_shown_as_they_were_answered(reviewer: StudioTab) -> None:
    page = reviewed(reviewer, "evaluate", has="hostile")
    page.wait_for_selector("text=Answers side by side")
    page.wait_for_timeout(1500)
    answers = page.locator(".ledger").last.locator("td").all_text_contents()
    assert IMG in answers
    hover_charts(page)
    assert_plain(reviewer)


def test_synthesized_items_are_shown_as_they_were_written(reviewer: StudioTab) -> None:
    page = reviewed(reviewer, "synthesis", has="hostile")
    page.wait_for_selector("tr [data-does=look]")
    shown = visible(" ".join(page.locator(".ledger td").all_text_contents()))
    assert {words for words in PAYLOADS if visible(words) not in shown} == set()
    for place in range(len(PAYLOADS)):
        page.locator("[data-does=look]").nth(place).click()
        page.get_by_role("dialog").wait_for()
        page.wait_for_timeout(400)
        assert_plain(reviewer)
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="detached")


def test_adapters_are_shown_as_they_were_named(reviewer: StudioTab) -> None:
    page = reviewed(reviewer, "adapters", has="one")
    assert visible(PAYLOADS[0]) in visible(page.text_content("[data-testid=stMain]"))
    assert_plain(reviewer)
