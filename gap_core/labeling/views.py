"""What the workbench shows and takes: frozen, plain, without a table's inner columns."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from db.labeling_records import LabelVerdict, Role
from gap_core.scoring.interval import Interval


@dataclass(frozen=True)
class Account:
    """Somebody who works in the studio.

    `sign_in_number` belongs into the signed cookie: once it differs, the sign-in is over.
    """

    id: str
    name: str
    role: Role
    sign_in_number: int
    created: datetime
    is_disabled: bool


@dataclass(frozen=True)
class LabelEntry:
    """What an expert says of an item.

    Attributes:
        verdict: "answer" says that the model was wrong and gives what is right; "model_right" that
            the player was wrong to mark it; the others why no answer can be given.
        answer: needed for "answer", and refused otherwise.
        category: needed for "answer"; one of `Workbench.categories()`.
        note: for whoever reviews; may be empty.
        refinement_id: an accepted or edited refinement of exactly this answer; the label then
            carries both texts.
    """

    verdict: LabelVerdict
    answer: str = ""
    category: str | None = None
    note: str = ""
    refinement_id: int | None = None


@dataclass(frozen=True)
class Draft:
    """What somebody has typed so far; verdict and category may be missing yet."""

    verdict: LabelVerdict | None = None
    answer: str = ""
    category: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Item:
    """A question to be labeled, leased to whoever asked for it.

    Nothing here tells a second pass from a first one.

    Attributes:
        question: a player's words, answer the model's: data, never markup.
        category: the suggestion; None where none was made.
        posterior: P(the answer is wrong | marked wrong by this player).
        draft: what this account had typed before.
        submission_key: to be sent with `submit`; sending it twice labels once.
    """

    id: int
    image_id: str
    image_path: Path
    question: str
    answer: str
    model: str
    adapter: str | None
    category: str | None
    posterior: Interval | None
    draft: Draft | None = field(repr=False)
    submission_key: str


@dataclass(frozen=True)
class Submitted:
    """What became of a submission; not whether it was a first or a second label.

    Attributes:
        was_repeat: this key had been sent before and nothing was changed.
    """

    label_id: int
    item_id: int
    was_repeat: bool


@dataclass(frozen=True)
class Dispute:
    """An item whose two labels differ, for a reviewer; nobody's name stands here.

    Attributes:
        first: what the first labeler said; to take their side, `adjudicate` with it.
        second: what the second one said.
        differs_in: "verdict", "category", "answer", or "unclear" where it can't be told whether
            the answers say the same.
    """

    item_id: int
    image_id: str
    image_path: Path
    question: str
    answer: str
    first: LabelEntry
    second: LabelEntry
    differs_in: tuple[str, ...]


@dataclass(frozen=True)
class QueueCounts:
    """The queue as one account sees it.

    Attributes:
        servable: what `next_item` could serve this account now, skipped ones included.
        skipped: of these, what the account has skipped.
        with_others: open with somebody else right now.
        own_waiting: labeled by this account, waiting for somebody else's second label.
        doubted: marked Wrong by players whose posterior isn't above theta.
        disputed: two labels differ; a reviewer decides.
        labeled: labels of this account that stand.
        reason: why nothing can be served, in a sentence; empty where something can.
    """

    servable: int
    skipped: int
    with_others: int
    own_waiting: int
    doubted: int
    disputed: int
    done: int
    labeled: int
    reason: str


@dataclass(frozen=True)
class HeldItem:
    """An item somebody has open, for whoever may unlock it."""

    item_id: int
    account_name: str
    leased_until: datetime
    is_over: bool
