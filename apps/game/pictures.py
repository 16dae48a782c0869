"""The bytes of a picture as players get them, the same for every deck. Called by the pages."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

LARGEST_PX = (640, 480)
QUALITY = 85
BLOCK_BYTES = 128 * 1024


def served_picture(path: Path) -> bytes:
    """A JPEG without any metadata, filled up to whole blocks.

    Simple pictures compress better, so the true size would tell what kind of picture it is.
    """
    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail(LARGEST_PX, Image.Resampling.LANCZOS)
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    encoded = BytesIO()
    bare.save(encoded, "JPEG", quality=QUALITY, optimize=False, progressive=False)
    length = encoded.tell()
    return encoded.getvalue() + b"\0" * (-length % BLOCK_BYTES)
