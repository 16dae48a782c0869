"""The door of this room: `Store.open(path)`, then one attribute a subject."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

from db.accepted_store import AcceptedStore
from db.account_store import AccountStore
from db.adapter_store import AdapterStore
from db.checked_store import CheckedStore
from db.closing import Closing
from db.connection import Connection, open_database
from db.curation_store import CurationStore
from db.door_store import DoorStore
from db.doubt_store import DoubtStore
from db.evaluation_store import EvaluationStore
from db.event_store import EventStore
from db.highlight_store import HighlightStore
from db.image_store import ImageStore
from db.label_check_store import LabelCheckStore
from db.label_store import LabelStore
from db.player_store import PlayerStore
from db.playtest_store import PlaytestStore
from db.prediction_store import PredictionStore
from db.queue_filling_store import QueueFillingStore
from db.queue_store import QueueStore
from db.refinement_store import RefinementStore
from db.replay_store import ReplayStore
from db.reward_store import RewardStore
from db.score_store import ScoreStore
from db.session_store import SessionStore
from db.standing_store import StandingStore
from db.synthesis_store import SynthesisStore
from db.team_store import TeamStore
from db.turn_store import TurnStore
from db.usage_store import UsageStore
from db.withdrawal_store import WithdrawalStore


class Store(Closing):
    """A migrated database, for one thread; open one a callback (it costs under a millisecond).

    Attributes:
        images: pictures, the truth of drawn ones, decks.
        players: players and their consents; teams: names of teams, hidden ones too.
        sessions: sessions and their rounds.
        turns: questions, answers and verdicts.
        scores: posteriors, marked questions.
        standings: points of a week.
        curation: decisions on a deck's pictures.
        accounts: who works in the studio.
        queue: questions for experts and who has one open; queue_filling: how they get there.
        playtest: what a facilitator sees.
        labels: what experts said, drafts, skips; checked: what they found of players' marks.
        predictions: features of pictures, and what the player interaction model says.
        doubts: whose play is doubted, and verdicts by session.
        accepted: accepted answers with all that led to them, for datasets.
        adapters: what was taught on what, and which adapter the game is asked to serve.
        refinements: what a language model made of their answers; label_checks: what the game's
            model says to their questions now.
        evaluations: answers and scores of evaluations, and their reports.
        synthesis: synthesized questions and the calls they took.
        replay: answers on simple pictures that players believed.
        rewards: XP, badges, bounties, prize draws.
        doors: accounts of other services; usage: how much was played.
        highlights: questions that everybody may see.
        events: when what is played; withdrawals: whose consent was taken back.
    """

    def __init__(self, connection: Connection) -> None:
        """Use `Store.open`."""
        self.connection = connection
        self.images = ImageStore(connection)
        self.players = PlayerStore(connection)
        self.teams = TeamStore(connection)
        self.sessions = SessionStore(connection)
        self.turns = TurnStore(connection)
        self.scores = ScoreStore(connection)
        self.standings = StandingStore(connection)
        self.curation = CurationStore(connection)
        self.accounts = AccountStore(connection)
        self.queue = QueueStore(connection)
        self.queue_filling = QueueFillingStore(connection)
        self.labels = LabelStore(connection)
        self.playtest = PlaytestStore(connection)
        self.checked = CheckedStore(connection)
        self.predictions = PredictionStore(connection)
        self.doubts = DoubtStore(connection)
        self.refinements = RefinementStore(connection)
        self.label_checks = LabelCheckStore(connection)
        self.accepted = AcceptedStore(connection)
        self.adapters = AdapterStore(connection)
        self.evaluations = EvaluationStore(connection)
        self.synthesis = SynthesisStore(connection)
        self.replay = ReplayStore(connection)
        self.rewards = RewardStore(connection)
        self.doors = DoorStore(connection)
        self.usage = UsageStore(connection)
        self.events = EventStore(connection)
        self.highlights = HighlightStore(connection)
        self.withdrawals = WithdrawalStore(connection)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file at `path`, made and migrated if need be.

        Raises:
            StoreError: it can't be opened as a database.
        """
        return cls(Connection(open_database(path)))

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing, with the write lock held from the start."""
        return self.connection.transaction()

    def close(self) -> None:
        """Give the handle back; leaving a block by an error has rolled its transaction back."""
        self.connection.close()
