"""The covers task: its files, more training items, no leaks, answers as the task wants them."""

import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gap_core.covers.answers import accuracy, answer_file, check_answer_file, write_answers
from gap_core.covers.augmenting import Augmented, augment
from gap_core.covers.options import common_rest, own_texts, parts_of
from gap_core.covers.pocket_task import TaskSize, make_pocket_task
from gap_core.covers.reading import read_items
from gap_core.covers.recombining import shuffle_options
from gap_core.covers.records import CoverItem
from gap_core.covers.templates import IMAGE2TEXT, TEXT2IMAGE
from gap_core.covers.writing import register_files, write_items
from gap_core.errors import GapError
from scripts.covers import main

STORIES = (
    "Cells of A. thaliana divide.",
    "Ice melts\nand seas rise.",
    "Two proteins bind.",
    "光合",
)


def prompt_of(stories: tuple[str, ...] = STORIES, question: str = "<image>\nWhich fits?") -> str:
    listed = "\n".join(f"{letter}. {text}" for letter, text in zip("ABCD", stories, strict=True))
    return f"{question}\n{listed}"


def record(**changes: Any) -> dict[str, Any]:
    whole = {"system": "s", "input": prompt_of(), "output": "B", "images": ["one.png"]}
    return whole | changes


def read(tmp_path: Path, *records: Any, task: str = "image2text", has_answers: bool = True) -> Any:
    file = tmp_path / "records.json"
    file.write_text(json.dumps(list(records)), encoding="utf-8")
    Image.new("RGB", (80, 80)).save(tmp_path / "one.png")
    return read_items(file, task=task, images_dir=tmp_path, has_answers=has_answers)


@pytest.fixture(scope="module")
def pocket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("covers")
    make_pocket_task(folder, size=TaskSize(train=12, dev=2, test=4), seed=1)
    return folder


