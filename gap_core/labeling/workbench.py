"""The studio's one door to labeling: pages and simulated labelers call `Workbench`.

Every step opens its own database handle, looks at the clock once, and changes state in one
statement or one transaction, so pages may call from any thread and any process, and a killed one
leaves nothing half done.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from argon2 import PasswordHasher

from db import Store
from db.labeling_records import QueueOrder, RefinementOutcome
from gap_core.errors import GapError
from gap_core.labeling import refining, serving, submitting
from gap_core.labeling.entries import draft_of_record, draft_record
from gap_core.labeling.queue_filling import Filled, fill_queue
from gap_core.labeling.refining import Refinement
from gap_core.labeling.review_desk import ReviewDesk
from gap_core.labeling.rewriting import rewrite
from gap_core.labeling.rules import LabelRules
from gap_core.labeling.views import (
    Draft,
    HeldItem,
    Item,
    LabelEntry,
    QueueCounts,
    Submitted,
)
from gap_core.play.game import utc_now
from models.base import LanguageModel


class Workbench(ReviewDesk):
    """Accounts, queue, leases, drafts and labels over one database.

    All that is refused is refused with a GapError whose text may be shown to the labeler. An
    account id must come from a signed cookie: whoever holds it acts as that account.
    """

    def __init__(
        self,
        db_path: Path,
        *,
        data_dir: Path,
        rules: LabelRules = LabelRules(),  # noqa: B008 (frozen)
        clock: Callable[[], datetime] = utc_now,
        hasher: PasswordHasher | None = None,
    ) -> None:
        """Open the database once, so that what is wrong with it shows at the start.

        Args:
            db_path: the SQLite file; made and migrated if need be.
            data_dir: the folder that picture paths are relative to.
            rules: the numbers of labeling.
            clock: gives aware times; tests pass their own.
            hasher: of passwords; by default argon2id with its library's parameters.

        Raises:
            StoreError: no database can be opened at `db_path`.
        """
        super().__init__(db_path, data_dir=data_dir, rules=rules, clock=clock, hasher=hasher)
        # Only kept open: the last handle to close writes the whole log back into the file.
        self._keeper = Store.open(db_path)

    def categories(self) -> dict[str, int]:
        """The 13 categories in the paper's order, with how many accepted labels each has."""
        with Store.open(self._db_path) as store:
            return store.queue.accepted_by_category()

    def refresh_queue(self) -> Filled:
        """Bring the queue up to date with what was played; cheap when nothing is new.

        Call it in the background, over and over; `next_item` does it only when it finds nothing.
        """
        with Store.open(self._db_path) as store:
            return fill_queue(store, rules=self.rules)

    def next_item(
        self, account_id: str, *, order: QueueOrder = "posterior", category: str | None = None
    ) -> Item | None:
        """Open the next item for this account; what it has open already is shown again.

        None where nothing can be served: `queue_counts` says why.

        Args:
            account_id: who asks.
            order: surest first, rarest accepted category first, or oldest first.
            category: serve only what was suggested to be of this category.

        Raises:
            GapError: no such account, order or category.
        """
        with self._account(account_id) as store:
            found = serving.claim_next(
                store,
                account_id,
                rules=self.rules,
                now=self._clock(),
                order=order,
                category=category,
            )
            if found is None:
                return None
            return serving.item_view(store, found, account_id=account_id, data_dir=self._data_dir)

    def queue_counts(self, account_id: str) -> QueueCounts:
        """The queue as this account sees it, with the reason where nothing can be served.

        Raises:
            GapError: no such account.
        """
        with self._account(account_id) as store:
            return serving.queue_counts(store, account_id, rules=self.rules, now=self._clock())

    def heartbeat(self, item_id: int, account_id: str) -> bool:
        """Say that the account is still at the item; False if it has lost it.

        Raises:
            GapError: no such account.
        """
        with self._account(account_id) as store:
            time = self.rules.lease_time(self._clock())
            return store.queue.renew(item_id, account_id=account_id, time=time)

    def why_lost(self, item_id: int, account_id: str) -> str:
        """Why the account has not got the item any more, and what to do.

        Raises:
            GapError: no such account.
        """
        with self._account(account_id) as store:
            return submitting.why_lost(store.queue.get(item_id), account_id)

    def release(self, item_id: int, account_id: str) -> bool:
        """Give the item back unlabeled, draft kept; False if the account didn't have it.

        Raises:
            GapError: no such account.
        """
        with self._account(account_id) as store:
            return store.queue.release(item_id, account_id=account_id)

    def skip(self, item_id: int, account_id: str) -> bool:
        """Give the item back and see it again only after all others; False if it was lost before.

        Raises:
            GapError: no such account.
        """
        with self._account(account_id) as store, store.transaction():
            if not store.queue.release(item_id, account_id=account_id):
                return False
            store.labels.skip(item_id, account_id=account_id, skipped=self._clock())
            return True

    def held_items(self, account_id: str) -> list[HeldItem]:
        """What anybody has open.

        Raises:
            GapError: not an administrator.
        """
        with self._account(account_id, least="administrator") as store:
            time = self.rules.lease_time(self._clock())
            names = {account.id: account.name for account in store.accounts.all()}
            return [
                HeldItem(
                    item_id=item.id,
                    account_name=names[item.leased_by],
                    leased_until=item.leased_until_utc,
                    is_over=not serving.is_live(item, time),
                )
                for item in store.queue.leased()
                if item.leased_by is not None and item.leased_until_utc is not None
            ]

    def unlock(self, item_id: int, account_id: str) -> bool:
        """Take an item from whoever has it open; False if nobody has.

        Raises:
            GapError: not an administrator.
        """
        with self._account(account_id, least="administrator") as store:
            return store.queue.unlock(item_id)

    def save_draft(self, item_id: int, account_id: str, draft: Draft) -> bool:
        """Keep what is typed, as a sign of life too; False, and nothing kept, if the item is lost.

        Raises:
            GapError: no such account.
        """
        with self._account(account_id) as store, store.transaction():
            now = self._clock()
            known = store.queue.accepted_by_category()
            record = draft_record(draft, categories=known, saved=now)
            if not store.labels.save_draft(item_id, account_id=account_id, draft=record):
                return False
            time = self.rules.lease_time(now)
            return store.queue.renew(item_id, account_id=account_id, time=time)

    def draft_of(self, item_id: int, account_id: str) -> Draft | None:
        """What this account typed for the item and has not submitted.

        Raises:
            GapError: no such account.
        """
        with self._account(account_id) as store:
            draft = store.labels.draft(item_id, account_id=account_id)
        return None if draft is None else draft_of_record(draft)

    def submit(self, item_id: int, account_id: str, entry: LabelEntry, *, key: str) -> Submitted:
        """Record a label; sending the same key again changes nothing and says so.

        Raises:
            GapError: the entry lacks something, or the item is not this account's any more.
        """
        with self._account(account_id) as store, store.transaction():
            return submitting.take_label(
                store,
                item_id,
                account_id=account_id,
                sent=submitting.sent_entry(store, entry, key=key, rules=self.rules),
                rules=self.rules,
                now=self._clock(),
            )

    def undo(self, account_id: str) -> Item:
        """Take back the account's latest label and open its item again, with what was typed.

        Raises:
            GapError: there is none, or somebody has built on it meanwhile.
        """
        with self._account(account_id) as store, store.transaction():
            submitting.take_back(store, account_id, rules=self.rules, now=self._clock())
            held = store.queue.held(account_id)
            if held is None:
                raise GapError(submitting.NOTHING_TO_UNDO)
            return serving.item_view(store, held, account_id=account_id, data_dir=self._data_dir)

    def propose_refinement(
        self, item_id: int, account_id: str, text: str, model: LanguageModel
    ) -> Refinement:
        """What the model makes of an answer, with a word diff and what the guard says.

        The model is asked until it keeps to the answer; where it never does, the answer is tidied.
        For the same words again it draws.

        Raises:
            GapError: the item isn't open with this account, the text is empty or too long, or the
                model wrote nothing or too much.
            ModelError: the model can't answer.
        """
        with self._account(account_id) as store:
            prepared = refining.prepare(
                store, item_id, account_id=account_id, text=text, rules=self.rules
            )
        # Seconds, so no handle is held meanwhile.
        (rewriting,) = rewrite(model, [prepared.answer], again=prepared.again)
        with self._account(account_id) as store:
            return refining.keep_proposal(
                store,
                item_id,
                account_id=account_id,
                prepared=prepared,
                rewriting=rewriting,
                model=model,
                rules=self.rules,
                now=self._clock(),
            )

    def decide_refinement(
        self,
        refinement_id: int,
        account_id: str,
        outcome: RefinementOutcome,
        *,
        text: str = "",
        despite_changes: bool = False,
    ) -> Refinement | None:
        """Accept, edit (into `text`) or reject a refinement; what is kept, or None if rejected.

        A label carries it once `submit` names it. The last decision counts.

        Raises:
            GapError: not this account's, the item is lost, or what would be kept differs from the
                expert's words in a fact and `despite_changes` is not set.
        """
        with self._account(account_id) as store, store.transaction():
            return refining.decide(
                store,
                refinement_id,
                account_id=account_id,
                decision=refining.Decision(outcome, text, despite_changes),
                rules=self.rules,
                now=self._clock(),
            )
