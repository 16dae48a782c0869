# A folder of whatever people have: the good pictures go in, the others are named with their reason.
from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from db import Store
from gap_core.decks.import_images import ImportReport, import_images
from gap_core.decks.pictures import picture_id
from gap_core.decks.reading import PictureRefusedError, read_picture
from gap_core.errors import GapError
from scripts.import_images import main


def picture(colour: str = "red", size: tuple[int, int] = (120, 90)) -> Image.Image:
    return Image.new("RGB", size, colour)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "photos"
    made.mkdir()
    return made


def brought_in(store: Store, folder: Path, **options: object) -> ImportReport:
    return import_images(store, folder, data_dir=folder.parent / "data", deck="city", **options)


def reasons(report: ImportReport) -> dict[str, str]:
    return {file.name: file.reason for file in report.skipped}


def test_good_pictures_go_in_and_bad_ones_are_named(store: Store, folder: Path) -> None:
    picture("red").save(folder / "a.png")
    picture("blue").save(folder / "b.jpg")
    (folder / "broken.jpg").write_bytes((folder / "b.jpg").read_bytes()[:400])
    (folder / "notes.txt").write_text("not a picture")
    (folder / "empty.png").write_bytes(b"")
    report = brought_in(store, folder)
    assert report.added == 2
    assert set(reasons(report)) == {"broken.jpg", "notes.txt", "empty.png"}
    assert all(reason.startswith("broken") for reason in reasons(report).values())
    assert store.images.count("city", taint="untainted") == 2


def test_second_run_adds_nothing_twice(store: Store, folder: Path) -> None:
    picture().save(folder / "a.png")
    brought_in(store, folder)
    report = brought_in(store, folder)
    assert (report.added, report.known, report.skipped) == (0, 1, ())


def test_duplicate_names_its_twin(store: Store, folder: Path) -> None:
    picture().save(folder / "a.png")
    picture().save(folder / "b.bmp")
    report = brought_in(store, folder)
    assert report.added == 1
    assert reasons(report) == {"b.bmp": "duplicate of 'a.png'"}


def test_animated_picture_is_refused(folder: Path) -> None:
    frames = [picture(colour) for colour in ("red", "blue", "green")]
    frames[0].save(folder / "moving.gif", save_all=True, append_images=frames[1:])
    with pytest.raises(PictureRefusedError, match="animated"):
        read_picture(folder / "moving.gif")


def test_single_frame_gif_is_taken(folder: Path) -> None:
    picture().save(folder / "still.gif")
    assert read_picture(folder / "still.gif").size == (120, 90)


def test_huge_picture_is_refused_before_it_is_decoded(folder: Path) -> None:
    Image.new("1", (13_000, 64)).save(folder / "wide.png")
    with pytest.raises(PictureRefusedError, match="huge: 13000"):
        read_picture(folder / "wide.png")


def test_tiny_picture_is_refused(folder: Path) -> None:
    picture(size=(63, 200)).save(folder / "thin.png")
    with pytest.raises(PictureRefusedError, match="too small"):
        read_picture(folder / "thin.png")


def test_large_picture_is_scaled_down(folder: Path) -> None:
    picture(size=(2560, 1920)).save(folder / "large.jpg")
    assert read_picture(folder / "large.jpg").size == (1280, 960)


def test_turned_photo_is_stored_upright_and_bare(store: Store, folder: Path) -> None:
    photo = picture(size=(120, 90))
    exif = photo.getexif()
    exif[0x0112], exif[0x010E] = 6, "my garden"
    photo.save(folder / "turned.jpg", exif=exif)
    brought_in(store, folder)
    (stored,) = (folder.parent / "data").rglob("*.png")
    with Image.open(stored) as kept:
        assert (kept.size, dict(kept.getexif()), kept.info) == ((90, 120), {}, {})


