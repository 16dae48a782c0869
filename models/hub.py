"""Checkpoints of the Hugging Face hub: fetched once, then read from its cache.

Called by the registry for models that can't be shipped.
"""

from __future__ import annotations

from pathlib import Path

from huggingface_hub import constants, snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HTTPError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
)

from models.errors import ModelError

NEEDED_FILES = ("*.json", "*.safetensors", "*.jinja", "*.txt", "*.model")


def fetch_checkpoint(hub_id: str, *, endpoint: str | None = None) -> Path:
    """The folder of a checkpoint in the cache, after fetching what isn't there.

    Args:
        hub_id: OWNER/NAME.
        endpoint: another address of the hub, for a mirror.

    Raises:
        ModelError: there is no such model, no access to it, no network or no room on the disk.
    """
    page = f"{endpoint or constants.ENDPOINT}/{hub_id}"
    try:
        return Path(snapshot_download(hub_id, allow_patterns=list(NEEDED_FILES), endpoint=endpoint))
    except GatedRepoError as err:
        raise ModelError(
            f"'{hub_id}' is only for people who accepted its licence. Accept it at {page}, "
            "then run: hf auth login"
        ) from err
    except RepositoryNotFoundError as err:
        raise ModelError(
            f"No model '{hub_id}' on the hub, or it is private. Check the name at {page}, "
            "give a local folder instead, or run: hf auth login"
        ) from err
    except (LocalEntryNotFoundError, OfflineModeIsEnabled, HfHubHTTPError, HTTPError) as err:
        raise ModelError(describe_unreachable(hub_id, page)) from err
    except OSError as err:
        raise ModelError(
            f"'{hub_id}' can't be stored in '{constants.HF_HUB_CACHE}': {err}. Make room, or "
            "point HF_HOME at another disk."
        ) from err


def describe_unreachable(hub_id: str, page: str) -> str:
    """Why a model that isn't in the cache can't be fetched."""
    if constants.HF_HUB_OFFLINE:
        return (
            f"'{hub_id}' is not on this machine and HF_HUB_OFFLINE forbids fetching it. "
            "Unset HF_HUB_OFFLINE once, or give a local folder."
        )
    return (
        f"'{hub_id}' is not on this machine and {page} can't be reached. "
        "Check the network, or give a local folder."
    )
