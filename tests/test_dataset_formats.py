# Out and back again through every format; what other tools will find in the files.
from __future__ import annotations

import base64
import csv
import io
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gap_core.dataset.build_config import BuildConfig
from gap_core.dataset.building import build_dataset
from gap_core.dataset.exporting import export_dataset
from gap_core.dataset.findings import RULES
from gap_core.dataset.folders import changed_files
from gap_core.dataset.formats import FORMATS
from gap_core.dataset.formats.vlmevalkit import given_back, kept_from_pandas
from gap_core.dataset.importing import ImportReport, import_dataset
from gap_core.dataset.places import dataset_place, imported_samples
from gap_core.dataset.sample import Provenance, Sample
from gap_core.dataset.sample_files import read_samples
from gap_core.errors import GapError
from gap_core.language import category_of
from gap_core.spreadsheets import quoted, unquoted
from scripts import export_dataset as export_script
from scripts import import_dataset as import_script
from tests.fixtures_dataset import made_sample, noise_picture

Make = Callable[..., Sample]
TEXTS = [
    "=1+1", "+49", "-5", "@sum", "'quoted'", "'=x", "a b, \"c\"; d", "None", "NA.", "null",
    "ünï ☃ 漢字 𝄞", "<b>${x}</b>", "7.50", "N/A",
]  # fmt: skip


@pytest.fixture
def dataset(pictured: Make, tmp_path: Path) -> Path:
    """Six pictures with hard texts, one conversation of two questions, categories not guessable."""
    samples = [
        pictured(
            f"s{n}", n % 5, question=f"What does sign {n} say: {text}?", answer=text,
            category="Anomaly Detection", model_answer="Two.",
        )
        for n, text in enumerate(TEXTS)
    ]  # fmt: skip
    talk = pictured("talk", 5, question="How many dogs are there?")
    again = replace(talk, place=2, question="Where is the ball?", answer="On the left.")
    folder = dataset_place(tmp_path / "data", "hard")
    config = BuildConfig(keep_rules=frozenset(RULES), validation_share=0.3)
    build_dataset([*samples, talk, again], folder, data_dir=tmp_path / "data", config=config)
    return folder


def exported(dataset: Path, format_name: str, **given: Any) -> Path:
    out = dataset.parents[2] / format_name
    data_dir = dataset.parents[1]
    export_dataset(dataset, out, format_name=format_name, data_dir=data_dir, **given)
    return out


def brought_in(source: Path, format_name: str, data_dir: Path, **given: Any) -> ImportReport:
    return import_dataset(source, format_name=format_name, name="back", data_dir=data_dir, **given)


def all_of(dataset: Path) -> list[Sample]:
    return [
        one for side in ("train", "validation") for one in read_samples(dataset / f"{side}.jsonl")
    ]


@pytest.mark.parametrize("format_name", FORMATS)
def test_export_comes_back_as_it_was(dataset: Path, format_name: str, tmp_path: Path) -> None:
    out = exported(dataset, format_name)
    assert changed_files(out) == []
    report = brought_in(out, format_name, tmp_path / "other")
    back = list(imported_samples(tmp_path / "other", "back"))
    assert back == all_of(dataset)
    assert (report.samples, report.with_provenance, report.refused) == (16, 16, {})


@pytest.mark.parametrize("format_name", FORMATS)
def test_without_provenance_pictures_and_texts_come_back(
    dataset: Path, format_name: str, tmp_path: Path
) -> None:
    out = exported(dataset, format_name)
    (out / "provenance.jsonl").unlink()
    brought_in(out, format_name, tmp_path / "other")
    back = list(imported_samples(tmp_path / "other", "back"))
    assert [(one.image_id, one.question, one.answer) for one in back] == [
        (one.image_id, one.question, one.answer) for one in all_of(dataset)
    ]
    if format_name in ("vlmevalkit", "csv"):
        assert [one.category for one in back] == [one.category for one in all_of(dataset)]
    assert back[0].provenance.source == "import"
    assert f"{format_name} " in (back[0].provenance.origin or "")


