# The doctor finds what is broken, says what to do, and changes nothing.
from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from db import Store
from gap_core.care import doctor
from gap_core.care.backup import NOTE, make_backup
from gap_core.care.doctor import Finding, examine
from gap_core.settings import Settings, load_secret
from scripts.doctor import main
from tests.fixtures_play import DECK, START, Table
from tests.test_adapter_registry import day, made_record  # noqa: F401 (a fixture)
from tests.test_backup import damage


@pytest.fixture
def settings(table: Table) -> Settings:
    """A sound installation with a backup."""
    table.play_session(table.join(), catches_traps=True)
    made = Settings(data_dir=table.data_dir, deck=DECK)
    load_secret(made.secret_file)
    make_backup(made, made.data_dir / "backups" / "gap-now")
    return made


def run(settings: Settings, *arguments: str) -> Result:
    given = ["--data-dir", str(settings.data_dir), "--deck", settings.deck, *arguments]
    return CliRunner().invoke(main, given)


def finding(settings: Settings, subject: str) -> Finding:
    return next(one for one in examine(settings, now=START) if one.subject == subject)


def test_sound_installation_is_found_fine(settings: Settings) -> None:
    result = run(settings)

    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout.splitlines()[-1])["broken"] == 0
    assert "'pocket-full' can be loaded" in result.output


def test_adapter_of_another_model_is_told(settings: Settings, day: Path) -> None:  # noqa: F811
    folder = settings.data_dir / "adapter"
    shutil.copytree(day, folder)
    config = json.loads((folder / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = "pocket"
    (folder / "adapter_config.json").write_text(json.dumps(config))
    with Store.open(settings.db) as store:
        store.adapters.add(made_record("day", folder, model="pocket"), image_ids=[])

    words = finding(settings, "adapter").words
    assert "though not into 'pocket-full': it was trained on 'pocket'" in words


def test_a_backup_is_known_wherever_it_was_put(settings: Settings, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    assert f"'{settings.data_dir / 'backups' / 'gap-now'}'" in finding(settings, "backup").words
    make_backup(settings, stick / "saturday")
    found = next(one for one in examine(settings, now=datetime.now(UTC)) if one.subject == "backup")
    assert (
        found.state == "fine" and found.words == f"the last, '{stick / 'saturday'}', is 0 hours old"
    )

    shutil.rmtree(stick)
    assert finding(settings, "backup").words.endswith("and isn't there now")
    (settings.data_dir / NOTE).write_text("[]")
    assert finding(settings, "backup").words == "none was made"


def test_missing_and_broken_pictures_are_named(settings: Settings) -> None:
    first, second = sorted((settings.data_dir / "images").iterdir())[:2]
    first.unlink()
    second.write_bytes(second.read_bytes()[:40])
    result = run(settings)

    assert result.exit_code == 1
    assert f"2 are missing or broken: 'images/{first.name}', 'images/{second.name}'" in (
        result.output
    )
    assert "from a backup" in result.output


def test_damaged_database_is_found(settings: Settings) -> None:
    damage(settings.db)
    result = run(settings)

    assert result.exit_code == 1 and "--restore FOLDER" in result.output


def test_rows_that_point_at_nothing_are_found(settings: Settings, table: Table) -> None:
    with table.store() as store:
        store.connection.rows("PRAGMA foreign_keys=OFF")
        store.connection.rows("DELETE FROM players")

    assert "rows point at nothing" in finding(settings, "database").words


def test_missing_database_is_no_traceback(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--data-dir", str(tmp_path / "none")])

    assert result.exit_code == 1 and "Start the game once" in result.output
    assert not (tmp_path / "none").exists()


def test_database_of_a_newer_version_is_not_touched(settings: Settings, table: Table) -> None:
    with table.store() as store:
        store.connection.rows(
            """INSERT INTO _sqlite_migrations (migration_set, name, applied_at)
            VALUES ('gap', 'm999_later', '')"""
        )

    assert finding(settings, "schema") == Finding(
        "schema",
        "broken",
        "made by a newer version of this project (m999_later)",
        "Bring the project up to date, then start again.",
    )


def test_clock_that_jumped_back_is_noticed(settings: Settings) -> None:
    found = list(examine(settings, now=START - timedelta(days=30)))

    assert next(one for one in found if one.subject == "clock").state == "warning"


def test_cut_off_weights_are_found(settings: Settings, tmp_path: Path) -> None:
    weights = tmp_path / "model"
    weights.mkdir()
    pocket = Path(doctor.find_folder("pocket"))
    shutil.copy(pocket / "config.json", weights)
    (weights / "model.safetensors").write_bytes(
        (pocket / "model.safetensors").read_bytes()[:100_000]
    )
    result = run(settings, "--model", str(weights))

    assert result.exit_code == 1 and "broken  model: " in result.output


@pytest.mark.parametrize(("free_mib", "state"), [(100, "broken"), (1000, "warning")])
def test_little_space_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, free_mib: int, state: str
) -> None:
    usage = shutil.disk_usage(settings.data_dir)._replace(free=free_mib * 2**20)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _place: usage)

    assert finding(settings, "disk").state == state


def test_readable_secret_is_told(settings: Settings) -> None:
    settings.secret_file.chmod(0o644)

    assert "chmod 600" in finding(settings, "secret").todo


def test_deck_without_traps_is_told(settings: Settings) -> None:
    other = settings.model_copy(update={"deck": "pocket"})

    assert finding(other, "deck").state == "broken"
