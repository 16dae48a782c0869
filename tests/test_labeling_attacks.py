# Three labelers do anything in any order while the clock jumps; the rules hold after every step.
from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gap_core.errors import GapError
from gap_core.labeling import Draft, Item, LabelEntry
from tests.fixtures_labeling import Desk, right

PEOPLE = ("Ada", "Ben", "Cleo")
WHO = st.sampled_from(PEOPLE)
ENTRIES = st.sampled_from(
    [
        right(),
        right("3 dogs"),
        right("Four dogs."),
        LabelEntry("model_right"),
        LabelEntry("unclear"),
    ]
)
JUMPS_S = st.sampled_from([-86400.0, -100.0, 1.0, 100.0, 200.0, 86400.0])
PLAYED: list[Path] = []
LABELED: list[str] = []


class Attack(RuleBasedStateMachine):
    """Every door of labeling, also with what is stale, foreign or sent before."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="attack-"))
        shutil.copy(PLAYED[0], self.folder / "gap.db")
        self.desk = Desk(self.folder / "gap.db")
        roles = dict.fromkeys(PEOPLE, "reviewer") | {"Cleo": "administrator"}
        self.ids = {name: self.desk.person(name, roles[name]) for name in PEOPLE}
        self.desk.restarted(second_share=1.0)
        with self.desk.store() as store:  # few items, so that people meet
            store.connection.rows(
                """UPDATE label_items SET state = 'doubted' WHERE id NOT IN
                (SELECT id FROM label_items ORDER BY posterior DESC, id LIMIT 3)"""
            )
        self.seen: list[Item] = []

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @rule(who=WHO)
    def ask(self, who: str) -> None:
        item = self.desk.bench.next_item(self.ids[who])
        if item is not None:
            self.seen.append(item)

    @rule(who=WHO, entry=ENTRIES)
    def label(self, who: str, entry: LabelEntry) -> None:
        item = self.desk.bench.next_item(self.ids[who])
        if item is not None:
            self.seen.append(item)
            self.desk.bench.submit(item.id, self.ids[who], entry, key=item.submission_key)
            LABELED.append(who)

    @rule(who=WHO, back=st.integers(0, 5), entry=ENTRIES, twice=st.booleans())
    def submit(self, who: str, back: int, entry: LabelEntry, twice: bool) -> None:
        if not self.seen:
            return
        item = self.seen[-1 - back % len(self.seen)]
        try:
            first = self.desk.bench.submit(item.id, self.ids[who], entry, key=item.submission_key)
        except GapError:
            return
        if twice:
            again = self.desk.bench.submit(item.id, self.ids[who], entry, key=item.submission_key)
            assert again.was_repeat and again.label_id == first.label_id

    @rule(who=WHO, back=st.integers(0, 3), what=st.sampled_from(["skip", "release", "heartbeat"]))
    def let_go(self, who: str, back: int, what: str) -> None:
        if self.seen:
            item = self.seen[-1 - back % len(self.seen)]
            getattr(self.desk.bench, what)(item.id, self.ids[who])

    @rule(who=WHO, back=st.integers(0, 3))
    def draft(self, who: str, back: int) -> None:
        if self.seen:
            item = self.seen[-1 - back % len(self.seen)]
            self.desk.bench.save_draft(item.id, self.ids[who], Draft("answer", "Thr"))

    @rule(who=WHO)
    def undo(self, who: str) -> None:
        try:
            self.seen.append(self.desk.bench.undo(self.ids[who]))
        except GapError:
            return

    @rule(who=WHO, entry=ENTRIES, item_id=st.integers(1, 50))
    def adjudicate(self, who: str, entry: LabelEntry, item_id: int) -> None:
        for dispute in self.desk.bench.adjudications(self.ids[who])[:1]:
            item_id = dispute.item_id
        self.desk.sent += 1
        try:
            self.desk.bench.adjudicate(
                item_id, self.ids[who], entry, key=f"decision {self.desk.sent}"
            )
        except GapError:
            return

    @rule(who=WHO)
    def take_back_decision(self, who: str) -> None:
        try:
            self.desk.bench.undo_adjudication(self.ids[who])
        except GapError:
            return

    @rule(back=st.integers(0, 3))
    def unlock(self, back: int) -> None:
        if self.seen:
            self.desk.bench.unlock(self.seen[-1 - back % len(self.seen)].id, self.ids["Cleo"])

    @rule(jump_s=JUMPS_S)
    def time_jumps(self, jump_s: float) -> None:
        self.desk.clock.advance(jump_s)

    @invariant()
    def labels_that_stand_are_those_the_items_name(self) -> None:
        standing = self.desk.rows(
            """SELECT id, item_id, pass, account_id FROM labels
            WHERE id NOT IN (SELECT label_id FROM label_undos)"""
        )
        named = self.desk.rows("SELECT * FROM label_items WHERE first_label_id IS NOT NULL")
        first = {row["first_label_id"] for row in named}
        second = {row["second_label_id"] for row in named} - {None}
        final = {row["final_label_id"] for row in named} - {None}
        by_pass = {
            kind: {row["id"] for row in standing if row["pass"] == kind}
            for kind in ("first", "second", "adjudication")
        }
        assert by_pass["first"] == first and by_pass["second"] == second
        assert by_pass["adjudication"] == final - first
        people = Counter((row["item_id"], row["account_id"]) for row in standing)
        assert all(times == 1 for times in people.values())

    @invariant()
    def what_is_counted_fits_the_final_labels(self) -> None:
        finals = self.desk.rows(
            "SELECT labels.* FROM label_items JOIN labels ON labels.id = final_label_id"
        )
        accepted = Counter(row["category"] for row in finals if row["verdict"] == "answer")
        assert {k: n for k, n in self.desk.bench.categories().items() if n} == dict(accepted)
        checked = {row["label_id"] for row in self.desk.rows("SELECT * FROM checked_turns")}
        assert checked == {
            row["id"] for row in finals if row["verdict"] in ("answer", "model_right")
        }
        states = self.desk.rows("SELECT state, count(*) FROM label_items GROUP BY 1 ORDER BY 1")
        kept = self.desk.rows("SELECT * FROM label_state_counts WHERE items ORDER BY 1")
        assert [tuple(row) for row in states] == [tuple(row) for row in kept]

    @invariant()
    def only_open_items_are_held(self) -> None:
        held = self.desk.rows("SELECT * FROM label_items WHERE leased_by IS NOT NULL")
        assert {row["state"] for row in held} <= {"waiting", "second"}
        assert all(row["first_by"] != row["leased_by"] for row in held)


@pytest.mark.slow
def test_rules_hold_whatever_labelers_do(played_file: Path) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    PLAYED[:], LABELED[:] = [played_file], []
    run_state_machine_as_test(
        Attack,
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert LABELED, "nobody labeled anything, so no rule was put to the test"
