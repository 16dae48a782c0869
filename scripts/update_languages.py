"""Brings the catalogs of the game's languages up to date with what the game says."""

import json

import click


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if something is to be done.")
def main(check: bool) -> None:
    """Put new messages into the catalogs in apps/game/locales and take unused ones out.

    A new message stands there with empty words, for somebody to translate; an English sentence
    that was changed is a new message. Each language's messages without words are listed.

    Example: python -m scripts.update_languages --check
    """
    from apps.game.catalogs import (
        TRANSLATED,
        catalog_file,
        untranslated,
        updated_catalog,
        written,
    )

    left: dict[str, list[str]] = {}
    outdated = []
    for code in TRANSLATED:
        catalog = updated_catalog(code)
        left[code] = untranslated(catalog)
        file = catalog_file(code)
        if written(catalog) != file.read_bytes():
            outdated.append(code)
            if not check:
                file.write_bytes(written(catalog))
    if check and (outdated or any(left.values())):
        raise click.ClickException(
            f"Catalogs to update: {', '.join(outdated) or 'none'}; messages without words: "
            f"{sum(map(len, left.values()))}. Run: python -m scripts.update_languages"
        )
    click.echo(json.dumps({"changed": outdated, "untranslated": left}, ensure_ascii=False))


if __name__ == "__main__":
    main()
