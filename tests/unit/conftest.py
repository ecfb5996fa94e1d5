"""How properties are tested: a failure prints what reproduces it."""

from hypothesis import settings

# No deadline: the machine may be busy. No examples kept in the working tree.
settings.register_profile("rollcall", deadline=None, print_blob=True, database=None)
settings.load_profile("rollcall")
