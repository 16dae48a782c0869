"""What is closed at the end of a `with` block. Called by all that hold a file, thread or handle."""

from abc import ABC, abstractmethod
from typing import Self


class Closing(ABC):
    """Gives itself to a `with` block, and closes at its end, whatever the block raised."""

    @abstractmethod
    def close(self) -> None:
        """Give back what is held."""

    def __enter__(self) -> Self:
        """Itself; leaving the block closes it."""
        return self

    def __exit__(self, *_failure: object) -> None:
        """Close it."""
        self.close()
