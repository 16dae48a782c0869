"""Reading a picture that somebody else made: decoded in full, or refused with the reason."""

import warnings
from pathlib import Path

from PIL import Image, ImageOps

MAX_FILE_MIB = 64
MIN_SIDE_PX = 64
MAX_SIDE_PX = 12_000
MAX_PIXELS = 60_000_000
SERVED_SIDE_PX = 1280
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")  # none that starts another program


class PictureRefusedError(Exception):
    """Why a file can't be used as a picture."""


def read_picture(file: Path) -> Image.Image:
    """The picture as it will be served: upright, RGB, on white, at most `SERVED_SIDE_PX` a side.

    Raises:
        PictureRefusedError: no picture, broken, animated, too large or too small.
    """
    size_mib = file.stat().st_size / 2**20
    if size_mib > MAX_FILE_MIB:
        raise PictureRefusedError(f"huge: {size_mib:.0f} MiB; at most {MAX_FILE_MIB} are read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # checked below
            _check_picture(file)
            return _decode(file)
    except PictureRefusedError:
        raise
    except Exception as err:  # a broken file can bring any error out of a decoder
        raise PictureRefusedError(f"broken, or no picture ({type(err).__name__})") from err


def _check_picture(file: Path) -> None:
    with Image.open(file, formats=FORMATS) as picture:
        width, height = picture.size
        if max(width, height) > MAX_SIDE_PX or width * height > MAX_PIXELS:
            raise PictureRefusedError(
                f"huge: {width} × {height} pixels; at most {MAX_SIDE_PX:,} a side "
                f"and {MAX_PIXELS // 10**6} million"
            )
        if min(width, height) < MIN_SIDE_PX:
            raise PictureRefusedError(
                f"too small: {width} × {height} pixels; at least {MIN_SIDE_PX} a side"
            )
        # MPO is what some phones write: one photo with a second view behind it.
        if picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1:
            raise PictureRefusedError("animated, or of several pages; one picture is needed")
        picture.verify()


def _decode(file: Path) -> Image.Image:
    with Image.open(file, formats=FORMATS) as picture:  # verify() leaves a picture unreadable
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        plain = _on_white(upright)
    plain.thumbnail((SERVED_SIDE_PX, SERVED_SIDE_PX), Image.Resampling.LANCZOS)
    return plain


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits a pixel; a plain conversion would clip to white
        picture = picture.convert("I").point(lambda value: value / 257).convert("L")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        background = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(background, layer).convert("RGB")
    return picture.convert("RGB")
