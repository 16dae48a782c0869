# Questions from scene graphs: their answers are found again in another way than they were made.
from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

import pytest

from db import Store
from gap_core.errors import GapError
from gap_core.pocket_world import EDITIONS, sample_scene, scene_from_json
from gap_core.pocket_world.questions import Question
from gap_core.pocket_world.reading import judge_answer
from gap_core.synthesis.coco_graphs import read_coco_graphs, view_of_graph
from gap_core.synthesis.config import checked_config
from gap_core.synthesis.graph_names import kinds, name_of
from gap_core.synthesis.graph_plans import Plan, answer_of, answers_without, carry_out
from gap_core.synthesis.graph_steps import count_step, its_colour, nearest_step
from gap_core.synthesis.graph_synthesizer import PLANS
from gap_core.synthesis.graph_views import Seen, View
from gap_core.synthesis.image_plans import nearest_colour, outnumber
from gap_core.synthesis.pocket_graphs import view_of_scene
from gap_core.synthesis.records import Checks, MultiHop, Seed, Subject
from gap_core.synthesis.report import report_of
from gap_core.synthesis.running import begin_run, run_synthesis
from gap_core.synthesis.starting import open_job

COLOURED = View(
    640,
    (
        Seen("dog", 100, 300, 150, 100, "brown", "big"),
        Seen("cat", 160, 300, 100, 90, "black", "small"),
        Seen("car", 450, 300, 200, 100, "red", "big"),
        Seen("bird", 600, 100, 80, 70, "blue", "small"),
    ),
)


def made_items(folder: Path, **values: Any) -> list[tuple[Subject, Seed, MultiHop, Checks]]:
    """Every accepted item of a run from scene graphs."""
    config = checked_config(**{"source": "pocket", "in_flight": 2, **values})
    with Store.open(folder / "gap.db") as store:
        run = begin_run(store, "first", config)
    with open_job(config, db=folder / "gap.db", data_dir=folder) as (job, subject_at):
        run_synthesis(job, run, subject_at)
    with Store.open(folder / "gap.db") as store:
        items = list(store.synthesis.items(run.id, states=("accepted",)))
        assert report_of(store, run).is_whole
    return [
        (
            Subject.model_validate_json(item.subject_json),
            Seed.model_validate_json(item.seed_json or ""),
            MultiHop.model_validate_json(item.multihop_json or ""),
            Checks.model_validate_json(item.checks_json or ""),
        )
        for item in items
    ]


def test_plan_walks_from_thing_to_thing() -> None:
    plan = Plan("", name_words(), (nearest_step("dog"), its_colour()))

    assert carry_out(plan, COLOURED) == ("cat", "black")
    assert answers_without(plan, COLOURED, 0) == {"black", "red", "blue"}


def name_words() -> Any:
    from gap_core.synthesis.graph_names import Words

    return Words("?", "？")


def test_hop_that_changes_nothing_is_found() -> None:
    # All things are red: which of them is nearest to the dog makes no difference.
    red = View(640, tuple(one._replace(colour="red") for one in COLOURED.things))
    plan = Plan("", name_words(), (nearest_step("dog"), its_colour()))

    assert answers_without(plan, red, 0) == {"red"}


def test_vague_kind_is_not_counted() -> None:
    view = View(640, COLOURED.things, vague=frozenset({"bird"}))

    assert answer_of(Plan("", name_words(), (count_step("animals"),)), view) is None
    assert answer_of(Plan("", name_words(), (count_step("vehicles"),)), view) == 1


def test_neighbours_nearly_as_near_are_not_asked_about() -> None:
    level = View(640, (COLOURED.things[0], Seen("cat", 200, 300, 9, 9), Seen("cow", 0, 300, 9, 9)))

    assert level.nearest("dog") is None


@pytest.mark.parametrize("edition", ["basic", "full"])
def test_every_kind_of_the_pocket_world_has_words(edition: str) -> None:
    assert set(EDITIONS[edition].kinds) <= set(kinds())
    assert all(name_of(kind.name).many == kind.plural for kind in EDITIONS[edition].kinds.values())


@pytest.mark.parametrize("relation", sorted(PLANS))
def test_every_form_of_a_relation_is_found_on_some_scene(relation: str) -> None:
    views = [view_of_scene(sample_scene(n, things=4 + n % 6)) for n in range(60)]
    found = {
        maker.__name__
        for maker in PLANS[relation]
        for n, view in enumerate(views)
        if (plan := maker(view, random.Random(n))) and answer_of(plan, view) is not None
    }

    assert found == {maker.__name__ for maker in PLANS[relation]}


def test_nobody_is_asked_for_the_colour_of_a_person() -> None:
    seen = [
        one for n in range(60) for one in view_of_scene(sample_scene(n, things=4 + n % 6)).things
    ]
    people = [one for one in seen if name_of(one.kind).group == "people"]

    assert people and not any(one.colour for one in people)
    assert all(one.colour for one in seen if one not in people)


def test_sub_answers_are_true_by_the_pocket_worlds_own_judge(tmp_path: Path) -> None:
    # Its forms and readers know nothing of plans: "How many dogs are there?" is judged as typed.
    judged = 0
    for subject, seed, _, _ in made_items(tmp_path, languages=("en",), count=48):
        scene = scene_from_json(subject.graph_json)
        for one in seed.sub_questions:
            asked = as_pocket_question(one.question)
            if asked is not None:
                judged += 1
                said = one.answer.replace("none", "no")
                if asked.form == "side_of":
                    said = f"The {asked.args[0]} is on the {said}."
                assert judge_answer(scene, asked, said).is_right, (one, subject.graph_json)
    assert judged >= 20


