"""Experts write what is right: accounts, queue, leases, labels. `Workbench` is the door."""

from gap_core.labeling.agreement import AgreementReport
from gap_core.labeling.queue_filling import Filled
from gap_core.labeling.refining import DiffPart, Refinement, word_diff
from gap_core.labeling.rules import LabelRules
from gap_core.labeling.views import (
    Account,
    Dispute,
    Draft,
    HeldItem,
    Item,
    LabelEntry,
    QueueCounts,
    Submitted,
)
from gap_core.labeling.workbench import Workbench

__all__ = [
    "Account",
    "AgreementReport",
    "DiffPart",
    "Dispute",
    "Draft",
    "Filled",
    "HeldItem",
    "Item",
    "LabelEntry",
    "LabelRules",
    "QueueCounts",
    "Refinement",
    "Submitted",
    "Workbench",
    "word_diff",
]
