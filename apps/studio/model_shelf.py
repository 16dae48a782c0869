"""The models that help in the studio, loaded when first used and kept. Called by pages."""

import threading
from collections.abc import Callable

from models.base import LanguageModel, VisionModel
from models.registry import DEFAULT_MODEL


def load_refiner(name: str) -> LanguageModel:
    """The language model of that name; the heavy imports happen only now."""
    from models.registry import load_language_model

    return load_language_model(name)


def load_answerer(name: str) -> VisionModel:
    """The vision model of that name; the heavy imports happen only now."""
    from models.registry import load_model

    return load_model(name)


class ModelShelf:
    """One model of each kind for the whole process.

    What can't be loaded is tried again at the next use: weights may have come meanwhile.

    Attributes:
        check_trouble: why accepted labels can't be checked now; empty where they can.
        refine_trouble: why an answer could not be refined last; empty where it could.

    Args:
        refiner: name of the language model that refines.
        answerer: name of the vision model that describes pictures and checks labels.
        load_refiner, load_answerer: load by name; tests pass their own.
    """

    def __init__(
        self,
        *,
        refiner: str = "pocket-llama",
        answerer: str = DEFAULT_MODEL,
        load_refiner: Callable[[str], LanguageModel] = load_refiner,
        load_answerer: Callable[[str], VisionModel] = load_answerer,
    ) -> None:
        self.refiner_name, self.answerer_name = refiner, answerer
        self.check_trouble = self.refine_trouble = ""
        self._load_refiner, self._load_answerer = load_refiner, load_answerer
        self._refiner: LanguageModel | None = None
        self._answerer: VisionModel | None = None
        self._lock = threading.Lock()

    def refiner(self) -> LanguageModel:
        """The language model.

        Raises:
            ModelError: it can't be loaded; the text says why and what to do.
        """
        with self._lock:
            if self._refiner is None:
                self._refiner = self._load_refiner(self.refiner_name)
            return self._refiner

    def answerer(self) -> VisionModel:
        """The vision model.

        Raises:
            ModelError: it can't be loaded; the text says why and what to do.
        """
        with self._lock:
            if self._answerer is None:
                self._answerer = self._load_answerer(self.answerer_name)
            return self._answerer