def side(folder: Path, task: str, name: str) -> list[CoverItem]:
    file = folder / f"{task}_{name}.json"
    found = read_items(file, task=task, images_dir=folder, has_answers=name != "test")
    assert found.problems == []
    return found.items


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"input": " "}, "its input is empty or no text"),
        ({"input": "A. 1 B. 2"}, "its input has 0 <image> for 1 pictures"),
        ({"input": "<image><image>" + prompt_of()}, "its input has 3 <image> for 1 pictures"),
        ({"images": "one.png"}, "its images are no list of paths"),
        ({"images": ["one.png"] * 4}, "it has 4 pictures; image2text has 1"),
        ({"output": "E"}, "its output is 'E'; A, B, C or D was expected"),
        ({"output": None}, "its output is missing"),
        ({"images": ["none.png"]}, "can't be read (No such file or directory)"),
        ({"images": ["records.json"]}, "is broken, or no picture"),
    ],
)
def test_what_is_wrong_with_a_record_is_told_by_its_id(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    found = read(tmp_path, record(), record(id="née-7", **changes))

    assert [item.place for item in found.items] == [0]
    (problem,) = found.problems
    assert problem.name == "id 'née-7'" and reason in problem.reason


def test_test_items_need_an_id_of_their_own(tmp_path: Path) -> None:
    rows = [record(id=1, output=None), record(id="1"), record(output=""), record(id=True)]
    found = read(tmp_path, *rows, record(id="ok", output=None), "text", has_answers=False)

    assert [item.id for item in found.items] == ["ok"]
    assert Counter(one.reason for one in found.problems) == {
        "another item has this id": 2,
        "a test item needs an id, text or number": 2,
        "it is no record with fields": 1,
    }


@pytest.mark.parametrize("content", ["{}", "no json", "[1"])
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(content)
    with pytest.raises(GapError, match="Name a file of the task"):
        read_items(file, task="image2text", images_dir=None, has_answers=True)


def test_written_records_read_back_as_they_were(tmp_path: Path) -> None:
    found = read(tmp_path, record(id="ü", output="C"))
    write_items(found.items, tmp_path / "again.json")
    again = read_items(
        tmp_path / "again.json", task="image2text", images_dir=tmp_path, has_answers=True
    )

    assert again == found
    assert json.loads((tmp_path / "again.json").read_text())[0] == record(id="ü", output="C")


def test_registering_keeps_what_others_registered(tmp_path: Path) -> None:
    (tmp_path / "dataset_info.json").write_text('{"theirs": {"file_name": "x.json"}}')
    register_files([tmp_path / "sub" / "image2text_train.json"], tmp_path)
    info = json.loads((tmp_path / "dataset_info.json").read_text())

    assert info["theirs"] == {"file_name": "x.json"}
    assert info["image2text_train"] == {
        "file_name": "sub/image2text_train.json",
        "columns": {
            "prompt": "system", "query": "input", "response": "output", "images": "images",
        },
    }  # fmt: skip


def test_options_of_several_lines_are_told_apart() -> None:
    item = CoverItem("image2text", 0, "s", prompt_of() + "\n\nName one letter.", "B", ("a",))
    rest = common_rest([item, replace(item, place=1)])
    parts = parts_of(item, rest=rest)

    assert rest == "\n\nName one letter."
    assert parts is not None and parts.options == STORIES
    assert parts.joined() == item.prompt


def test_a_prompt_without_four_options_is_left_whole() -> None:
    assert parts_of(CoverItem("image2text", 0, "s", "<image>\nA. one\nB. two", "A", ("a",))) is None


def test_only_what_texts_have_of_their_own_is_a_story() -> None:
    asked = [f"Which cover tells this: {story}\nChoose one." for story in STORIES]
    assert own_texts(asked) == list(STORIES)


@given(seed=st.integers(0, 10_000), letter=st.sampled_from("ABCD"))
def test_shuffling_keeps_the_right_story_right(seed: int, letter: str) -> None:
    item = CoverItem("image2text", 0, "s", prompt_of(), letter, ("a",))
    parts = parts_of(item)
    assert parts is not None
    made = shuffle_options(item, parts, rng=random.Random(seed)).item
    after = parts_of(made)

    assert after is not None and after.options != parts.options
    assert sorted(after.options) == sorted(parts.options)
    assert after.options["ABCD".index(made.letter or "")] == STORIES["ABCD".index(letter)]


def test_shuffling_covers_moves_the_pictures(pocket: Path) -> None:
    item = side(pocket, "text2image", "train")[0]
    parts = parts_of(item)
    assert parts is not None
    made = shuffle_options(item, parts, rng=random.Random(1)).item

    assert made.prompt == item.prompt and made.images != item.images
    right = item.images["ABCD".index(item.letter or "")]
    assert made.images["ABCD".index(made.letter or "")] == right


def augmented(folder: Path, **options: Any) -> Augmented:
    training = {task: side(folder, task, "train") for task in ("image2text", "text2image")}
    held_out = [item for task in training for item in side(folder, task, "test")]
    return augment(
        training, held_out=held_out, images_dir=folder, times=1, seed=1, is_exact=True, **options
    )


def test_augmenting_names_how_each_item_was_made(pocket: Path, tmp_path: Path) -> None:
    made = augmented(pocket)
    made.write(tmp_path)
    again = json.loads((tmp_path / "image2text_train.json").read_text())
    kinds = Counter(
        one["how"]
        for one in json.loads((tmp_path / "image2text_train_provenance.json").read_text())
    )

    assert made.dropped == []
    assert kinds == {"original": 12, "option shuffle": 12, "hard distractors": 12}
    assert made.counts()["text2image"] == {
        "original": 12, "option shuffle": 12, "task crossing": 12,
    }  # fmt: skip
    assert len(again) == 36
    found = read_items(
        tmp_path / "image2text_train.json", task="image2text", images_dir=pocket, has_answers=True
    )
    assert found.problems == []


def test_made_items_have_the_pairs_own_story_right(pocket: Path) -> None:
    originals = {item.images[0]: item for item in side(pocket, "image2text", "train")}
    for made in augmented(pocket).made["image2text"]:
        before, after = originals[made.item.images[0]], made.item
        told = [parts_of(one) for one in (before, after)]
        assert told[0] is not None and told[1] is not None
        right = [
            parts.options["ABCD".index(one.letter or "")]
            for parts, one in zip(told, (before, after), strict=True)
            if parts is not None
        ]
        assert right[0] == right[1]


def test_what_test_shows_or_tells_is_never_learnt(pocket: Path) -> None:
    training = {task: side(pocket, task, "train") for task in ("image2text", "text2image")}
    secret = side(pocket, "image2text", "test")[0]
    shown = replace(training["image2text"][0], images=secret.images)
    told = replace(training["image2text"][1], prompt=secret.prompt)
    training["image2text"][:2] = [shown, told]
    found = augment(
        training,
        held_out=side(pocket, "image2text", "test"),
        images_dir=pocket,
        times=1,
        seed=1,
        is_exact=True,
    )

    assert {one.name for one in found.dropped} == {"item 0", "item 1"}
    learnt = [*found.originals["image2text"], *(m.item for m in found.made["image2text"])]
    assert not any(secret.images[0] in item.images for item in learnt)
    assert secret.prompt not in [item.prompt for item in learnt]


def test_a_picture_that_looks_like_one_of_test_leaks_too(pocket: Path, tmp_path: Path) -> None:
    secret = side(pocket, "image2text", "test")[0]
    with Image.open(pocket / secret.images[0]) as picture:
        picture.convert("RGB").resize((300, 225)).save(tmp_path / "again.jpg", quality=80)
        picture.save(tmp_path / "secret.png")
    item = replace(side(pocket, "image2text", "train")[0], images=("again.jpg",))
    found = augment(
        {"image2text": [item]},
        held_out=[replace(secret, images=("secret.png",))],
        images_dir=tmp_path,
        times=1,
        seed=1,
    )

    assert "picture 'again.jpg' is held out" in [one.reason for one in found.dropped]
    assert found.counts() == {"image2text": {"original": 0}}


def test_there_are_a_dozen_wordings_and_none_breaks_on_braces() -> None:
    assert len({*IMAGE2TEXT, *TEXT2IMAGE}) >= 12
    assert all("{options}" in wording for wording in (*IMAGE2TEXT, *TEXT2IMAGE))


def test_answers_come_out_as_the_task_wants_them(pocket: Path, tmp_path: Path) -> None:
    items = side(pocket, "image2text", "test")
    letters = {item.id: "C" for item in items}
    file = answer_file(tmp_path, "image2text")
    write_answers(letters, items, file)  # type: ignore[arg-type]

    assert file.name == "image2text_answer.json"
    assert json.loads(file.read_text()) == [{"id": item.id, "output": "C"} for item in items]
    assert check_answer_file(file, items) == []


def test_unfit_answers_are_not_written(pocket: Path, tmp_path: Path) -> None:
    items = side(pocket, "image2text", "test")
    letters = {item.id: "C" for item in items[1:]} | {"stranger": "A", items[1].id: "c"}
    with pytest.raises(GapError, match="3 answers are unfit, so none were written"):
        write_answers(letters, items, tmp_path / "x.json")  # type: ignore[arg-type]

    assert not (tmp_path / "x.json").exists()


def test_the_checker_names_every_problem(pocket: Path, tmp_path: Path) -> None:
    items = side(pocket, "image2text", "test")
    first, second, third = (item.id for item in items[:3])
    rows = [
        {"id": first, "output": "A"}, {"id": first, "output": "A"}, {"id": second, "output": "AB"},
        {"id": third, "output": "A", "why": "x"}, {"id": "stranger", "output": "B"}, "A",
    ]  # fmt: skip
    file = tmp_path / "a.json"
    file.write_text(json.dumps(rows))
    told = [str(one) for one in check_answer_file(file, items)]

    assert f"id {first!r}: it is answered 2 times" in told
    assert f"id {second!r}: its answer is 'AB'; A, B, C or D was expected" in told
    assert f"id {third!r}: it has no answer" in told
    assert "id 'stranger': no item has it" in told
    assert sum("fields id and output alone" in one for one in told) == 2


def test_an_unanswered_item_counts_as_wrong() -> None:
    assert accuracy({1: "A"}, {1: "A", 2: "B"}).mean == 0.5


def test_the_command_makes_checks_augments_and_scores(tmp_path: Path) -> None:
    def run(*arguments: str) -> dict[str, Any]:
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout.splitlines()[-1])

    task, out = str(tmp_path / "task"), tmp_path / "out"
    assert (
        run("make-pocket", task, "--train", "5", "--dev", "1", "--test", "2")["image2text_test"]
        == 2
    )
    assert run("check", task) == {"usable": 16, "problems": 0}
    run("augment", task, str(tmp_path / "more"), "--images-dir", task, "--exact-leaks")
    for name in ("image2text", "text2image"):
        key = Path(task) / f"{name}_test_key.json"
        out.mkdir(exist_ok=True)
        answer_file(out, name).write_text(key.read_text())
    assert run("check-answers", task, str(out)) == {"problems": 0}
    assert run("score", task, str(out)) == {"image2text": 1.0, "text2image": 1.0, "overall": 1.0}


def test_a_folder_without_the_task_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["check", str(tmp_path)])
    assert (result.exit_code, "has no file of the task" in result.output) == (1, True)
