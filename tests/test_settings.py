# Settings come from flag, environment, default, in this order; the secret is made once.
from __future__ import annotations

import shutil
import threading
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from gap_core.errors import GapError
from gap_core.settings import Settings, deck_for, load_secret
from models.registry import OWN_FOLDERS, WORLD_FILE
from scripts.doctor import main as doctor
from scripts.list_adapters import main as list_adapters
from scripts.measure_traps import main as measure_traps


def test_defaults_lie_in_the_data_folder() -> None:
    settings = Settings()
    assert (settings.db, settings.secret_file) == (Path("data/gap.db"), Path("data/secret.key"))


def test_data_folder_moves_all_that_is_not_given() -> None:
    settings = Settings(data_dir=Path("/srv/gap"), db=Path("other.db"))
    assert settings.db == Path("other.db")
    assert settings.secret_file == Path("/srv/gap/secret.key")


def test_flag_goes_before_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAP_PORT", "8000")
    monkeypatch.setenv("GAP_DECK", "city")
    settings = Settings(port=9000)
    assert (settings.port, settings.deck) == (9000, "city")


def test_deck_is_the_one_drawn_for_the_model() -> None:
    assert Settings().deck == Settings(model="minicpm-v").deck == "pocket-full"
    assert Settings(model="pocket").deck == "pocket"
    assert Settings(model="pocket", deck="city").deck == "city"


def test_deck_of_a_folder_is_that_of_the_model_in_it(tmp_path: Path) -> None:
    assert deck_for(str(OWN_FOLDERS["pocket"])) == "pocket"
    assert deck_for(str(tmp_path)) == "pocket-full"
    shutil.copy(OWN_FOLDERS["pocket"] / WORLD_FILE, tmp_path)
    assert deck_for(str(tmp_path)) == "pocket"


def test_unknown_setting_and_changed_setting_are_refused() -> None:
    with pytest.raises(ValidationError):
        Settings(prot=8000)  # type: ignore[call-arg]
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]


def test_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "data" / "secret.key"
    secret = load_secret(file)
    assert (len(secret), load_secret(file)) == (32, secret)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [left.name for left in file.parent.iterdir()] == ["secret.key"]


def test_processes_that_start_at_once_share_one_secret(tmp_path: Path) -> None:
    secrets: list[bytes] = []
    barrier = threading.Barrier(8)

    def load() -> None:
        barrier.wait()
        secrets.append(load_secret(tmp_path / "secret.key"))

    threads = [threading.Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(secrets) == 8 and len(set(secrets)) == 1


def test_short_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"short")
    with pytest.raises(GapError, match="holds 5 bytes"):
        load_secret(tmp_path / "secret.key")


def test_unreadable_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GapError, match="can't be read or made"):
        load_secret(tmp_path)


@pytest.mark.parametrize("command", [doctor, list_adapters, measure_traps])
def test_commands_say_which_setting_of_the_environment_is_wrong(
    command: click.Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GAP_PORT", "many")
    result = CliRunner().invoke(command, [])
    assert result.exit_code == 1
    assert "Error: Setting GAP_PORT can't be 'many'" in result.output
