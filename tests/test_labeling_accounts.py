# Accounts of the studio: who may sign in, who may do what, and that somebody always can.
from __future__ import annotations

import pytest

from gap_core.errors import GapError
from gap_core.labeling.accounts import PasswordCheck
from tests.fixtures_labeling import CHEAP, PASSWORD, Desk


def test_first_start_has_nobody(desk: Desk) -> None:
    assert desk.bench.accounts() == []
    desk.person("Ada", "administrator")
    assert [account.name for account in desk.bench.accounts()] == ["Ada"]


def test_password_opens_its_own_account_only(desk: Desk) -> None:
    account = desk.bench.create_account("Ada", PASSWORD, "reviewer")
    assert desk.bench.check_password(" ADA ", PASSWORD) == account
    assert desk.bench.check_password("Ada", PASSWORD + "!") is None
    assert desk.bench.check_password("Eve", PASSWORD) is None


def test_password_is_stored_as_argon2_only(desk: Desk) -> None:
    desk.person("Ada")
    (row,) = desk.rows("SELECT * FROM accounts")
    assert row["password_hash"].startswith("$argon2id$")
    assert PASSWORD not in str(tuple(row))


@pytest.mark.parametrize(
    ("name", "password", "role", "words"),
    [
        ("Ada", "short", "labeler", "10 to 200"),
        ("Ada", "x" * 201, "labeler", "10 to 200"),
        ("Ada Lovelace", "ada  LOVELACE", "labeler", "is the name"),
        ("Ada", "x" * 10 + "\ud800", "labeler", "no character"),
        ("\u200b", PASSWORD, "labeler", "empty"),
        ("Ada", PASSWORD, "king", "no role 'king'"),
    ],
)
def test_account_that_can_not_be_is_refused(
    desk: Desk, name: str, password: str, role: str, words: str
) -> None:
    with pytest.raises(GapError, match=words):
        desk.bench.create_account(name, password, role)  # type: ignore[arg-type]
    assert desk.bench.accounts() == []


def test_name_is_given_once_whatever_its_case(desk: Desk) -> None:
    desk.person("Ada")
    with pytest.raises(GapError, match="taken"):
        desk.person("ADA")


def test_name_that_nobody_has_costs_one_check_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A quicker answer for unknown names would tell which names are known.
    checked: list[str] = []
    monkeypatch.setattr(
        PasswordCheck, "is_right", lambda self, against, password: bool(checked.append(against))
    )
    desk.bench.check_password("Nobody", PASSWORD)
    assert len(checked) == 1 and checked[0].startswith("$argon2id$")


def test_hash_of_older_parameters_is_renewed(desk: Desk) -> None:
    account_id = desk.person("Ada")
    stronger = type(CHEAP)(time_cost=2, memory_cost=8, parallelism=1)
    with desk.store() as store:
        check = PasswordCheck(stronger)
        for _ in range(2):
            assert check.account(store, name="Ada", password=PASSWORD, rules=desk.rules)
        renewed = store.accounts.get(account_id)
    assert renewed is not None and "t=2" in renewed.password_hash
    assert renewed.sign_in_number == 1


def test_new_password_ends_earlier_sign_ins(desk: Desk) -> None:
    account_id = desk.person("Ada")
    with pytest.raises(GapError, match="old password"):
        desk.bench.change_password(account_id, old="not this one", new="another long one")
    changed = desk.bench.change_password(account_id, old=PASSWORD, new="another long one")
    assert changed.sign_in_number == 2
    assert desk.bench.check_password("Ada", PASSWORD) is None
    assert desk.bench.check_password("Ada", "another long one") == changed


def test_disabled_account_can_do_nothing_and_keeps_nothing_open(desk: Desk, ada: str) -> None:
    item = desk.next(ada)
    desk.bench.disable(ada)
    assert desk.bench.check_password("Ada", PASSWORD) is None
    assert desk.bench.account(ada) is None
    with pytest.raises(GapError, match="can't be used"):
        desk.submit(item.id, ada)
    assert desk.next(desk.person("Ben")).id == item.id


def test_enabled_again_it_signs_in_anew(desk: Desk, ada: str) -> None:
    desk.bench.disable(ada)
    desk.bench.enable(ada)
    account = desk.bench.check_password("Ada", PASSWORD)
    assert account is not None and account.sign_in_number == 3


def test_last_administrator_stays(desk: Desk) -> None:
    only = desk.person("Root", "administrator")
    for step in (lambda: desk.bench.disable(only), lambda: desk.bench.set_role(only, "labeler")):
        with pytest.raises(GapError, match="last administrator"):
            step()
    second = desk.person("Second", "administrator")
    desk.bench.disable(only, by=second)
    with pytest.raises(GapError, match="last administrator"):
        desk.bench.set_role(second, "reviewer")


@pytest.mark.parametrize("role", ["labeler", "reviewer"])
def test_only_administrators_look_after_accounts(desk: Desk, role: str) -> None:
    desk.person("Root", "administrator")
    own = desk.person("Own", role)
    steps = (
        lambda: desk.bench.create_account("Eve", PASSWORD, by=own),
        lambda: desk.bench.set_role(own, "administrator", by=own),
        lambda: desk.bench.reset_password(own, "another long one", by=own),
        lambda: desk.bench.disable(own, by=own),
        lambda: desk.bench.enable(own, by=own),
        lambda: desk.bench.accounts(by=own),
        lambda: desk.bench.unlock(1, own),
        lambda: desk.bench.held_items(own),
    )
    for step in steps:
        with pytest.raises(GapError, match="Only an administrator may"):
            step()


def test_id_of_nobody_is_refused_everywhere(desk: Desk) -> None:
    with pytest.raises(GapError, match="can't be used"):
        desk.bench.next_item("nobody")
    assert desk.bench.account("nobody") is None
