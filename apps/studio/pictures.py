"""Addresses of pictures on the pages. Called by pages and routes."""

import re

PICTURE_ID = re.compile(r"[0-9a-f]{64}")


def picture_address(image_id: str) -> str:
    """Where a page finds the picture; empty for whatever is no picture's id."""
    return f"/picture/{image_id}" if PICTURE_ID.fullmatch(image_id) else ""


def picture_html(address: str) -> str:
    """The picture as wide as its place; the address is one of ours."""
    return f'<img class="gap-picture" src="{address}" alt="">'
