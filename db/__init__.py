"""The only room with SQL: migrations, records and the stores that read and write them."""

from db.errors import StoreError
from db.store import Store

__all__ = ["Store", "StoreError"]
