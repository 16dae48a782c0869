"""What everybody may look at: the leaderboard and shared questions. Called by the game."""

from datetime import datetime
from pathlib import Path

from db import Store
from gap_core.play.views import Standing


def leaderboard(store: Store, *, now: datetime, limit: int) -> list[Standing]:
    """This week's best, by points of finished sessions; equal points share a rank."""
    return [
        Standing(
            rank=line.rank,
            nickname=line.nickname,
            team=line.team,
            points=line.points,
            sessions=line.sessions,
        )
        for line in store.standings.top(now, limit=limit)
    ]


def highlight_file(store: Store, token: str, *, data_dir: Path) -> Path | None:
    """The picture of a shared question; None for any other token, or where it is missing."""
    path = store.highlights.path(token)
    file = None if path is None else data_dir / path
    return file if file is not None and file.is_file() else None
