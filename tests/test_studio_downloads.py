# Exports and packages, downloaded by who may: as one zip, or not where it is too large.
from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from apps.studio import downloads
from apps.studio.accounts import AccountReader
from apps.studio.identity import COOKIE, Identity
from apps.studio.routes import Routes
from apps.studio.studio import Studio
from db.labeling_records import Role
from gap_core.errors import GapError
from tests.fixtures_labeling import PASSWORD
from tests.fixtures_play import SECRET
from tests.fixtures_studio import workbench_of

Get = Callable[..., httpx.Response]


@pytest.fixture
def get(tmp_path: Path) -> Get:
    """Asks the studio's routes as somebody of this role."""
    studio = Studio(workbench_of(tmp_path), tmp_path / "gap.db", tmp_path, "test", SECRET)
    identity = Identity(SECRET)
    routes = Routes(studio, AccountReader(studio.workbench, identity)).routes

    def ask(path: str, role: Role = "reviewer") -> httpx.Response:
        account = studio.workbench.create_account(f"A {role}", PASSWORD, role)
        cookie = identity.sign(account.id, sign_in_number=account.sign_in_number)
        return TestClient(Starlette(routes=routes), cookies={COOKIE: cookie}).get(path)

    return ask


def made(tmp_path: Path, kind: str = "exports", name: str = "first-csv") -> Path:
    folder = tmp_path / kind / name
    (folder / "images").mkdir(parents=True)
    (folder / "train.csv").write_text("question\n")
    (folder / "images" / "1.png").write_bytes(b"\x89PNG" * 999)
    return folder


def test_an_export_comes_as_a_zip_of_its_folder(tmp_path: Path, get: Get) -> None:
    folder = made(tmp_path)
    (folder / "out").symlink_to(tmp_path / "gap.db")  # what lies elsewhere is not handed out
    answer = get(downloads.address_of("exports", "first-csv"))
    assert answer.headers["content-disposition"] == 'attachment; filename="first-csv.zip"'
    assert int(answer.headers["content-length"]) == len(answer.content)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["first-csv/images/1.png", "first-csv/train.csv"]
        assert archive.read("first-csv/images/1.png") == b"\x89PNG" * 999
    assert [one.name for one in (tmp_path / "exports").iterdir()] == ["first-csv"]


def test_a_package_of_one_file_comes_as_it_is(tmp_path: Path, get: Get) -> None:
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / "day-gguf").write_bytes(b"GGUF")
    answer = get(downloads.address_of("packages", "day-gguf"))
    assert answer.content == b"GGUF" and 'filename="day-gguf.gguf"' in str(answer.headers)


@pytest.mark.parametrize(
    ("path", "role", "status"),
    [
        ("exports/first-csv", "labeler", 403),
        ("exports/other", "reviewer", 404),
        ("images/first-csv", "reviewer", 404),
        ("exports/..", "administrator", 404),
        ("exports/.hidden", "reviewer", 404),
    ],
)
def test_what_is_not_to_be_had_is_refused(
    tmp_path: Path, get: Get, path: str, role: Role, status: int
) -> None:
    made(tmp_path)
    made(tmp_path, "images")
    made(tmp_path, name=".hidden")
    assert get(f"/download/{path}", role).status_code == status


def test_what_is_too_large_is_said_to_lie_on_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made(tmp_path)
    assert downloads.too_large_words(folder) == ""
    monkeypatch.setattr(downloads, "LARGEST_DOWNLOAD_BYTES", 4_000)
    assert downloads.too_large_words(folder).endswith(f"It lies on the server, in {folder}")
    with pytest.raises(GapError, match="more than a browser is handed"):
        downloads.zipped(folder)


def test_a_zip_that_nobody_hears_to_the_end_is_closed(tmp_path: Path) -> None:
    with tempfile.TemporaryFile(dir=tmp_path) as file:
        file.write(b"0" * (3 << 20))
        file.seek(0)
        blocks = downloads.blocks_of(file)
        assert len(next(blocks)) == 1 << 20
        blocks.close()  # type: ignore[attr-defined]
        assert file.closed
