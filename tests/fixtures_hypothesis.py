# One profile for all property tests: no deadline an example, since a busy machine is no failure.
from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")