def as_pocket_question(text: str) -> Question | None:
    """The pocket's own question with these words, where it has one."""
    by_plural = {name.many: kind for kind, name in kinds().items()}
    words = text.rstrip("?").split()
    if text.startswith("How many") and text.endswith("are there?"):
        asked = " ".join(words[2:-2])
        kind = "things" if asked == "things" else by_plural.get(asked)
        kind = "people" if asked == "people" else kind
        kind = asked if asked in ("animals", "vehicles") else kind
        return Question("count", (kind,), text) if kind else None
    if text.startswith("What colour is the "):
        return Question("colour_of", (words[-1],), text)
    if text.startswith("Is the ") and "in the middle or on the right" in text:
        return Question("side_of", (words[2],), text)
    return None


def test_accepted_items_pass_every_check_and_think_to_their_answer(tmp_path: Path) -> None:
    items = made_items(tmp_path, count=40)

    assert {subject.language for subject, *_ in items} == {"en", "zh"}
    assert len(items) >= 15
    for _, seed, made, checks in items:
        assert all(result.passed for result in checks.results) and len(checks.results) == 4
        assert made.thinking.rstrip(".。").endswith(made.answer)
        assert made.question not in {one.question for one in seed.sub_questions}


def test_top_up_ends_with_as_many_as_wanted(tmp_path: Path) -> None:
    assert len(made_items(tmp_path, count=12, top_up=True, relations=("spatial reasoning",))) == 12


def test_text_relations_come_with_a_written_row(tmp_path: Path) -> None:
    relations = ("bridging", "comparison", "temporal")
    items = made_items(tmp_path, count=12, top_up=True, relations=relations)

    assert {subject.relation for subject, *_ in items} == set(relations)
    assert all(subject.kind == "text" and seed.background for subject, seed, *_ in items)


def test_same_run_elsewhere_makes_the_same_items(tmp_path: Path) -> None:
    first = made_items(tmp_path / "one", count=8)
    second = made_items(tmp_path / "two", count=8)

    assert [made for _, _, made, _ in first] == [made for _, _, made, _ in second]


# COCO: annotations made here, with more of everything than the pocket world has.


def coco_file(folder: Path, *, pictures: int = 40, crowd: bool = False) -> Path:
    rng = random.Random(5)
    names = ["person", "dog", "cat", "car", "bus", "chair", "pizza", "bird"]
    categories = [{"id": n, "name": name} for n, name in enumerate(names)]
    images, annotations = [], []
    for number in range(pictures):
        images.append({"id": number, "file_name": f"{number}.jpg", "width": 640, "height": 480})
        for _ in range(rng.randrange(3, 9)):
            box = [rng.randrange(540), rng.randrange(380), 60 + rng.randrange(40), 70]
            annotations.append(
                {"image_id": number, "category_id": rng.randrange(len(names)), "bbox": box}
                | {"iscrowd": int(crowd)}
            )
    file = folder / "instances.json"
    document = {"images": images, "annotations": annotations, "categories": categories}
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def test_coco_answers_are_true_by_counting_the_boxes_again(tmp_path: Path) -> None:
    file = coco_file(tmp_path)
    items = made_items(tmp_path, source=f"coco:{file}", count=60, languages=("en",))
    document = json.loads(file.read_text())
    seen = {"count": 0, "nearest": 0}
    for subject, seed, _, _ in items:
        number = int(Path(subject.image_path).stem)
        boxes = [one for one in document["annotations"] if one["image_id"] == number]
        names = [document["categories"][one["category_id"]]["name"] for one in boxes]
        for one in seed.sub_questions:
            words = one.question.rstrip("?").split()
            kind = {name_of(name).many: name for name in names}.get(" ".join(words[2:-2]))
            if one.question.startswith("How many") and kind:
                assert one.answer == ("none", "one", "two", "three", "four")[names.count(kind)]
                seen["count"] += 1
            if one.question.startswith("What is nearest to the"):
                assert one.answer == nearest_box(boxes, names, words[-1])
                seen["nearest"] += 1
    assert len(items) >= 20 and min(seen.values()) >= 3


def nearest_box(boxes: list[dict[str, Any]], names: list[str], kind: str) -> str:
    middles = [(b["bbox"][0] + b["bbox"][2] / 2, b["bbox"][1] + b["bbox"][3] / 2) for b in boxes]
    own = names.index(kind)
    others = [n for n in range(len(boxes)) if n != own]
    return names[min(others, key=lambda n: math.dist(middles[n], middles[own]))]


def test_coco_crowd_is_not_asked_about(tmp_path: Path) -> None:
    graphs = read_coco_graphs(coco_file(tmp_path, crowd=True))

    assert all(outnumber(view_of_graph(graph), random.Random(1)) is None for graph in graphs)
    assert all(nearest_colour(view_of_graph(graph), random.Random(1)) is None for graph in graphs)


def test_coco_category_without_words_is_told(tmp_path: Path) -> None:
    file = tmp_path / "instances.json"
    categories = [{"id": 1, "name": "gargoyle"}]
    file.write_text(json.dumps({"images": [], "annotations": [], "categories": categories}))

    with pytest.raises(GapError, match="Category 'gargoyle' .* Add it to"):
        read_coco_graphs(file)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"source": "folder:x"}, "Nothing is known of what 'folder:x' shows"),
        ({"source": "text", "model": "m", "relations": ("spatial reasoning",)}, "links no sub-q"),
        ({"source": "text", "model": "m", "retries": 6}, "retries: '6'"),
        ({"source": "pocket", "languages": ("de",)}, "languages"),
    ],
)
def test_config_that_contradicts_itself_is_refused(values: dict[str, Any], told: str) -> None:
    with pytest.raises(GapError, match=told):
        checked_config(**values)