def test_edited_and_removed_records_keep_the_provenance_of_the_others(
    dataset: Path, tmp_path: Path
) -> None:
    out = exported(dataset, "minicpm")
    records = json.loads((out / "train.json").read_text(encoding="utf-8"))
    records[0]["conversations"][1]["content"] = "Mended."
    del records[1]
    (out / "train.json").write_text(json.dumps(records))
    report = brought_in(out, "minicpm", tmp_path / "other")
    back = list(imported_samples(tmp_path / "other", "back"))
    assert report.with_provenance == len(back)
    was = all_of(dataset)[0]
    made = replace(was.provenance, source="import", origin="minicpm train.json:1")
    assert back[0] == replace(was, answer="Mended.", provenance=made)


def test_edited_answer_is_no_expert_s_any_more(pictured: Make, tmp_path: Path) -> None:
    made = Provenance("game", turn_id="t", label_id=9, player="p", labeler="l", refined_by="r")
    samples = [pictured(f"s{n}", n, provenance=made, model_answer="Two.") for n in range(2)]
    folder = dataset_place(tmp_path / "data", "known")
    build_dataset(samples, folder, data_dir=tmp_path / "data", config=BuildConfig(0.0))
    out = exported(folder, "csv")
    text = (out / "train.csv").read_text(encoding="utf-8-sig")
    changed = text.replace("There are three dogs.", "There are nine dogs.", 1).replace(
        "Counting,Two.,unknown", "Anomaly Detection,Four.,CC0", 1
    )
    (out / "train.csv").write_text(changed, encoding="utf-8-sig")
    brought_in(out, "csv", tmp_path / "other")
    edited, other = imported_samples(tmp_path / "other", "back")
    assert other.provenance == made
    assert (edited.answer, edited.category) == ("There are nine dogs.", "Anomaly Detection")
    assert (edited.model_answer, edited.licence) == ("Four.", "CC0")
    assert edited.provenance == Provenance(
        "import", origin="csv train.csv:2", turn_id="t", player="p"
    )


def test_options_of_a_vlmevalkit_row_come_in_with_its_question(tmp_path: Path) -> None:
    noise_picture(1).save(tmp_path / "x.png")
    image = base64.b64encode((tmp_path / "x.png").read_bytes()).decode()
    rows = [
        "index\timage\tquestion\tA\tB\tC\tanswer",
        f"0\t{image}\tWhat is it?\ta dog\ta cat\t\tB",
    ]
    (tmp_path / "quiz.tsv").write_text("\n".join(rows))
    brought_in(tmp_path / "quiz.tsv", "vlmevalkit", tmp_path / "data")
    (sample,) = imported_samples(tmp_path / "data", "back")
    assert (sample.question, sample.answer) == ("What is it? A. a dog B. a cat", "B")


def test_minicpm_records_have_the_published_shape(dataset: Path) -> None:
    out = exported(dataset, "minicpm")
    records = json.loads((out / "train.json").read_text(encoding="utf-8"))
    records += json.loads((out / "validation.json").read_text(encoding="utf-8"))
    assert {tuple(record) for record in records} == {("id", "image", "conversations")}
    (talk,) = [record for record in records if record["id"] == "talk"]
    assert talk["conversations"] == [
        {"role": "user", "content": "<image>\nHow many dogs are there?"},
        {"role": "assistant", "content": "There are three dogs."},
        {"role": "user", "content": "Where is the ball?"},
        {"role": "assistant", "content": "On the left."},
    ]
    assert all((out / record["image"]).is_file() for record in records)


def test_judge_records_have_the_published_shape(dataset: Path) -> None:
    out = exported(dataset, "judge")
    record = json.loads((out / "train.json").read_text(encoding="utf-8"))[0]
    assert list(record) == ["imageLink", "question", "modelAnswer", "correctAnswer"]


