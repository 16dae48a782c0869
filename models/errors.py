"""What can go wrong with a model and a person can mend.

Raised in models/, caught at entry points.
"""


class ModelError(Exception):
    """A model can't be loaded or can't answer; the text says why and what to do."""


class ServerError(ModelError):
    """A model's server failed; the text is for the operator and names its address."""
