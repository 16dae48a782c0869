"""COCO's instance annotations as views: what is outlined where. Called by sources.

A kind of which some are outlined together, or too small to be made out, is vague: how many there
are can't be told from the picture.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from gap_core.decks.coco import load_annotations, telling_what_lacks
from gap_core.errors import GapError
from gap_core.synthesis.graph_names import kinds
from gap_core.synthesis.graph_views import Seen, View

LEAST_AREA = 0.002  # of the picture: smaller things are not made out


def read_coco_graphs(annotations: Path) -> list[dict[str, Any]]:
    """The graphs of all pictures in which something is outlined, by name.

    Raises:
        GapError: the file can't be read, isn't of that form, or has categories without a name
            here.
    """
    document = load_annotations(annotations)
    with telling_what_lacks(annotations):
        names = {one["id"]: str(one["name"]) for one in document["categories"]}
        unknown = sorted(set(names.values()) - set(kinds()))
        if unknown:
            raise GapError(
                f"Category '{unknown[0]}' of '{annotations}' has no words here. Add it to "
                "gap_core/synthesis/tables/things.tsv, with its plural and its Chinese name."
            )
        licences = {one["id"]: str(one["name"]) for one in document.get("licenses", [])}
        outlined = defaultdict(list)
        for one in document["annotations"]:
            outlined[one["image_id"]].append(one)
        found = [
            _graph(image, outlined[image["id"]], names, licences) for image in document["images"]
        ]
    return sorted((g for g in found if g["things"]), key=lambda graph: str(graph["file_name"]))


def _graph(
    image: dict[str, Any],
    outlined: list[dict[str, Any]],
    names: dict[Any, str],
    licences: dict[Any, str],
) -> dict[str, Any]:
    things, vague = [], set()
    for one in outlined:
        kind = names[one["category_id"]]
        x, y, width, height = (float(value) for value in one["bbox"])
        if one.get("iscrowd") or width * height < LEAST_AREA * image["width"] * image["height"]:
            vague.add(kind)
        things.append([kind, x + width / 2, y + height / 2, width, height])
    return {
        "file_name": str(image["file_name"]),
        "licence": licences.get(image.get("license"), "unknown"),
        "width": float(image["width"]),
        "things": sorted(things, key=lambda thing: thing[1]),
        "vague": sorted(vague),
    }


def view_of_graph(graph: dict[str, Any]) -> View:
    """The view that such a graph stands for."""
    things = tuple(Seen(*thing) for thing in graph["things"])
    return View(width=graph["width"], things=things, vague=frozenset(graph["vague"]))
