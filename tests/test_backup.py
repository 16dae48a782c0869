# Backups are made beside play, read again, and come back whole; what is damaged is refused.
from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gap_core.care import backup as backups
from gap_core.care.backup import make_backup, restore_backup, verify_backup
from gap_core.errors import GapError
from gap_core.settings import Settings, load_secret
from scripts.backup import main
from tests.fixtures_play import Table


@pytest.fixture
def settings(table: Table) -> Settings:
    """An installation in which somebody has played."""
    table.play_session(table.join(), catches_traps=True)
    made = Settings(data_dir=table.data_dir)
    load_secret(made.secret_file)
    return made


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_restored_backup_plays_on_with_all_that_was_there(
    settings: Settings, table: Table, tmp_path: Path
) -> None:
    folder, new = tmp_path / "stick" / "saturday", tmp_path / "new"
    made = run("--data-dir", table.data_dir, "--to", folder)
    restored = run("--restore", folder, "--data-dir", new)
    again = Table(new / "gap.db", new, clock=table.clock)

    assert (made.exit_code, restored.exit_code) == (0, 0), made.output + restored.output
    assert json.loads(made.stdout.splitlines()[-1])["files"] == 28  # 26 pictures
    assert again.game.leaderboard() == table.game.leaderboard() != []
    assert (new / "secret.key").read_bytes() == settings.secret_file.read_bytes()
    again.started("Ben")


def test_backup_beside_play_is_sound_and_holds_what_was_committed_before(
    settings: Settings, table: Table, tmp_path: Path
) -> None:
    before, stop = [table.join(f"before {number}") for number in range(5)], threading.Event()

    def join_on() -> None:
        number = 0
        while not stop.is_set():
            table.join(f"during {(number := number + 1)}")

    writer = threading.Thread(target=join_on)
    writer.start()
    try:
        made = make_backup(settings, tmp_path / "copy")
    finally:
        stop.set()
        writer.join()
    kept = Table(made.folder / "gap.db", made.folder).game

    assert all(kept.player(player_id) is not None for player_id in before)


@pytest.mark.parametrize("name", ["gap.db", "secret.key", "images"])
def test_one_changed_byte_is_found(settings: Settings, tmp_path: Path, name: str) -> None:
    folder = make_backup(settings, tmp_path / "copy").folder
    file = next((folder / name).iterdir()) if name == "images" else folder / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)

    with pytest.raises(GapError, match=f"1 files differ .* '{name}"):
        verify_backup(folder)
    assert "1 files differ" in run("--restore", folder, "--data-dir", tmp_path / "new").output
    assert not (tmp_path / "new").exists()


def test_nothing_is_restored_over_anything(settings: Settings, tmp_path: Path) -> None:
    folder = make_backup(settings, tmp_path / "copy").folder

    with pytest.raises(GapError, match="isn't empty"):
        restore_backup(folder, settings.data_dir)


def test_damaged_database_is_not_backed_up(settings: Settings, tmp_path: Path) -> None:
    damage(settings.db)
    result = run("--data-dir", settings.data_dir, "--to", tmp_path / "copy")

    assert result.exit_code == 1 and "Restore the last" in result.output
    assert not (tmp_path / "copy").exists()


def test_too_small_a_disk_is_told_before_anything_is_written(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=10 * 2**20)
    monkeypatch.setattr(backups.shutil, "disk_usage", lambda _place: usage)

    with pytest.raises(GapError, match="has 10 MiB free"):
        make_backup(settings, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_missing_picture_is_told_and_the_rest_is_kept(settings: Settings, tmp_path: Path) -> None:
    picture = next((settings.data_dir / "images").iterdir())
    picture.unlink()
    result = run("--data-dir", settings.data_dir, "--to", tmp_path / "copy")

    assert result.exit_code == 0 and f"images/{picture.name}" in result.stderr
    assert verify_backup(tmp_path / "copy").files == 27


def test_what_is_no_backup_is_told(tmp_path: Path) -> None:
    assert "is no backup" in run("--verify", tmp_path).output
    assert "Give one of" in run("--verify", tmp_path, "--restore", tmp_path).output


def damage(db: Path) -> None:
    """Overwrite a part of every page but the first, as a broken disk does."""
    for log in db.parent.glob(f"{db.name}-*"):
        log.unlink()
    content = bytearray(db.read_bytes())
    for start in range(4096, len(content), 4096):
        content[start : start + 64] = b"\xff" * 64
    db.write_bytes(content)
