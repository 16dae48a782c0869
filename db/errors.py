"""What can go wrong with the database in a way that a person can mend."""


class StoreError(Exception):
    """The database can't do what was asked; the message says what to do next."""