def test_llama_factory_lists_its_files_and_trains_from_the_folder(dataset: Path) -> None:
    yaml = pytest.importorskip("yaml")
    out = exported(dataset, "llama-factory")
    listed = json.loads((out / "dataset_info.json").read_text())
    assert listed["hard_train"] == {
        "file_name": "train.json",
        "formatting": "sharegpt",
        "columns": {"messages": "conversations", "images": "images"},
        "tags": {
            "role_tag": "role", "content_tag": "content", "user_tag": "user",
            "assistant_tag": "assistant",
        },
    }  # fmt: skip
    config = yaml.safe_load((out / "train_lora.yaml").read_text())
    assert (config["dataset"], config["eval_dataset"]) == ("hard_train", "hard_validation")
    assert config["learning_rate"] == 1e-4
    for record in json.loads((out / "train.json").read_text(encoding="utf-8")):
        tags = sum(one["content"].count("<image>") for one in record["conversations"])
        assert tags == len(record["images"]) == 1


def test_ms_swift_command_is_a_script_that_bash_reads(dataset: Path) -> None:
    out = exported(dataset, "ms-swift")
    subprocess.run(["bash", "-n", str(out / "train_lora.sh")], check=True)
    command = (out / "train_lora.sh").read_text()
    assert "--dataset train.jsonl --val_dataset validation.jsonl" in command
    lines = (out / "train.jsonl").read_text(encoding="utf-8").splitlines()
    assert {tuple(json.loads(line)) for line in lines} == {("messages", "images")}


def test_parquet_tells_datasets_what_are_pictures(dataset: Path) -> None:
    import pyarrow.parquet as pq

    out = exported(dataset, "trl")
    schema = pq.read_schema(out / "train.parquet")
    features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    assert features["images"] == [{"_type": "Image"}]
    row = pq.read_table(out / "train.parquet").to_pylist()[0]
    assert Image.open(io.BytesIO(row["images"][0]["bytes"])).size == (96, 96)
    assert [part["type"] for part in row["messages"][0]["content"]] == ["image", "text"]
    assert (out / "README.md").read_text(encoding="utf-8").startswith("---\nconfigs: ")


def test_pandas_reads_the_tsv_with_nothing_missing(dataset: Path) -> None:
    # VLMEvalKit reads with pandas, which takes "None" and "N/A" for nothing.
    out = exported(dataset, "vlmevalkit")
    table = pandas.read_csv(out / "hard_train.tsv", sep="\t")
    assert list(table.columns) == ["index", "image", "question", "answer", "category"]
    assert not table.isna().any().any()
    images = dict(zip(table["index"].astype(str), table["image"].astype(str), strict=True))
    full = [images[image] if len(image) <= 64 else image for image in images.values()]
    assert all(base64.b64decode(image).startswith(b"\x89PNG") for image in full)
    assert any(len(image) <= 64 for image in images.values())


def test_csv_holds_no_formula(dataset: Path) -> None:
    out = exported(dataset, "csv")
    text = (out / "train.csv").read_bytes() + (out / "validation.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")]


@given(st.text(alphabet="'=+-@x \t\n%|", max_size=6))
def test_quoting_of_formulas_can_be_undone(text: str) -> None:
    assert unquoted(quoted(text)) == text
    assert quoted(text)[:1] not in tuple("=+-@\t\r\n|%")


@given(st.sampled_from(["None", "NA", "nan", "null", "x", "N/A"]), st.integers(0, 3))
def test_full_stop_for_pandas_can_be_undone(text: str, stops: int) -> None:
    answer = text + "." * stops
    assert given_back(kept_from_pandas(answer)) == answer
    assert kept_from_pandas(answer) not in ("None", "NA", "nan", "null", "N/A")


def test_tag_in_a_question_is_no_place_of_a_picture(pictured: Make, tmp_path: Path) -> None:
    folder = dataset_place(tmp_path / "data", "tags")
    build_dataset(
        [pictured("a", 1, question="<image><image> How many dogs?")],
        folder,
        data_dir=tmp_path / "data",
        config=BuildConfig(keep_rules=frozenset({"markup"}), validation_share=0.0),
    )
    out = exported(folder, "llama-factory")
    record = json.loads((out / "train.json").read_text())[0]
    assert record["conversations"][0]["content"] == "<image>\n< image>< image> How many dogs?"


