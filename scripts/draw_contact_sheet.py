"""Draw many scenes of the pocket world on one sheet."""

import json
from pathlib import Path

import click


@click.command()
@click.option(
    "--edition", "edition_name", type=click.Choice(["basic", "full"]), default="full",
    show_default=True, help="Which world to draw.",
)  # fmt: skip
@click.option("--scenes", default=48, show_default=True, type=click.IntRange(1), help="How many.")
@click.option("--seed", default=1, show_default=True, help="Seed of the first scene.")
@click.option(
    "--out", default="docs/pocket_world.png", show_default=True, help="File to write.",
    type=click.Path(path_type=Path, dir_okay=False),
)  # fmt: skip
def main(edition_name: str, scenes: int, seed: int, out: Path) -> None:
    """Draw a contact sheet of pocket world scenes.

    Example: python -m scripts.draw_contact_sheet --scenes 48
    """
    from gap_core.pocket_world import EDITIONS
    from gap_core.pocket_world.contact_sheet import draw_contact_sheet

    sheet = draw_contact_sheet(edition=EDITIONS[edition_name], scenes=scenes, seed=seed)
    out.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(out, optimize=True)
    click.echo(json.dumps({"scenes": scenes, "out": str(out), "bytes": out.stat().st_size}))


if __name__ == "__main__":
    main()
