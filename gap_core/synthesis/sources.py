"""What items are made from: areas of knowledge, pictures of many origins, drawn scenes, COCO.

Called by scripts.synthesize. A source gives the same subject for a place at every call, so that
a run that goes on makes what it would have made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from gap_core.dataset.formats.base import Refused
from gap_core.dataset.formats.json_records import read_records
from gap_core.dataset.places import checked_folder, dataset_place
from gap_core.dataset.sample_files import read_samples
from gap_core.decks.pictures import save_picture
from gap_core.errors import GapError
from gap_core.pocket_world import EDITIONS, render_scene, sample_scene, scene_to_json
from gap_core.synthesis.coco_graphs import read_coco_graphs
from gap_core.synthesis.config import SynthesisConfig
from gap_core.synthesis.records import AREAS, Subject

PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff")
FIRST_SEED = 780_000_000  # of scenes; far from those that models are trained and measured on
FEWEST_THINGS = 4


class Shown(NamedTuple):
    """A picture with what is known about it."""

    image_path: str
    image_id: str = ""
    licence: str = "unknown"
    question: str = ""
    answer: str = ""
    graph: str = ""
    graph_json: str = ""


def open_source(config: SynthesisConfig, *, data_dir: Path) -> Callable[[int], Subject]:
    """The subjects of a run by place: relations and languages take turns, then pictures.

    Raises:
        GapError: there is no such source, or nothing in it can be used.
    """
    pairs = [
        (relation, language)
        for relation in config.wanted_relations
        for language in config.languages
    ]
    kind, _, name = config.source.partition(":")
    if kind == "text":

        def text_at(place: int) -> Subject:
            relation, language = pairs[place % len(pairs)]
            area = AREAS[place // len(pairs) % len(AREAS)]
            return Subject(kind="text", language=language, relation=relation, area=area)

        return text_at
    picture_at = _pictures(kind, name, config, data_dir)

    def image_at(place: int) -> Subject:
        relation, language = pairs[place % len(pairs)]
        shown = picture_at(place)
        fields = shown._asdict() | {"image_id": shown.image_id or shown.image_path}
        is_text = relation in ("bridging", "comparison", "temporal")
        return Subject.model_validate(
            {"kind": "text" if is_text else "image", "language": language, "relation": relation}
            | fields
        )

    return image_at


def _pictures(
    kind: str, name: str, config: SynthesisConfig, data_dir: Path
) -> Callable[[int], Shown]:
    if kind in ("pocket", "pocket-full"):
        edition = EDITIONS["full" if kind == "pocket-full" else "basic"]
        spread = edition.most_things - FEWEST_THINGS + 1

        def scene_at(place: int) -> Shown:
            seed = FIRST_SEED + 1_000_000 * config.seed + place
            scene = sample_scene(seed, things=FEWEST_THINGS + place % spread, edition=edition)
            path = save_picture(render_scene(scene), data_dir=data_dir)
            return Shown(
                str(data_dir / path), Path(path).stem, "Apache-2.0",
                graph="pocket", graph_json=scene_to_json(scene),
            )  # fmt: skip

        return scene_at
    readers: dict[str, Callable[[], Sequence[Shown]]] = {
        "dataset": lambda: _dataset_pictures(name, data_dir),
        "folder": lambda: _folder_pictures(Path(name)),
        "records": lambda: _record_pictures(Path(name), Path(config.pictures or ".")),
        "coco": lambda: _coco_pictures(Path(name), config.pictures),
    }
    if kind not in readers or not name:
        raise GapError(
            f"No source is called '{config.source}'. Choose text, pocket, pocket-full, "
            "dataset:NAME, folder:PATH, records:FILE or coco:FILE."
        )
    found = readers[kind]()
    if not found:
        raise GapError(f"Nothing in '{config.source}' can be used. Choose another source.")
    return lambda place: found[place % len(found)]


def _dataset_pictures(name: str, data_dir: Path) -> list[Shown]:
    folder = dataset_place(data_dir, name)
    checked_folder(folder, what="dataset", made_by="build_dataset")
    return [
        Shown(str(data_dir / one.image_path), one.image_id, one.licence, one.question, one.answer)
        for one in read_samples(folder / "train.jsonl")
        if one.image_path is not None
    ]


def _folder_pictures(folder: Path) -> list[Shown]:
    if not folder.is_dir():
        raise GapError(f"No folder at '{folder}'. Choose a folder with pictures.")
    files = sorted(f for f in folder.rglob("*") if f.suffix.lower() in PICTURE_SUFFIXES)
    return [Shown(str(file)) for file in files]


def _record_pictures(file: Path, pictures: Path) -> list[Shown]:
    """Records with image, question and answer: a JSON array, or an object a line."""
    root = pictures if pictures != Path(".") else file.parent
    found = []
    for record in read_records(file):
        if isinstance(record, Refused):
            raise GapError(f"Record {record.number} of '{file}': {record.reason}. Mend it.")
        values = [record.value.get(field) for field in ("image", "question", "answer")]
        if not all(isinstance(value, str) and value for value in values):
            raise GapError(
                f"Record {record.number} of '{file}' lacks a text in image, question or answer."
            )
        image, question, answer = map(str, values)
        path = root / image
        if not path.resolve().is_relative_to(root.resolve()):
            raise GapError(f"Record {record.number} of '{file}' names a picture outside '{root}'.")
        found.append(Shown(str(path), question=question, answer=answer))
    return found


def _coco_pictures(annotations: Path, pictures: str) -> list[Shown]:
    root = Path(pictures) if pictures else annotations.parent
    return [
        Shown(
            str(root / graph["file_name"]),
            licence=graph["licence"],
            graph="coco",
            graph_json=json.dumps(graph, sort_keys=True),
        )
        for graph in read_coco_graphs(annotations)
    ]
