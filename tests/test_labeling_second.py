# Second labels, blind; who decides where two differ; how well people agree.
from __future__ import annotations

import hashlib
from itertools import product

import numpy as np
import pytest

from db.labeling_records import LabelPair
from gap_core.errors import GapError
from gap_core.labeling import Draft, Item, LabelEntry
from gap_core.labeling.agreement import agreement_of, alpha_interval
from gap_core.labeling.passes import wants_second
from tests.fixtures_labeling import Desk, right


@pytest.fixture
def double(desk: Desk) -> Desk:
    """The desk where every item gets a second label."""
    desk.restarted(second_share=1.0)
    return desk


def two_labels(desk: Desk, ada: str, ben: str, *entries: LabelEntry) -> Item:
    """One item labeled by both."""
    item = desk.label(ada, entries[0])
    assert desk.label(ben, entries[1]).id == item.id
    return item


def state_of(desk: Desk, item_id: int) -> str:
    return str(desk.rows(f"SELECT state FROM label_items WHERE id = {item_id}")[0]["state"])


def test_second_label_is_somebody_elses(double: Desk, ada: str, ben: str) -> None:
    first = double.label(ada)
    assert double.next(ada).id != first.id
    assert double.next(ben).id == first.id


def test_second_pass_shows_nothing_of_the_first(double: Desk, ada: str, ben: str) -> None:
    first = double.next(ada)
    double.bench.save_draft(first.id, ada, Draft("answer", "secret"))
    double.submit(first.id, ada, right("Seven zebras.", "Anomaly Detection"))
    second = double.next(ben)
    same = {"submission_key"}
    assert {name for name, value in vars(second).items() if vars(first)[name] != value} <= same
    assert "zebra" not in repr(second) and second.draft is None


def test_no_answer_of_a_submission_tells_which_pass_it_was(
    double: Desk, ada: str, ben: str
) -> None:
    item = double.next(ada)
    first = double.submit(item.id, ada)
    second = double.submit(double.next(ben).id, ben, LabelEntry("unclear"))
    assert set(vars(first)) == set(vars(second)) == {"label_id", "item_id", "was_repeat"}


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_share_of_second_labels_is_as_asked(share: float) -> None:
    ids = [hashlib.sha256(bytes([a, b])).hexdigest() for a, b in product(range(64), repeat=2)]
    found = np.mean([wants_second(turn_id, share=share) for turn_id in ids])
    assert found == pytest.approx(share, abs=0.02)


def test_same_facts_in_other_words_agree_and_the_first_label_counts(
    double: Desk, ada: str, ben: str
) -> None:
    item = two_labels(double, ada, ben, right("3 dogs"), right("There are three dogs."))
    (row,) = double.rows(f"SELECT * FROM label_items WHERE id = {item.id}")
    assert (row["state"], row["final_label_id"]) == ("done", row["first_label_id"])
    assert double.bench.categories()["Counting"] == 1


@pytest.mark.parametrize(
    ("first", "second", "differs"),
    [
        (right("Three dogs."), right("Four dogs."), ("answer",)),
        (right("Three dogs."), right("Three dogs.", "Object Recognition"), ("category",)),
        (right("Three dogs."), LabelEntry("unclear"), ("verdict",)),
        (LabelEntry("model_right"), LabelEntry("off_topic"), ("verdict",)),
        (
            right("Four dogs.", "Anomaly Detection"),
            right("Three dogs."),
            ("category", "answer"),
        ),
    ],
)
def test_labels_that_differ_are_disputed(
    double: Desk, ada: str, ben: str, first: LabelEntry, second: LabelEntry, differs: tuple
) -> None:
    item = two_labels(double, ada, ben, first, second)
    (dispute,) = double.bench.adjudications(double.person("Cleo", "reviewer"))
    assert (dispute.item_id, dispute.first, dispute.second) == (item.id, first, second)
    assert dispute.differs_in == differs
    assert sum(double.bench.categories().values()) == 0
    assert double.rows("SELECT * FROM checked_turns") == []