def test_links_take_no_space(dataset: Path) -> None:
    out = exported(dataset, "minicpm", pictures="link")
    pictures = list(out.rglob("*.png"))
    assert len(pictures) == 6
    assert {file.stat().st_nlink for file in pictures} == {2}


def test_dataset_that_was_changed_is_not_exported(dataset: Path) -> None:
    with (dataset / "train.jsonl").open("a") as lines:
        lines.write("\n")
    with pytest.raises(GapError, match="not what its manifest says"):
        exported(dataset, "csv")


@pytest.mark.parametrize("format_name", ["trl", "vlmevalkit", "minicpm"])
def test_export_without_its_pictures_fails_whole(dataset: Path, format_name: str) -> None:
    for file in (dataset.parents[1] / "images").rglob("*.png"):
        file.unlink()
    with pytest.raises(GapError, match="is missing from"):
        exported(dataset, format_name)
    assert not (dataset.parents[2] / format_name).exists()
    assert not list(dataset.parents[2].glob(".*.part-*"))


def test_samples_without_pictures_go_where_names_will_do(tmp_path: Path) -> None:
    folder = dataset_place(tmp_path / "data", "names")
    samples = [made_sample("a", image_id="name:x.jpg", image_name="x.jpg")]
    config = BuildConfig(validation_share=0.0)
    build_dataset(samples, folder, data_dir=tmp_path / "data", config=config)
    out = exported(folder, "minicpm")
    assert json.loads((out / "train.json").read_text())[0]["image"] == "x.jpg"
    with pytest.raises(GapError, match="is not at hand"):
        exported(folder, "trl")


def test_scripts_go_out_and_back(dataset: Path, tmp_path: Path) -> None:
    data_dir = ["--data-dir", str(dataset.parents[1])]
    out = CliRunner().invoke(export_script.main, ["hard", "--format", "csv", *data_dir])
    assert out.exit_code == 0, out.output
    folder = json.loads(out.stdout.splitlines()[-1])["folder"]
    arguments = [folder, "--format", "csv", "--name", "back", *data_dir]
    back = CliRunner().invoke(import_script.main, arguments)
    assert back.exit_code == 0, back.output
    assert json.loads(back.stdout.splitlines()[-1])["samples"] == 16


def test_scripts_know_every_format() -> None:
    assert export_script.FORMAT_NAMES == import_script.FORMAT_NAMES == tuple(FORMATS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["none", "--format", "csv"], "No dataset at"), (["../x", "--format", "csv"], "can't be a")],
)
def test_export_script_refuses(tmp_path: Path, arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(export_script.main, [*arguments, "--data-dir", str(tmp_path)])
    assert (result.exit_code, words in result.output) == (1, True)


def test_published_rows_import_lint_and_export(tmp_path: Path) -> None:
    # The shape of the published training file, some thousand rows, pictures not at hand.
    records = [
        {
            "id": str(n), "image": f"/srv/coco/COCO_train2014_{n % 900:012}.jpg",
            "conversations": [
                {"role": "user", "content": f"<image>\nWhat number of dogs sit by gate {n}?"},
                {"role": "assistant", "content": "I can't determine that." if n % 50 == 0
                 else f"{n % 7} dogs sit by gate {n}."},
            ],
        }
        for n in range(1500)
    ]  # fmt: skip
    (tmp_path / "gap.json").write_text(json.dumps(records))
    report = brought_in(tmp_path / "gap.json", "minicpm", tmp_path / "data", without_pictures=True)
    assert (report.samples, report.refused) == (1500, {})
    folder = dataset_place(tmp_path / "data", "gap")
    samples = imported_samples(tmp_path / "data", "back")
    built = build_dataset(samples, folder, data_dir=tmp_path / "data", config=BuildConfig())
    assert built.left_out == {"refusal": 30}
    assert built.by_category[category_of(records[1]["conversations"][0]["content"]).category][0]
    out = exported(folder, "minicpm")
    names = {one["image"] for one in json.loads((out / "train.json").read_text())}
    assert "COCO_train2014_000000000001.jpg" in names | {
        one["image"] for one in json.loads((out / "validation.json").read_text())
    }
