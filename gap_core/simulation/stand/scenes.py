"""What is really in the picture on somebody's screen. Called by simulated visitors."""

from pathlib import Path

from db import Store
from gap_core.errors import GapError
from gap_core.play import asking
from gap_core.play.text import nickname_key
from gap_core.pocket_world import Scene
from gap_core.simulation.dealt_scenes import drawn_scenes


class SceneBook:
    """The scene graphs of a dealt pocket deck, read beside the running game.

    Args:
        data_dir: the game's folder.
    """

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._db = data_dir / "gap.db"
        with Store.open(self._db) as store:
            self._scenes = drawn_scenes(store)

    def seen(self, nickname: str, token: str) -> Scene | None:
        """The scene this player looks at; None where the round is over."""
        with Store.open(self._db) as store:
            player = store.players.find(nickname_key(nickname))
            if player is None:
                return None
            try:
                opened = asking.own_open_round(store, player.id, round_token=token)
                path = asking.picture_file(store, opened, data_dir=self._data_dir)
            except GapError:
                return None
        return self._scenes.get(path.stem)