def test_reviewer_decides_and_that_is_the_label(double: Desk, ada: str, ben: str) -> None:
    item = two_labels(double, ada, ben, right("Three."), right("Four."))
    cleo = double.person("Cleo", "reviewer")
    decided = double.bench.adjudicate(item.id, cleo, right("Five.", "Anomaly Detection"), key="k")
    again = double.bench.adjudicate(item.id, cleo, right("Five.", "Anomaly Detection"), key="k")
    assert (decided.was_repeat, again.was_repeat) == (False, True)
    (row,) = double.rows(f"SELECT * FROM label_items WHERE id = {item.id}")
    assert (row["state"], row["final_label_id"]) == ("done", decided.label_id)
    assert double.bench.categories()["Anomaly Detection"] == 1
    assert [row["label_id"] for row in double.rows("SELECT * FROM checked_turns")] == [
        decided.label_id
    ]


def test_nobody_reviews_their_own(double: Desk, ada: str) -> None:
    cleo, dan = double.person("Cleo", "reviewer"), double.person("Dan", "administrator")
    for first, second in ((cleo, ada), (ada, dan)):
        item = two_labels(double, first, second, right("Three."), right("Four."))
        reviewer = cleo if first == cleo else dan
        assert item.id not in {d.item_id for d in double.bench.adjudications(reviewer)}
        with pytest.raises(GapError, match="is yours"):
            double.bench.adjudicate(item.id, reviewer, right("Three."), key=f"own {item.id}")
        assert state_of(double, item.id) == "disputed"


def test_labelers_decide_nothing(double: Desk, ada: str, ben: str) -> None:
    item = two_labels(double, ada, ben, right("Three."), right("Four."))
    eve = double.person("Eve")
    for step in (
        lambda: double.bench.adjudications(eve),
        lambda: double.bench.adjudicate(item.id, eve, right("Three."), key="k"),
        lambda: double.bench.undo_adjudication(eve),
    ):
        with pytest.raises(GapError, match="Only a reviewer"):
            step()


def test_second_reviewer_comes_too_late(double: Desk, ada: str, ben: str) -> None:
    item = two_labels(double, ada, ben, right("Three."), right("Four."))
    cleo, dan = double.person("Cleo", "reviewer"), double.person("Dan", "reviewer")
    double.bench.adjudicate(item.id, cleo, right("Three."), key="k")
    with pytest.raises(GapError, match="decided already"):
        double.bench.adjudicate(item.id, dan, right("Four."), key="k")


def test_decision_can_be_taken_back(double: Desk, ada: str, ben: str) -> None:
    item = two_labels(double, ada, ben, right("Three."), right("Four."))
    cleo = double.person("Cleo", "reviewer")
    double.bench.adjudicate(item.id, cleo, right("Three."), key="k")
    assert double.bench.undo_adjudication(cleo) == item.id
    assert state_of(double, item.id) == "disputed"
    assert double.bench.categories()["Counting"] == 0
    assert double.rows("SELECT * FROM checked_turns") == []
    with pytest.raises(GapError, match="no decision"):
        double.bench.undo_adjudication(cleo)


def test_first_label_can_not_be_undone_after_the_second(double: Desk, ada: str, ben: str) -> None:
    for second in (right("3 dogs"), right("Four dogs.")):
        two_labels(double, ada, ben, right("Three dogs."), second)
        with pytest.raises(GapError, match="worked on your last question"):
            double.bench.undo(ada)


def test_first_label_can_not_be_undone_while_the_second_is_written(
    double: Desk, ada: str, ben: str
) -> None:
    item = double.label(ada)
    assert double.next(ben).id == item.id
    with pytest.raises(GapError, match="worked on your last question"):
        double.bench.undo(ada)
    double.clock.advance(double.rules.lease_s + 1)
    assert double.bench.undo(ada).id == item.id
    with pytest.raises(GapError, match="somebody else has it open"):
        double.submit(item.id, ben)


