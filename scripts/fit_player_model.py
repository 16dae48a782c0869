"""Looks at every picture, fits the player interaction model, and tells the hardest pictures."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from models.registry import DEFAULT_MODEL
from scripts._settings import settings_of

if TYPE_CHECKING:
    from db import Store
    from gap_core.play.predictions import ImageDifficulty, PlayerAbility, PlayerModelSummary

LOOKS = 50  # pictures between two moves of the progress bar


@click.command()
@click.option("--model", help=f"Its eye tells which pictures are alike; default {DEFAULT_MODEL}.")
@click.option("--deck", help="Deck whose pictures are listed; default: the model's own.")
@click.option(
    "--list", "listed", default=5, show_default=True, help="Pictures at each end, and players."
)
@click.option(
    "--check",
    is_flag=True,
    help="Also predict turns, players and pictures that were left out, and tell how well.",
)
@click.option(
    "--charts",
    type=click.Path(path_type=Path),
    help="Folder for roc.svg and calibration.svg of that check.",
)
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(listed: int, check: bool, charts: Path | None, **places: Any) -> None:
    """Fit ability of players and difficulty of pictures to all play, and print what came out.

    The game does the same in the background, a few pictures a minute; this does it at once.

    Example: python -m scripts.fit_player_model --list 10
    """
    from db import Store, StoreError
    from gap_core.errors import GapError
    from gap_core.play import Rules
    from gap_core.play.player_fits import look_at_pictures, refit_player_model
    from gap_core.play.predictions import (
        image_difficulties,
        player_abilities,
        player_model_summary,
    )
    from models.base import PictureReader
    from models.errors import ModelError
    from models.registry import load_model

    settings = settings_of(**places)
    try:
        if not settings.db.is_file():
            raise GapError(f"No database at '{settings.db}'. Name its folder with --data-dir.")
        reader = load_model(settings.model)
        if not isinstance(reader, PictureReader):
            raise GapError(
                f"Nobody can look through the eye of '{settings.model}'. Take {DEFAULT_MODEL}."
            )
        with Store.open(settings.db) as store:
            with click.progressbar(
                length=len(store.predictions.image_ids()), file=sys.stderr
            ) as bar:
                while looked := look_at_pictures(
                    store, reader, data_dir=settings.data_dir, limit=LOOKS
                ):
                    bar.update(looked)
            if not refit_player_model(
                store,
                rules=Rules(),
                now=datetime.now(UTC),
                features_of=reader.eye,
                is_forced=True,
            ):
                raise GapError("Nobody has marked an answer on a trap yet. Play a session first.")
            summary = player_model_summary(store)
            pictures = list(image_difficulties(store, settings.deck).values())
            players = player_abilities(store)
            checks = print_checks(store, charts) if check or charts else {}
    except (GapError, StoreError, ModelError) as err:
        raise click.ClickException(str(err)) from err
    print_fit(summary, pictures, players, listed=listed, checks=checks)


def print_fit(
    summary: PlayerModelSummary | None,
    pictures: list[ImageDifficulty],
    players: list[PlayerAbility],
    *,
    listed: int,
    checks: dict[str, Any],
) -> None:
    """Parameters, the hardest and easiest pictures, the ablest players; the last line is JSON."""
    if summary is None:
        return
    click.echo(f"{summary.turns} turns, {summary.pictures_seen} pictures looked at")
    for name, found in summary.parameters.items():
        click.echo(f"{name:<14}{found.mean:7.2f} [{found.low:.2f}, {found.high:.2f}]")
    hardest = sorted(pictures, key=lambda one: one.error_chance)
    for title, some in (("hardest", hardest[:listed]), ("easiest", hardest[::-1][:listed])):
        click.echo(f"\n{title}: a first question reveals an error with this chance")
        for one in some:
            level = one.difficulty
            click.echo(
                f"{one.image_id[:12]}  {one.error_chance:.2f}  difficulty {level.mean:.2f} "
                f"[{level.low:.2f}, {level.high:.2f}]  n={one.turns} {one.source}"
            )
    click.echo("\nablest at finding errors on traps:")
    for player in players[:listed]:
        level = player.ability
        click.echo(
            f"{player.nickname:<32}  ability {level.mean:.2f} "
            f"[{level.low:.2f}, {level.high:.2f}]  n={player.turns}"
        )
    record = {"turns": summary.turns, "pictures": len(pictures)}
    record |= {name: found.mean for name, found in summary.parameters.items()}
    click.echo(json.dumps(record | checks))


def print_checks(store: Store, charts: Path | None) -> dict[str, Any]:
    """A line a kind of prediction; the charts too if there is a folder for them."""
    from gap_core.play import Rules
    from gap_core.play.player_model_check import NAMES, check_predictions, prediction_tables
    from gap_core.scoring.charts import calibration_chart, roc_chart, save_chart

    found = check_predictions(store, rules=Rules())
    for by, one in found.items():
        auc = one.roc.auc
        click.echo(
            f"{NAMES[by]:<13} AUC {auc.mean:.3f} [{auc.low:.3f}, {auc.high:.3f}]  "
            f"ECE {one.calibration.ece:.3f}  log-likelihood {one.log_likelihood:.4f} "
            f"(by the mean alone {one.base_log_likelihood:.4f})  n={len(one.chance)}"
        )
    if charts is not None:
        tables = prediction_tables(found)
        save_chart(roc_chart(tables.roc), charts / "roc.svg")
        save_chart(calibration_chart(tables.calibration), charts / "calibration.svg")
    return {
        f"{by}_{name}": value
        for by, one in found.items()
        for name, value in (("auc", one.roc.auc.mean), ("ece", one.calibration.ece))
    }


if __name__ == "__main__":
    main()
