"""Categories that players are asked for, as a report proposes them. Called by the Dataset page."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.studio.accounts import has_role
from apps.studio.studio import Studio
from db import Store
from gap_core.dataset.bounties import Bounty, ask_players_for
from gap_core.errors import GapError
from gap_core.labeling import Account


def wanted_of(report: Mapping[str, Any]) -> list[Bounty]:
    """The bounties of a dataset's report."""
    return [Bounty(*one) for one in report["bounties"]]


def bounty_words(report: Mapping[str, Any]) -> str:
    """Which categories the game should ask for."""
    missing = [f"{one.category} ({one.missing:,} more)" for one in wanted_of(report)]
    if not missing:
        return "No category is short of its target by more than chance."
    return f"Short of their targets: {', '.join(missing)}."


def set_now(studio: Studio) -> list[str]:
    """The categories that players are asked for now."""
    with Store.open(studio.db_path) as store:
        return store.rewards.bounties()


def set_words(categories: Sequence[str]) -> str:
    """The same in a line."""
    if not categories:
        return "Players are asked for no category now."
    return f"Players are asked for, with double XP: {', '.join(categories)}."


def ask_for(studio: Studio, categories: Sequence[str], *, by: Account) -> str:
    """Ask players for these categories and no others; for none to take bounties back.

    Raises:
        GapError: the account is no administrator's, or there is no such category.
    """
    if not has_role(by, "administrator"):
        raise GapError("What players are asked for is set by administrators. Ask one.")
    with Store.open(studio.db_path) as store:
        ask_players_for(store, categories)
    return "Set. A game that runs follows at once."
