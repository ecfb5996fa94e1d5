"""These tests need Rasa: where there is none, in the application's environment, they are left out."""

import importlib.util

collect_ignore_glob = [] if importlib.util.find_spec("rasa") else ["test_*.py"]
