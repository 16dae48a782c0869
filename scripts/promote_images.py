"""Makes traps of pictures that a taught model is now right about."""

from __future__ import annotations

import json
from pathlib import Path

import click

from scripts._settings import settings_of


@click.command()
@click.argument("adapter")
@click.option("--deck", help="Whose pictures. Default: the model's own; with --undo all.")
@click.option("--undo", is_flag=True, help="Take back what was promoted for ADAPTER.")
@click.option("--by", default="script", show_default=True, help="Who decides; kept with it.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(
    adapter: str, deck: str | None, undo: bool, by: str, data_dir: Path | None, db: Path | None
) -> None:
    """Check pictures with more than ten learnt samples with ADAPTER, and make traps of them.

    The game must have been asked to serve it. Once another is served, --undo takes back what was
    promoted for ADAPTER.

    Example: python -m scripts.promote_images pocket_first
    """
    from db import Store, StoreError
    from gap_core.decks.demotion import take_back_promotions
    from gap_core.decks.promotion import check_is_served, promote_learnt_images
    from gap_core.errors import GapError
    from gap_core.play.game import utc_now
    from gap_core.settings import deck_for
    from gap_core.training.registry import load_taught_model, registered_adapter
    from models.errors import ModelError

    settings = settings_of(data_dir=data_dir, db=db)
    try:
        with Store.open(settings.db) as store:
            model = registered_adapter(store, adapter).model
            if undo:
                n = take_back_promotions(store, adapter, deck=deck, decided_by=by)
                click.echo(json.dumps({"taken_back": n, "adapter": adapter}))
                return
            check_is_served(store, adapter)
            checks = promote_learnt_images(
                store,
                deck=deck or deck_for(model),
                model=load_taught_model(store, adapter, data_dir=settings.data_dir),
                data_dir=settings.data_dir,
                decided_by=by,
                clock=utc_now,
            )
    except (GapError, StoreError, ModelError) as err:
        raise click.ClickException(str(err)) from err
    for check in checks:
        verdict = "now a trap" if check.is_promoted else f"still wrong on {check.wrong}"
        click.echo(f"{check.image_id[:12]}: {check.samples} samples, {verdict}")
    promoted = sum(check.is_promoted for check in checks)
    click.echo(json.dumps({"checked": len(checks), "promoted": promoted, "adapter": adapter}))


if __name__ == "__main__":
    main()
