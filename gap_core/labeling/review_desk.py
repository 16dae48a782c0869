"""What happens to labels once they are given: decisions, agreement, checks with the model.

The part of the workbench for reviewers and for the background.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from argon2 import PasswordHasher

from db import Store
from db.labeling_records import CheckedLabel, CheckTotals, LabelCheckRecord, LabelRecord
from gap_core.errors import GapError
from gap_core.labeling import adjudicating, checking, submitting
from gap_core.labeling.account_desk import AccountDesk
from gap_core.labeling.agreement import AgreementReport, agreement_of
from gap_core.labeling.rules import LabelRules
from gap_core.labeling.views import Dispute, LabelEntry, Submitted
from models.base import VisionModel

CHECK_TIMES = 5


class ReviewDesk(AccountDesk):
    """Review and checks over one database; `Workbench` adds labeling itself."""

    def __init__(
        self,
        db_path: Path,
        *,
        data_dir: Path,
        rules: LabelRules,
        clock: Callable[[], datetime],
        hasher: PasswordHasher | None,
    ) -> None:
        """Use `Workbench`."""
        super().__init__(db_path, rules=rules, clock=clock, hasher=hasher)
        self._data_dir = data_dir

    def adjudications(self, account_id: str) -> list[Dispute]:
        """Items whose two labels differ, oldest first; never one this account labeled.

        Raises:
            GapError: not a reviewer.
        """
        with self._account(account_id, least="reviewer") as store:
            return adjudicating.open_disputes(store, account_id, data_dir=self._data_dir)

    def adjudicate(
        self, item_id: int, account_id: str, entry: LabelEntry, *, key: str
    ) -> Submitted:
        """Decide on two labels that differ, for one of them or for something else.

        Raises:
            GapError: not a reviewer, one of the labels is theirs, it is decided already, or the
                entry lacks something.
        """
        with self._account(account_id, least="reviewer") as store, store.transaction():
            return adjudicating.decide(
                store,
                item_id,
                account_id=account_id,
                sent=submitting.sent_entry(store, entry, key=key, rules=self.rules),
                rules=self.rules,
                now=self._clock(),
            )

    def final_label(self, item_id: int, *, turn_id: str) -> LabelRecord | None:
        """The final label of the item; None where there is none, or it is of another turn."""
        with Store.open(self._db_path) as store:
            item = store.queue.get(item_id)
            if item is None or item.turn_id != turn_id or item.final_label_id is None:
                return None
            return store.labels.get(item.final_label_id)

    def mend_label(
        self, item_id: int, account_id: str, entry: LabelEntry, *, key: str
    ) -> Submitted:
        """Put another final label in the place of one in which something was found.

        Raises:
            GapError: not a reviewer, there is no final label, the account is one of two who
                labeled the item, or the entry lacks something.
        """
        with self._account(account_id, least="reviewer") as store, store.transaction():
            return adjudicating.mend(
                store,
                item_id,
                account_id=account_id,
                sent=submitting.sent_entry(store, entry, key=key, rules=self.rules),
                rules=self.rules,
                now=self._clock(),
            )

    def undo_adjudication(self, account_id: str) -> int:
        """Take back the account's latest decision; the item it is open for again.

        Raises:
            GapError: not a reviewer, or there is none.
        """
        with self._account(account_id, least="reviewer") as store, store.transaction():
            return adjudicating.take_back_decision(
                store, account_id, rules=self.rules, now=self._clock()
            )

    def agreement(self) -> AgreementReport:
        """How well two labelers of the same items agree, with intervals."""
        with Store.open(self._db_path) as store:
            pairs = store.labels.pairs()
        return agreement_of(pairs)

    def check_label(
        self, item_id: int, model: VisionModel, *, times: int = CHECK_TIMES
    ) -> LabelCheckRecord:
        """Ask the model about an item whose answer is accepted, and score it against that answer.

        A check that was begun goes on; a finished one is given back as it is.

        Raises:
            GapError: the item has no accepted answer, or its picture is missing.
            ModelError: the model can't answer; what it said so far is kept.
        """
        with Store.open(self._db_path) as store:
            accepted = store.label_checks.accepted(item_id)
            if accepted is None:
                raise GapError(checking.NO_ANSWER)
            return checking.check_answer_of(
                store,
                accepted,
                model=model,
                times=times,
                data_dir=self._data_dir,
                clock=self._clock,
            )

    def check_labels(
        self,
        model: VisionModel,
        *,
        times: int = CHECK_TIMES,
        go_on: Callable[[], bool] = lambda: True,
    ) -> int:
        """Check every accepted answer that was not checked with this model; how many were.

        For a thread in the background: it may be killed at any moment and called again. Labels
        whose picture is missing are passed by.

        Args:
            model: the game's, or a batcher before it.
            times: how often each is asked.
            go_on: asked before each label.

        Raises:
            ModelError: the model can't answer; what it said so far is kept.
        """
        done = after = 0
        with Store.open(self._db_path) as store:
            while go_on():
                accepted = store.label_checks.next_unchecked(
                    checking.checked_by(model), after=after
                )
                if accepted is None:
                    break
                after = accepted.item_id
                if checking.is_missing_picture(accepted, self._data_dir):
                    continue
                self.check_label(accepted.item_id, model, times=times)
                done += 1
        return done

    def has_accepted(self) -> bool:
        """Whether there is any accepted answer, so that a model is worth loading for checks."""
        with Store.open(self._db_path) as store:
            return store.label_checks.has_accepted()

    def check_totals(self) -> list[CheckTotals]:
        """What came out of the checks of final labels, by model."""
        with Store.open(self._db_path) as store:
            return store.label_checks.totals()

    def latest_checks(self, *, limit: int = 100) -> list[CheckedLabel]:
        """The latest checks of final labels, for a reviewer's eyes."""
        with Store.open(self._db_path) as store:
            return store.label_checks.latest(limit=limit)

    def label_checks(self, item_id: int) -> list[LabelCheckRecord]:
        """Every check of the item's final label, oldest first."""
        with Store.open(self._db_path) as store:
            return store.label_checks.of_item(item_id)
