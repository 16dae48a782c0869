"""What a person can mend; the text of each may be shown. Caught by pages, and nothing else is."""

from db import StoreError
from gap_core.errors import GapError
from models.errors import ModelError

REFUSALS = (GapError, StoreError, ModelError)
