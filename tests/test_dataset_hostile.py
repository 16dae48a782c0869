# Files that are broken, in another encoding, huge, or meant to do harm: named, and nothing lost.
from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from gap_core.dataset.formats import json_records
from gap_core.dataset.formats.base import Refused
from gap_core.dataset.formats.json_records import JsonRecord, read_records
from gap_core.dataset.importing import ImportReport, import_dataset
from gap_core.dataset.places import imported_samples
from gap_core.dataset.sample import Sample
from gap_core.errors import GapError
from scripts.import_dataset import main
from tests.fixtures_dataset import noise_picture


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with one picture, a.png, and a secret one beside the folder."""
    folder = tmp_path / "in"
    folder.mkdir()
    noise_picture(1).save(folder / "a.png")
    noise_picture(2).save(tmp_path / "secret.png")
    return folder


def record(image: Any = "a.png", **changed: Any) -> dict[str, Any]:
    messages = [
        {"role": "user", "content": "<image>\nHow many dogs?"},
        {"role": "assistant", "content": "Three."},
    ]
    return {"images": [image], "messages": messages} | changed


def brought_in(file: Path, format_name: str = "ms-swift", **given: Any) -> ImportReport:
    data_dir = file.parent.parent / "data"
    return import_dataset(file, format_name=format_name, name="in", data_dir=data_dir, **given)


def came_in(file: Path) -> list[Sample]:
    return list(imported_samples(file.parent.parent / "data", "in"))


def refused(report: ImportReport) -> list[dict[str, Any]]:
    lines = (report.folder / "refused.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def lines_file(source: Path, *lines: bytes | dict[str, Any]) -> Path:
    file = source / "rows.jsonl"
    plain = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    file.write_bytes(b"\n".join(plain) + b"\n")
    return file


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        ("../secret.png", "the picture lies outside the folder of pictures"),
        ("..\\secret.png", "the picture lies outside the folder of pictures"),
        ("x/../../secret.png", "the picture lies outside the folder of pictures"),
        ("/etc/passwd", "the picture is missing"),
        ("C:\\secret.png", "the picture is missing"),
        ("http://169.254.169.254/a.png", "the picture is an address; fetch it first"),
        ("a\0.png", "the picture's name can't be one"),
        ("b" * 900, "the picture's name can't be one"),
        ("b" * 1_001, "the picture's name is too long"),
        ("gone.png", "the picture is missing"),
        ("", "no picture is named"),
        (None, "no picture is named"),
        ({"bytes": "x"}, "no picture is named"),
        ("rows.jsonl", "the picture is broken, or no picture (UnidentifiedImageError)"),
        (".", "the picture is missing"),
    ],
)
def test_picture_that_may_or_can_not_be_read_is_refused(
    source: Path, image: Any, reason: str
) -> None:
    report = brought_in(lines_file(source, record(image), record()))
    assert (report.samples, report.refused) == (1, {reason: 1})
    assert refused(report)[0]["number"] == 1
    assert json.loads(refused(report)[0]["shown"])["images"] == [image]


def test_link_out_of_the_folder_is_refused(source: Path) -> None:
    (source / "link.png").symlink_to(source.parent / "secret.png")
    report = brought_in(lines_file(source, record("link.png"), record()))
    assert report.refused == {"the picture lies outside the folder of pictures": 1}


def test_path_of_another_machine_is_found_by_its_name(source: Path) -> None:
    report = brought_in(lines_file(source, record("/srv/coco/a.png")))
    (sample,) = came_in(source / "rows.jsonl")
    assert (report.samples, sample.image_name) == (1, "a.png")


def test_traversal_is_refused_without_pictures_too(source: Path) -> None:
    rows = lines_file(source, record("../../x.png"), record("b.png"), record("http://x/c.png"))
    brought_in(rows, without_pictures=True)
    assert [one.image_id for one in came_in(rows)] == ["name:b.png", "name:http://x/c.png"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"images": ["a.png"], "messages": [', "broken JSON (Expecting value)"),
        (b'{"images": ["caf\xe9.png"]}', "not UTF-8"),
        (b"[1, 2]", "not an object"),
        (b"null", "not an object"),
        (b"[" * 50_000, "JSON that can't be meant"),
        (b'{"n": ' + b"9" * 5_000 + b"}", "JSON that can't be meant"),
        (b"{}", "no conversation"),
        (b'{"messages": [{"role": "assistant", "content": "x"}]}',
         "user and assistant don't take turns"),
        (json.dumps(record(images=["a.png", "a.png"])).encode(), "not exactly one picture"),
        (json.dumps(record(messages=[{"role": "user", "content": 5},
                                     {"role": "assistant", "content": "x"}])).encode(),
         "the question is no text"),
        (json.dumps(record(messages=[{"role": "user", "content": "q" * 2_001},
                                     {"role": "assistant", "content": "x"}])).encode(),
         "'question' is 2,001 characters; the limit is 2,000."),
    ],
)  # fmt: skip
def test_broken_line_is_refused_and_the_others_go_in(
    source: Path, line: bytes, reason: str
) -> None:
    report = brought_in(lines_file(source, record(), line, record()))
    assert (report.samples, report.refused) == (2, {reason: 1})
    assert refused(report)[0]["number"] == 2


def test_huge_line_is_passed_over_and_not_kept_whole(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_records, "MOST_RECORD_BYTES", 10_000)
    huge = json.dumps(record() | {"more": "x" * 3_000_000}).encode()
    report = brought_in(lines_file(source, record(), huge, record()))
    assert (report.samples, sum(report.refused.values())) == (2, 1)
    assert len(refused(report)[0]["shown"]) < 5_000


@pytest.mark.parametrize("indent", [None, 2])
def test_broken_element_of_an_array_is_refused_alone(source: Path, indent: int | None) -> None:
    good = json.dumps(record(), indent=indent)
    file = source / "rows.json"
    file.write_text(f'[{good},\n{{"images": nonsense}},\n "x]y", {good}]\n')
    report = brought_in(file)
    assert (report.samples, report.refused) == (
        2, {"broken JSON (Expecting value)": 1, "not an object": 1}
    )  # fmt: skip


def test_array_that_is_cut_off_keeps_what_was_whole(source: Path) -> None:
    file = source / "rows.json"
    file.write_text(json.dumps([record()] * 3)[:-20])
    report = brought_in(file)
    assert (report.samples, sum(report.refused.values())) == (2, 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.lists(st.dictionaries(st.text(), JSON, max_size=3), max_size=6),
    st.integers(1, 40),
    st.sampled_from([None, 0, 3]),
)
def test_array_is_read_as_json_reads_it(
    tmp_path_factory: pytest.TempPathFactory, values: list[Any], block: int, indent: int | None
) -> None:
    # Blocks of any size: brackets, quotes and backslashes fall on every border.
    file = tmp_path_factory.mktemp("json") / "x.json"
    file.write_text(json.dumps(values, indent=indent))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_records, "_BLOCK", block)
        found = list(read_records(file))
    assert [one.value for one in found if isinstance(one, JsonRecord)] == values


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.mktemp("json") / "x.json"
    file.write_bytes(b"[" + content)
    assert all(isinstance(one, JsonRecord | Refused) for one in read_records(file))


@pytest.mark.parametrize(("name", "format_name"), [("x.json", "minicpm"), ("x.csv", "csv")])
def test_utf_16_is_named(source: Path, name: str, format_name: str) -> None:
    (source / name).write_text("image,question,answer\n", encoding="utf-16")
    with pytest.raises(GapError, match="is in UTF-16"):
        brought_in(source / name, format_name)


def csv_file(source: Path, *rows: bytes) -> Path:
    file = source / "rows.csv"
    file.write_bytes(b"image,question,answer\n" + b"\n".join(rows) + b"\n")
    return file


def test_broken_rows_of_a_table_are_refused_and_the_others_go_in(source: Path) -> None:
    rows = csv_file(
        source,
        b"a.png,How many dogs?,Three.",
        b"a.png,How many dogs?",
        b"a.png,How many caf\xe9s?,Two.",
        b"",
        b'a.png,"How many\ncats?",Two.',
    )
    report = brought_in(rows, "csv")
    assert report.refused == {"2 cells where there are 3 columns": 1, "not UTF-8": 1}
    assert [one.question for one in came_in(rows)] == ["How many dogs?", "How many cats?"]


def test_huge_cell_is_refused(source: Path) -> None:
    rows = csv_file(source, b"a.png,How many?,Two.", b'a.png,"' + b"x" * (2 << 20) + b'",Two.')
    report = brought_in(rows, "csv")
    assert (report.samples, sum(report.refused.values())) == (1, 1)


def test_table_without_a_needed_column_is_refused(source: Path) -> None:
    (source / "x.csv").write_text("picture,question\n")
    with pytest.raises(GapError, match="no column 'image'"):
        brought_in(source / "x.csv", "csv")


def test_tsv_pictures_are_checked(source: Path) -> None:
    image = io.BytesIO()
    noise_picture(1).save(image, "PNG")
    good = base64.b64encode(image.getvalue()).decode()
    rows = [
        f"0\t{good}\tHow many?\tTwo.", "1\t0\tHow many dogs?\tTwo.", "2\t9\tHow many cats?\tTwo.",
        f"3\t{'!' * 80}\tHow many?\tTwo.", f"4\t{'QUJD' * 30}\tHow many?\tTwo.",
    ]  # fmt: skip
    file = source / "x.tsv"
    file.write_text("index\timage\tquestion\tanswer\n" + "\n".join(rows) + "\n")
    report = brought_in(file, "vlmevalkit")
    assert report.samples == 2
    assert report.refused == {
        "no row before it has the picture that it names": 1,
        "the picture is no base64": 1,
        "the picture is broken, or no picture (UnidentifiedImageError)": 1,
    }


def test_file_that_is_no_parquet_is_refused(source: Path) -> None:
    (source / "x.parquet").write_bytes(b"PAR1 not at all")
    with pytest.raises(GapError, match="can't be read as Parquet"):
        brought_in(source / "x.parquet", "trl")


def test_import_that_fails_leaves_nothing(source: Path) -> None:
    with pytest.raises(GapError, match="None of 2 records"):
        brought_in(lines_file(source, record("gone.png"), b"{"))
    with pytest.raises(GapError, match="There are no records"):
        brought_in(lines_file(source, b""))
    assert not list((source.parent / "data").glob("imports/*"))


def test_text_comes_in_clean(source: Path) -> None:
    hidden = [
        {"role": "user", "content": "<image>\nHow\u202e many\n dogs\u200b?"},
        {"role": "assistant", "content": "\x00Three\ud800."},
    ]
    rows = lines_file(source, record(messages=hidden))
    brought_in(rows)
    (sample,) = came_in(rows)
    assert (sample.question, sample.answer) == ("How many dogs?", "Three\ufffd.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.json", "--name", "x"], "No file to import"),
        (["in", "--name", "x"], "No file to import"),
        (["in/a.png", "--name", "../x"], "can't be a name"),
        (["in/a.png", "--name", "x"], "can be used; "),
    ],
)
def test_script_refuses_in_one_sentence(source: Path, arguments: list[str], words: str) -> None:
    root = source.parent
    given = [str(root / arguments[0]), *arguments[1:], "--format", "minicpm"]
    result = CliRunner().invoke(main, [*given, "--data-dir", str(root / "data")])
    assert (result.exit_code, words in result.output) == (1, True), result.output