def test_transparent_and_deep_pictures_become_plain_rgb(folder: Path) -> None:
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(folder / "clear.png")
    Image.new("I;16", (64, 64), 65_535 // 2).save(folder / "deep.png")
    Image.new("CMYK", (64, 64), (0, 255, 255, 0)).save(folder / "print.jpg")
    assert read_picture(folder / "clear.png").getpixel((5, 5)) == (255, 255, 255)
    assert read_picture(folder / "deep.png").getpixel((5, 5)) == (127, 127, 127)
    assert read_picture(folder / "print.jpg").mode == "RGB"


def test_stored_name_says_nothing_of_the_file(store: Store, folder: Path) -> None:
    picture().save(folder / "two dogs.png")
    brought_in(store, folder)
    (stored,) = (folder.parent / "data").rglob("*.png")
    assert stored.stem == picture_id(picture())
    image = store.images.get(stored.stem)
    assert image is not None and image.origin == "two dogs.png"


def coco(folder: Path, images: list[dict], annotations: list[dict]) -> Path:
    file = folder.parent / "instances.json"
    licences = [{"id": 4, "name": "Attribution"}]
    document = {"images": images, "annotations": annotations, "licenses": licences}
    file.write_text(json.dumps(document))
    return file


def test_few_objects_are_proposed_and_never_tainted(store: Store, folder: Path) -> None:
    for name, colour in (("few", "red"), ("many", "blue"), ("crowd", "green")):
        picture(colour).save(folder / f"{name}.png")
    images = [
        {"id": number, "file_name": f"{name}.png", "license": 4}
        for number, name in enumerate(("few", "many", "crowd"))
    ]
    outlined = [{"image_id": 0}] * 2 + [{"image_id": 1}] * 3 + [{"image_id": 2, "iscrowd": 1}]
    report = brought_in(store, folder, annotations=coco(folder, images, outlined))
    assert (report.added, report.proposed) == (3, 1)
    assert store.images.count("city", taint="proposed") == 1
    assert store.images.count("city", taint="tainted") == 0
    few = store.images.get(picture_id(picture("red")))
    assert few is not None and (few.source, few.licence) == ("coco", "Attribution")


def test_annotated_name_outside_the_folder_is_refused(store: Store, folder: Path) -> None:
    picture().save(folder.parent / "secret.png")
    names = ("../secret.png", str(folder.parent / "secret.png"), "gone.png", "zero\0.png")
    images = [{"id": number, "file_name": name} for number, name in enumerate(names)]
    report = brought_in(store, folder, annotations=coco(folder, images, []))
    assert report.added == 0
    assert reasons(report)["../secret.png"] == "lies outside the folder"
    assert reasons(report)["gone.png"] == "missing"


def test_link_out_of_the_folder_is_refused(store: Store, folder: Path) -> None:
    picture().save(folder.parent / "secret.png")
    os.symlink(folder.parent / "secret.png", folder / "link.png")
    assert reasons(brought_in(store, folder)) == {"link.png": "lies outside the folder"}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"images": [{}], "annotations": []}', "[" * 9999]
)
def test_unreadable_annotations_are_refused(store: Store, folder: Path, text: str) -> None:
    (folder / "bad.json").write_text(text)
    with pytest.raises(GapError, match="Choose a COCO instances file"):
        brought_in(store, folder, annotations=folder / "bad.json")


def test_script_ends_with_one_json_object(folder: Path) -> None:
    picture().save(folder / "a.png")
    (folder / "b.png").write_text("no")
    data_dir = folder.parent / "data"
    result = CliRunner().invoke(main, [str(folder), "--deck", "city", "--data-dir", str(data_dir)])
    last = json.loads(result.stdout.splitlines()[-1])
    assert (result.exit_code, last["added"], len(last["skipped"])) == (0, 1, 1)
    assert (data_dir / "gap.db").is_file()


def test_script_refuses_a_folder_that_is_not_there(tmp_path: Path) -> None:
    arguments = [str(tmp_path / "none"), "--deck", "city", "--data-dir", str(tmp_path)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "No folder at" in result.output
