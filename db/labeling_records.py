"""Rows of the studio as frozen dataclasses; the labeling stores make them, labeling reads them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

Role = Literal["labeler", "reviewer", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)  # each may do what the ones before it may
ItemState = Literal["doubted", "waiting", "second", "disputed", "done"]
LabelPass = Literal["first", "second", "adjudication"]
LabelVerdict = Literal["answer", "unanswerable", "unclear", "offensive", "off_topic", "model_right"]
LABEL_VERDICTS: tuple[LabelVerdict, ...] = get_args(LabelVerdict)
RefinementOutcome = Literal["accepted", "edited", "rejected"]
QueueOrder = Literal["posterior", "category", "age"]
QUEUE_ORDERS: tuple[QueueOrder, ...] = get_args(QueueOrder)


@dataclass(frozen=True)
class AccountRecord:
    """Somebody who works in the studio.

    `sign_in_number` grows whenever earlier sign-ins must end: new password, disabled, other role.
    """

    id: str
    name: str
    name_key: str
    role: Role
    password_hash: str = field(repr=False)
    created_utc: datetime
    disabled_utc: datetime | None = None
    sign_in_number: int = 1


@dataclass(frozen=True)
class MarkedTurn:
    """A turn marked Wrong on an untainted picture, about to enter the queue."""

    turn_id: str
    player_id: str
    marked_utc: datetime
    question: str


@dataclass(frozen=True)
class PlayerTrust:
    """A player's posterior, for all questions of theirs that nobody has labeled."""

    player_id: str
    mean: float | None
    low: float | None
    high: float | None
    is_selected: bool


@dataclass(frozen=True)
class ItemRecord:
    """A question in the queue; the labels' ids are None until they are given."""

    id: int
    turn_id: str
    player_id: str
    category: str | None
    marked_utc: datetime
    posterior: float | None
    posterior_low: float | None
    posterior_high: float | None
    state: ItemState
    first_label_id: int | None
    first_by: str | None
    second_label_id: int | None
    second_by: str | None
    final_label_id: int | None
    leased_by: str | None
    leased_until_utc: datetime | None


@dataclass(frozen=True)
class AskedTurn:
    """What an expert sees of a turn: picture, question, answer and which model gave it."""

    image_id: str
    image_path: str
    question: str
    answer: str
    model: str
    adapter: str | None


@dataclass(frozen=True)
class LabelRecord:
    """What one expert said of one item; never changed, only undone."""

    id: int
    item_id: int
    account_id: str
    label_pass: LabelPass
    verdict: LabelVerdict
    answer: str | None
    category: str | None
    note: str
    submission_key: str
    given_utc: datetime
    is_undone: bool = False


@dataclass(frozen=True)
class LabelPair:
    """First and second label of one item, in this order."""

    image_id: str
    question: str
    verdicts: tuple[LabelVerdict, LabelVerdict]
    categories: tuple[str | None, str | None]
    answers: tuple[str | None, str | None]


@dataclass(frozen=True)
class DraftRecord:
    """What somebody has typed so far."""

    verdict: str
    answer: str
    category: str | None
    note: str
    saved_utc: datetime


@dataclass(frozen=True)
class LeaseTime:
    """One look at the clock, for claims.

    A lease that ends after `longest` was set by a clock that has since jumped back; it is over.
    """

    now: datetime
    until: datetime
    longest: datetime


@dataclass(frozen=True)
class WrittenBy:
    """Which language model wrote something, and how it was asked."""

    model: str
    quantization: str
    adapter: str | None
    prompt_version: str
    temperature: float
    seed: int
    latency_s: float


@dataclass(frozen=True)
class RefinementRecord:
    """What a language model made of an expert's answer.

    Attributes:
        changes: facts that differ, each as kind, before and after.
        outcome: the last decision on it; None while there is none.
        kept_text: what was kept of it; None where nothing was, or nothing is decided.
    """

    id: int
    item_id: int
    account_id: str
    before_text: str
    after_text: str
    changes: tuple[tuple[str, str, str], ...]
    written_by: WrittenBy
    outcome: RefinementOutcome | None
    kept_text: str | None


@dataclass(frozen=True)
class AcceptedAnswer:
    """An accepted answer, refined if it was, and what it answers."""

    item_id: int
    label_id: int
    image_id: str
    image_path: str
    question: str
    answer: str


@dataclass(frozen=True)
class CheckedBy:
    """Which vision model a label is checked with; `adapter` is empty without one."""

    model: str
    quantization: str
    adapter: str
    prompt_version: str


@dataclass(frozen=True)
class LabelCheckRecord:
    """The model asked again about an accepted label.

    Attributes:
        times: how often it is to be asked.
        replies: what it has said so far.
        wrong, untold: how many replies were wrong, and of how many that can't be told; None
            while replies are missing.
        is_informative: False where it was right each time; None where that can't be told, or
            replies are missing.
    """

    id: int
    label_id: int
    checked_by: CheckedBy
    times: int
    replies: tuple[str, ...]
    wrong: int | None
    untold: int | None
    is_informative: bool | None


@dataclass(frozen=True)
class CheckedLabel:
    """A finished check of a final label, with what was checked.

    Attributes:
        answer: what is right, refined where a refinement was kept.
        wrong, untold: of `times` replies.
        is_informative: None where it can't be told.
    """

    image_id: str
    question: str
    answer: str
    model: str
    adapter: str
    times: int
    wrong: int
    untold: int
    is_informative: bool | None


@dataclass(frozen=True)
class CheckTotals:
    """What came out of all checks with one model; `untold`: it could not be told of these."""

    model: str
    adapter: str
    checked: int
    informative: int
    untold: int
