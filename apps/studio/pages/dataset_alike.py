"""Pictures that look alike, in their groups, as small pictures. Part of the Dataset page."""

from collections.abc import Sequence

import streamlit as st

from apps.studio.pictures import picture_address

SMALL_PICTURES = 6  # of a group
NONE = "No two pictures look alike."
UNKNOWN = "Another version built this dataset. Build it again to see which pictures look alike."


def show_alike(groups: Sequence[Sequence[str]]) -> None:
    """A handful of pictures of each group; one opens in full in another tab."""
    for pictures in groups:
        st.html(group_html(pictures))


def group_html(pictures: Sequence[str]) -> str:
    """A row of small pictures, with how many there are; the ids are a dataset's, not to be trusted.

    A picture that has no address of ours plays no part but in the count.
    """
    addresses = [address for address in map(picture_address, pictures) if address]
    shown = "".join(
        f'<a href="{address}" target="_blank" rel="noopener">'
        f'<img src="{address}" alt="picture {number} of {len(pictures):,}" loading="lazy"></a>'
        for number, address in enumerate(addresses[:SMALL_PICTURES], start=1)
    )
    rest = len(pictures) - min(len(addresses), SMALL_PICTURES)
    words = f"{len(pictures):,} pictures" + (f", {rest:,} more" if rest else "")
    return f'<div class="gap-alike"><span>{words}</span>{shown}</div>'
