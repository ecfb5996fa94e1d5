"""These tests need Rasa; in the environment of the application they are left out."""

import importlib.util

collect_ignore_glob = [] if importlib.util.find_spec("rasa") else ["test_*.py"]