def test_second_label_can_be_undone_until_somebody_decides(
    double: Desk, ada: str, ben: str
) -> None:
    item = two_labels(double, ada, ben, right("Three."), right("3"))
    assert double.bench.undo(ben).id == item.id
    assert double.bench.categories()["Counting"] == 0
    double.submit(item.id, ben, right("Four."))
    cleo = double.person("Cleo", "reviewer")
    double.bench.adjudicate(item.id, cleo, right("Three."), key="k")
    with pytest.raises(GapError, match="worked on your last question"):
        double.bench.undo(ben)


def test_counts_tell_what_waits_for_somebody_else(double: Desk, ada: str) -> None:
    while (item := double.bench.next_item(ada)) is not None:
        double.submit(item.id, ada, LabelEntry("unclear"))
    counts = double.bench.queue_counts(ada)
    assert counts.servable == 0 and counts.own_waiting > 20
    assert "waiting for somebody else's" in counts.reason


def pair(image: str, *labels: tuple[str, str | None, str | None]) -> LabelPair:
    verdicts, categories, answers = zip(*labels, strict=True)
    return LabelPair(image, "How many dogs?", verdicts, categories, answers)


def test_alpha_is_the_one_worked_by_hand() -> None:
    # Krippendorff 2018, ch. 12.3.1: 4 of 10 differ, 14 zeros, 6 ones: 1 - 19 * 4 / (14 * 6).
    first, second = "0100000010", "1110010000"
    rated = [(f"i{n}", a, b) for n, (a, b) in enumerate(zip(first, second, strict=True))]
    found = alpha_interval(rated, resamples=200)
    assert found is not None and found.mean == pytest.approx(0.095, abs=0.001)
    assert found.low < 0.095 < found.high


def test_report_counts_every_kind_of_pair() -> None:
    pairs = [
        pair("i1", ("answer", "Counting", "Three dogs."), ("answer", "Counting", "3 dogs")),
        pair("i1", ("answer", "Counting", "Three dogs."), ("answer", "Counting", "Four dogs.")),
        pair("i2", ("answer", "Counting", "Two."), ("answer", "Anomaly Detection", "Two.")),
        pair("i3", ("unclear", None, None), ("answer", "Counting", "Two.")),
        pair("i4", ("offensive", None, None), ("offensive", None, None)),
    ]
    report = agreement_of(pairs)
    assert (report.pairs, report.images, report.untold) == (5, 4, 0)
    assert (report.answer.hits, report.answer.n) == (2, 3)
    assert report.verdict is not None and 0.5 < report.verdict.mean < 1
    assert report.category is not None and report.category.mean < 0.5


def test_agreement_is_undefined_where_all_say_the_same() -> None:
    report = agreement_of([pair("i", ("unclear", None, None), ("unclear", None, None))] * 4)
    assert (report.verdict, report.category, report.answer.n) == (None, None, 0)


def test_interval_is_over_pictures_not_over_items() -> None:
    rng = np.random.default_rng(1)
    chance = [tuple(rng.choice(["a", "b"], 2)) for _ in range(8)]
    alike = [(f"i{n}", *chance[n]) for n in range(8) for _ in range(25)]
    apart = [(f"i{n}", *chance[n % 8]) for n in range(200)]
    wide, narrow = alpha_interval(alike, resamples=200), alpha_interval(apart, resamples=200)
    assert wide is not None and narrow is not None
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_report_of_the_workbench_reads_every_pair(double: Desk, ada: str, ben: str) -> None:
    two_labels(double, ada, ben, right("Three."), right("Four."))
    two_labels(double, ada, ben, right("Three."), right("3", "Object Recognition"))
    double.label(ada)
    report = double.bench.agreement()
    assert (report.pairs, report.answer.hits, report.answer.n) == (2, 1, 2)
