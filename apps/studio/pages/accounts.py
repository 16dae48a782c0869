"""Accounts: who works here, who has a question open. For administrators."""

import secrets
from collections.abc import Sequence

import streamlit as st

from apps.studio.ledger import Act, Column, Deed, Row, show_ledger
from apps.studio.session import attempt, attempt_and_rerun, signed_in
from apps.studio.studio import running_studio
from apps.studio.words import show_notice, tell
from db.labeling_records import ROLES
from gap_core.labeling import Account, HeldItem, Workbench

DEEDS = {
    **{role: Deed(f"Make {role}", f"Really make {role}") for role in ROLES},
    "password": Deed("New password", "Really a new one"),
    "disable": Deed("Disable", "Really disable"),
    "enable": Deed("Enable"),
}
COLUMNS = (Column("Name"), Column("Role"), Column("Since"), Column("State"))
OPEN_COLUMNS = (Column("Question", "number"), Column("Open with"), Column("Until, UTC"))
TOLD = "accounts"


def show() -> None:
    """The page."""
    account, workbench = signed_in("administrator"), running_studio().workbench
    st.title("Accounts", anchor=False)
    show_notice(TOLD)
    if trouble := running_studio().shelf.refine_trouble:
        tell(f"Labelers can't have answers refined: {trouble}")
    _add(workbench, account)
    show_ledger(
        "accounts",
        columns=COLUMNS,
        rows=[row_of(known, own_id=account.id) for known in workbench.accounts(by=account.id)],
        deeds=DEEDS,
        none="",
        do=lambda act: attempt(TOLD, lambda: change(workbench, act, by=account.id)),
    )
    st.subheader("Open questions", anchor=False)
    st.caption("Each goes back to the others by itself when its labeler shows no sign of life.")
    _show_held(workbench, account)


def _add(workbench: Workbench, account: Account) -> None:
    with st.form("add", clear_on_submit=True, border=False):
        name_place, role_place, button_place = st.columns([3, 2, 1], vertical_alignment="bottom")
        name = name_place.text_input("Name of somebody new", max_chars=40)
        role = role_place.selectbox("Role", ROLES)
        is_sent = button_place.form_submit_button("Add", type="primary", width="stretch")
    if is_sent:
        attempt_and_rerun(TOLD, lambda: add(workbench, name, role, by=account.id))


def add(workbench: Workbench, name: str, role: str, *, by: str) -> str:
    """Add somebody; says which password they sign in with, shown only this once."""
    password = secrets.token_urlsafe(12)
    made = workbench.create_account(name, password, role, by=by)  # type: ignore[arg-type]
    return f"{made.name} ({made.role}) signs in with: {password}   It is shown only this once."


def change(workbench: Workbench, act: Act, *, by: str) -> str:
    """Do what was asked to an account; says what was done."""
    if act.does == "password":
        password = secrets.token_urlsafe(12)
        made = workbench.reset_password(act.id, password, by=by)
        return f"{made.name} signs in with: {password}   It is shown only this once."
    if act.does == "disable":
        workbench.disable(act.id, by=by)
        return "Disabled. Their labels stay."
    if act.does == "enable":
        workbench.enable(act.id, by=by)
        return "Enabled."
    made = workbench.set_role(act.id, act.does, by=by)  # type: ignore[arg-type]
    return f"{made.name} has the role {made.role} now."


def row_of(account: Account, *, own_id: str) -> Row:
    """An account as a row; nobody changes their own role here."""
    cells = (
        account.name,
        account.role,
        f"{account.created:%Y-%m-%d}",
        "disabled" if account.is_disabled else "",
    )
    if account.id == own_id:
        return Row(account.id, cells)
    if account.is_disabled:
        return Row(account.id, cells, ("enable",))
    others = tuple(role for role in ROLES if role != account.role)
    return Row(account.id, cells, (*others, "password", "disable"))


def _show_held(workbench: Workbench, account: Account) -> None:
    def unlock(act: Act) -> None:
        attempt(TOLD, lambda: unlocked(workbench, act, by=account.id))

    show_ledger(
        "held",
        columns=OPEN_COLUMNS,
        rows=held_rows(workbench.held_items(account.id)),
        deeds={"unlock": Deed("Unlock", "Really unlock")},
        none="Nobody has a question open.",
        do=unlock,
    )


def held_rows(items: Sequence[HeldItem]) -> list[Row]:
    """Questions that somebody has open; one whose time is over goes to whoever comes next."""
    return [
        Row(
            str(item.item_id),
            (str(item.item_id), item.account_name, f"{item.leased_until:%H:%M:%S}"),
            ("unlock",),
        )
        for item in items
        if not item.is_over
    ]


def unlocked(workbench: Workbench, act: Act, *, by: str) -> str:
    """Take a question from whoever has it open; says whether somebody had."""
    number = int(act.id) if act.id.isdecimal() else 0
    if workbench.unlock(number, by):
        return f"Question {number} is free again."
    return "Nobody has it open any more."
