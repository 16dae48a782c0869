"""The airdrop ledger: paid XP to wallets, as CSV and Merkle trees. Called by its script."""

import csv
import io
from pathlib import Path
from typing import NamedTuple

from db import Store
from gap_core.dataset.folders import new_folder
from gap_core.errors import GapError
from gap_core.play.text import nickname_key
from gap_core.rewards.merkle import (
    Claim,
    checked_address,
    distributor_tree,
    standard_proof,
    standard_tree,
)
from gap_core.rewards.week import paid_entrants, public_id
from gap_core.spreadsheets import quoted
from gap_core.whole_files import write_json


class Ledger(NamedTuple):
    """What was written."""

    claims: int
    total: int
    without_wallet: int
    root: str


def read_wallets(file: Path) -> dict[str, str]:
    """Checked addresses by nickname, from a CSV with the columns nickname and address.

    Raises:
        GapError: a column is missing, an address is none, or a nickname stands twice.
    """
    wallets: dict[str, str] = {}
    try:
        lines = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as err:
        raise GapError(f"'{file}' can't be read as CSV ({err}). Save it as UTF-8.") from err
    for line in lines:
        nickname, address = line.get("nickname"), line.get("address")
        if nickname is None or address is None:
            raise GapError(f"'{file}' needs the columns nickname and address in every line.")
        key = nickname_key(nickname)
        if key in wallets:
            raise GapError(f"Nickname '{nickname}' stands twice in '{file}'. Keep one line.")
        wallets[key] = checked_address(address.strip())
    return wallets


def write_ledger(
    store: Store,
    week: str,
    *,
    wallets: dict[str, str],
    units_a_xp: int,
    wrong_rate: float,
    folder: Path,
) -> Ledger:
    """Write ledger.csv, openzeppelin.json, its proofs, and distributor.json for a week's paid XP.

    An account that several players name gets the sum.

    Raises:
        GapError: nobody with a wallet is paid, or the folder is taken.
    """
    entrants = paid_entrants(store, week, wrong_rate=wrong_rate)
    amounts: dict[str, int] = {}
    rows = []
    for entrant in entrants:
        account = wallets.get(nickname_key(entrant.nickname))
        amount = entrant.xp * units_a_xp
        if account is not None and amount > 0:
            amounts[account] = amounts.get(account, 0) + amount
        rows.append((public_id(entrant.player_id), entrant.nickname, entrant.xp, account or ""))
    claims = [Claim(account, amount) for account, amount in sorted(amounts.items())]
    if not claims:
        raise GapError(
            f"Nobody with a wallet has paid XP in the week of {week}: nothing to write. "
            "Check the week and the file of wallets."
        )
    tree = standard_tree(claims)
    with new_folder(folder) as part:
        _write_csv(part / "ledger.csv", rows, units_a_xp)
        write_json(tree, part / "openzeppelin.json")
        proofs = {one.account: standard_proof(tree, at) for at, one in enumerate(claims)}
        write_json(proofs, part / "openzeppelin_proofs.json")
        write_json(distributor_tree(claims), part / "distributor.json")
    without = sum(1 for row in rows if not row[3])
    return Ledger(len(claims), sum(amounts.values()), without, tree["tree"][0])


def _write_csv(file: Path, rows: list[tuple[str, str, int, str]], units_a_xp: int) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["player", "nickname", "xp", "address", "amount"])
        for player, nickname, xp, account in rows:
            writer.writerow(
                [player, quoted(nickname), xp, account, xp * units_a_xp if account else 0]
            )
