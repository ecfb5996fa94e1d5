"""A server loads TensorFlow when something uses it, not because Rasa might.

Importing Rasa's agent imports TensorFlow (ten seconds and 400 MB) for three helpers that training a
neural network calls, and opening a model imports it again for the check of a training
configuration. Until TensorFlow is needed, stand-ins have their places: calling one, or asking it
for anything, imports the real class, and whatever imports TensorFlow itself, as Rasa's neural
components do, finds the real modules. So nothing is missing with any pipeline; one that has no
neural component never pays for it.
"""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.metadata import version
from types import ModuleType
from typing import Any

WRITTEN_FOR = "3.6.21"
STAND_INS = {
    "rasa.graph_components.validators.default_recipe_validator": ("DefaultV1RecipeValidator",),
    "rasa.utils.tensorflow.callback": ("RasaModelCheckpoint", "RasaTrainingLogger"),
    "rasa.utils.tensorflow.data_generator": ("RasaBatchDataGenerator",),
}
"""The modules that stand back, and the names that Rasa takes from each when it is imported."""

logger = logging.getLogger(__name__)


def defer_tensorflow(installed: str | None = None) -> bool:
    """From here on TensorFlow waits; False, with a warning, when Rasa is another version.

    To be called before anything of Rasa is imported.
    """
    found = installed or version("rasa")
    if found != WRITTEN_FOR:
        logger.warning(
            "TensorFlow is deferred for Rasa %s only: Rasa %s loads it at once", WRITTEN_FOR, found
        )
        return False
    if not any(isinstance(one, _Finder) for one in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
    return True


class StandIn(type):
    """The type of classes that are imported when they are used."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return _real(cls)(*args, **kwargs)

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):  # what is asked of any class, to find out what it is
            raise AttributeError(name)
        return getattr(_real(cls), name)

    def __instancecheck__(cls, instance: Any) -> bool:
        # Nobody has made an instance of a class that was never imported.
        return "tensorflow" in sys.modules and isinstance(instance, _real(cls))


class _Finder(MetaPathFinder, Loader):
    """Finds stand-ins in place of the modules, as long as TensorFlow is not there."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == "tensorflow":
            # Somebody uses it: what imports these modules from now on gets the real ones.
            _forget_stand_ins()
            return None
        if fullname in STAND_INS and "tensorflow" not in sys.modules:
            return ModuleSpec(fullname, self)
        return None

    def exec_module(self, module: ModuleType) -> None:
        for name in STAND_INS[module.__name__]:
            setattr(module, name, StandIn(name, (), {"__module__": module.__name__}))


def _real(stand_in: type) -> Any:
    importlib.import_module("tensorflow")
    return getattr(importlib.import_module(stand_in.__module__), stand_in.__name__)


def _forget_stand_ins() -> None:
    for name in STAND_INS:
        module = sys.modules.get(name)
        if module is not None and isinstance(getattr(module, "__loader__", None), _Finder):
            del sys.modules[name]
