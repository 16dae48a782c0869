"""Lists a deck's pictures, shows what the model says of them, and takes decisions on traps."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from models.registry import DEFAULT_MODEL
from scripts._settings import settings_of

if TYPE_CHECKING:
    from db.records import ImageRecord


@click.command()
@click.option("--deck", required=True, help="Deck to decide on.")
@click.option("--image", "images", multiple=True, help="Id, or its first characters; repeatable.")
@click.option("--all", "is_all", is_flag=True, help="Decide on every proposed picture.")
@click.option("--reject", is_flag=True, help="Make them ordinary pictures, not traps.")
@click.option("--list-all", is_flag=True, help="List all pictures, not only the proposed ones.")
@click.option("--describe", is_flag=True, help="Let the model describe each listed picture.")
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Model that describes.")
@click.option("--by", "decided_by", default="operator", show_default=True, help="Who decides.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
def main(
    deck: str,
    images: tuple[str, ...],
    is_all: bool,
    reject: bool,
    list_all: bool,
    describe: bool,
    model: str,
    decided_by: str,
    data_dir: Path | None,
) -> None:
    """List the proposed pictures of a deck, or decide on some.

    Approve a picture only if the model describes it completely and without an error.

    Example: python -m scripts.approve_images --deck city --describe
    """
    from db import Store, StoreError
    from gap_core.decks.curation import KINDS, decide_images, proposed_images
    from gap_core.errors import GapError
    from models.errors import ModelError

    settings = settings_of(data_dir=data_dir)
    try:
        with Store.open(settings.db) as store:
            waiting = proposed_images(store, deck=deck)
            chosen = [image.id for image in waiting] if is_all else list(images)
            taint = "untainted" if reject else "tainted"
            decide_images(store, chosen, deck=deck, taint=taint, decided_by=decided_by)
            held = {kind: store.images.in_deck(deck, taint=kind) for kind in KINDS}
        if not chosen:
            listed = [image for kind in KINDS for image in held[kind]] if list_all else waiting
            list_images(listed, data_dir=settings.data_dir, model=model if describe else "")
    except (GapError, StoreError, ModelError) as err:
        raise click.ClickException(str(err)) from err
    counts = {kind: len(pictures) for kind, pictures in held.items()}
    click.echo(json.dumps({"deck": deck, "decided": len(chosen), **counts}))


def list_images(listed: "list[ImageRecord]", *, data_dir: Path, model: str) -> None:
    """A line a picture: short id, file, and what the model says if one is named."""
    from PIL import Image

    from models.base import Ask
    from models.prompts import DESCRIBE, HONEST
    from models.registry import load_model

    loaded = load_model(model) if model else None
    for image in listed:
        path, said = data_dir / image.path, ""
        if loaded is not None:
            with Image.open(path) as picture:
                ask = Ask(picture.convert("RGB"), DESCRIBE, HONEST, max_tokens=160)
            said = loaded.answer([ask])[0].text
        click.echo(f"{image.id[:12]}  {image.origin or ''}  {path}  {said}")


if __name__ == "__main__":
    main()
