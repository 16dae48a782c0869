"""Writes a week's paid XP as an airdrop ledger with Merkle proofs."""

from __future__ import annotations

import json
from pathlib import Path

import click

from scripts._settings import settings_of


@click.command()
@click.argument("week")
@click.option(
    "--wallets",
    type=click.Path(path_type=Path),
    required=True,
    help="CSV with the columns nickname and address.",
)
@click.option(
    "--units-a-xp",
    type=click.IntRange(min=1),
    default=10**18,
    show_default=True,
    help="The token's smallest units for one XP.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to make.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(
    week: str,
    wallets: Path,
    units_a_xp: int,
    out: Path,
    data_dir: Path | None,
    db: Path | None,
) -> None:
    """Write ledger.csv and Merkle trees for OpenZeppelin's and Uniswap's contracts.

    Only players whose marks have shown that they look are in it. Nothing is sent anywhere.

    Example: python -m scripts.export_airdrop 2026-W48 --wallets wallets.csv --out airdrop
    """
    from db import Store, StoreError
    from gap_core.errors import GapError
    from gap_core.play.rules import Rules
    from gap_core.rewards.airdrop import read_wallets, write_ledger
    from gap_core.rewards.week import monday_of

    settings = settings_of(data_dir=data_dir, db=db)
    try:
        if not settings.db.is_file():
            raise GapError(f"No database at '{settings.db}'. Name its folder with --data-dir.")
        with Store.open(settings.db) as store:
            ledger = write_ledger(
                store,
                monday_of(week).isoformat(),
                wallets=read_wallets(wallets),
                units_a_xp=units_a_xp,
                wrong_rate=Rules().wrong_rate,
                folder=out,
            )
    except (GapError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    click.echo(f"'{out}': {ledger.claims} accounts; root {ledger.root}")
    click.echo(json.dumps(ledger._asdict()))


if __name__ == "__main__":
    main()
