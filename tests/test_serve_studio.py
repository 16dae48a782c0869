# The script that scripts/studio starts, and the one that adds people.
from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import apps.studio.pages
from gap_core.labeling import Workbench
from gap_core.scoring.rates import ModelErrors
from gap_core.settings import Settings
from models.errors import ModelError
from models.measured import MeasuredErrors, write_measured
from scripts.add_labeler import main as add_labeler
from scripts.serve_studio import check_reach, greet, open_studio, serve_studio, tell_addresses


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5"])
def test_a_network_without_a_studio_key_is_refused(host: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(serve_studio, ["--host", host, "--data-dir", str(tmp_path)])
    assert result.exit_code == 1
    assert f"Host '{host}'" in result.output and "--studio-key" in result.output


def test_this_machine_needs_no_key() -> None:
    check_reach(Settings())


def test_the_address_for_others_is_told_where_they_can_reach_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell_addresses("127.0.0.1", 7861)
    assert "Others" not in capsys.readouterr().out
    tell_addresses("192.0.2.7", 7861)
    assert "Others on the network open http://192.0.2.7:7861/" in capsys.readouterr().out


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        command = ["--port", str(port), "--data-dir", str(tmp_path)]
        result = CliRunner().invoke(serve_studio, command)
    assert result.exit_code == 1 and f"Port {port} is taken" in result.output


def test_the_first_start_makes_an_administrator_and_the_second_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    studio = open_studio(Settings(data_dir=tmp_path))
    greet(studio)
    said = capsys.readouterr().out
    password = said.split("password  ")[1].split()[0]
    account = studio.workbench.check_password("admin", password)
    assert account is not None and account.role == "administrator"
    assert "python -m scripts.add_labeler NAME" in said
    greet(studio)
    assert capsys.readouterr().out == "" and len(studio.workbench.accounts()) == 1


def test_what_is_selected_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAP_SELECT_BY", "lower_bound")
    rules = open_studio(Settings(data_dir=tmp_path, theta=0.7)).workbench.rules
    assert (rules.theta, rules.selected_by) == (0.7, "lower_bound")
    result = CliRunner().invoke(serve_studio, ["--select-by", "guess", "--data-dir", str(tmp_path)])
    assert result.exit_code == 2 and "lower_bound" in result.output


def test_a_studio_without_an_administrator_says_how_to_make_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(tmp_path, "Ada")
    greet(open_studio(Settings(data_dir=tmp_path)))
    assert "add_labeler NAME --role administrator" in capsys.readouterr().out


def test_the_queue_goes_by_what_was_measured_of_a_servers_model(tmp_path: Path) -> None:
    name = "server:http://127.0.0.1:9/v1#small"
    write_measured(name, MeasuredErrors(0.03, 0.01, 400), data_dir=tmp_path)
    studio = open_studio(Settings(data_dir=tmp_path, model=name))
    assert studio.workbench.rules.errors == ModelErrors(0.03, 0.01, 400)


def test_the_model_that_checks_has_the_adapter_and_precision_that_were_asked_for(
    tmp_path: Path,
) -> None:
    missing = tmp_path / "no such adapter"
    studio = open_studio(Settings(data_dir=tmp_path, adapter=missing))
    with pytest.raises(ModelError, match="no such adapter"):
        studio.shelf.answerer()


def add(tmp_path: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(add_labeler, [*arguments, "--data-dir", str(tmp_path)])
    return result.exit_code, result.output


def test_a_labeler_can_sign_in_with_the_password_that_was_printed(tmp_path: Path) -> None:
    code, said = add(tmp_path, "Ada", "--role", "reviewer")
    password = said.splitlines()[0].rsplit(" ", 1)[1]
    account = Workbench(tmp_path / "gap.db", data_dir=tmp_path).check_password("Ada", password)
    assert code == 0 and account is not None and account.role == "reviewer"
    assert json.loads(said.splitlines()[-1]) == {"name": "Ada", "role": "reviewer"}


def test_a_new_password_takes_the_place_of_the_old(tmp_path: Path) -> None:
    old = add(tmp_path, "Ada")[1].splitlines()[0].rsplit(" ", 1)[1]
    new = add(tmp_path, "Ada", "--new-password")[1].splitlines()[0].rsplit(" ", 1)[1]
    workbench = Workbench(tmp_path / "gap.db", data_dir=tmp_path)
    assert workbench.check_password("Ada", old) is None
    assert workbench.check_password("Ada", new) is not None


@pytest.mark.parametrize("arguments", [["Ada"], ["Bob", "--new-password"]])
def test_who_is_there_already_or_not_at_all_is_told(tmp_path: Path, arguments: list[str]) -> None:
    add(tmp_path, "Ada")
    code, said = add(tmp_path, *arguments)
    assert code == 1 and ("is taken" in said or "Known are: Ada" in said)


def test_pages_open_without_loading_what_only_models_need() -> None:
    # Some five seconds, and two visitors at once trip over a library that is half imported.
    folder = Path(apps.studio.pages.__path__[0])
    names = [f"apps.studio.pages.{one.stem}" for one in folder.glob("*.py") if one.stem != "shell"]
    code = f"import sys, {', '.join(names)}; print({{'torch', 'transformers'}} & set(sys.modules))"
    command = [sys.executable, "-W", "ignore", "-c", code]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert len(names) > 15 and said.strip() == "set()"
