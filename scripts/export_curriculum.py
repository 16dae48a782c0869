"""Writes a run's accepted items as a four-step curriculum for ms-swift."""

from __future__ import annotations

from pathlib import Path

import click

from scripts._settings import settings_of


@click.command()
@click.argument("run")
@click.option(
    "--use",
    type=click.Choice(("split", "full")),
    default="split",
    show_default=True,
    help="Each item in one step in turn, as published, or in every step.",
)
@click.option("--model", default="Qwen/Qwen2.5-VL-7B-Instruct", show_default=True, help="To train.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder to make; default curriculum-USE beside the run's config in the data folder.",
)
@click.option("--replace", is_flag=True, help="In the place of an earlier export.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(
    run: str,
    use: str,
    model: str,
    out: Path | None,
    replace: bool,
    data_dir: Path | None,
    db: Path | None,
) -> None:
    """Write the accepted items of RUN with pictures, four ready commands and one for all.

    Example: python -m scripts.export_curriculum first --use full
    """
    from db import Store, StoreError
    from gap_core.errors import GapError
    from gap_core.synthesis.curriculum import accepted_items
    from gap_core.synthesis.exporting import counts_json, export_curriculum
    from gap_core.synthesis.starting import found_run, run_folder

    settings = settings_of(data_dir=data_dir, db=db)
    try:
        folder = out or run_folder(settings.data_dir, run) / f"curriculum-{use}"
        with Store.open(settings.db) as store:
            items = accepted_items(store, found_run(store, run))
        counts = export_curriculum(
            items,
            folder,
            use="full" if use == "full" else "split",
            name=run,
            model=model,
            replace=replace,
        )
    except (GapError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    for step, sides in counts.items():
        click.echo(f"{step}: {sides['train']:,} lessons, {sides['validation']:,} held out")
    click.echo(f"See {folder / 'README.md'}")
    click.echo(counts_json(counts, folder))


if __name__ == "__main__":
    main()
