"""The catalogue of registration types: one YAML file each in `data/registrations/`.

A file that is added or changed is picked up within seconds, without restart or retraining. When
somebody is in the middle of editing one, the types stay what they were.
"""

import logging
import re
import time
from pathlib import Path

from rapidfuzz import fuzz, process

from rollcall.errors import ConfigurationError, NotFound
from rollcall.forms.spec import Form, load_form
from rollcall.settings import ROOT

FOLDER = ROOT / "data" / "registrations"
LOOK_AGAIN_AFTER = 5.0
SURE = 88.0
log = logging.getLogger("rollcall.catalogue")


class Catalogue:
    """The registration types, by name."""

    def __init__(self, folder: Path = FOLDER, look_again_after: float = LOOK_AGAIN_AFTER) -> None:
        self._folder = folder
        self._look_again_after = look_again_after
        self._types: dict[str, Form] = {}
        self._stamp: tuple[tuple[str, int], ...] = ()
        self._looked = 0.0

    def types(self) -> dict[str, Form]:
        """All types, sorted by label.

        Raises `ConfigurationError` that names file and line when the first look finds a file
        that can't be read; later ones only log it.
        """
        if time.monotonic() - self._looked > self._look_again_after or not self._types:
            self._looked = time.monotonic()
            files = sorted(self._folder.glob("*.yml"))
            stamp = tuple((one.name, one.stat().st_mtime_ns) for one in files)
            if stamp != self._stamp:
                try:
                    self._types = _load(files)
                except ConfigurationError as error:
                    if not self._types:
                        raise
                    log.error("the registration types stay what they were: %s", error.message)
                self._stamp = stamp
        return self._types

    def get(self, name: str) -> Form:
        """The type called exactly `name`. Raises `NotFound`."""
        form = self.types().get(name)
        if form is None:
            raise NotFound(f"There is no registration type “{name}”.")
        return form

    def recognise(self, words: str) -> Form | None:
        """The type that somebody means by `words` ("a new vendor"), or None when unsure."""
        spoken = self._spoken()
        text = " ".join(words.lower().split())
        inside = [term for term in spoken if f" {term} " in f" {text} "]
        if inside:
            return spoken[max(inside, key=len)]
        best = process.extractOne(text, list(spoken), scorer=fuzz.ratio, score_cutoff=SURE)
        if best:
            return spoken[best[0]]
        for word in text.split():
            near = process.extractOne(word, list(spoken), scorer=fuzz.ratio, score_cutoff=SURE)
            if near and len(word) > 4:  # noqa: PLR2004  (short words are near too many things)
                return spoken[near[0]]
        return None

    def named_in(self, words: str) -> list[tuple[str, Form]]:
        """The terms for types that stand in `words`, in their order, with the types they mean;
        plurals count as well."""
        spoken = self._spoken()
        terms = "|".join(re.escape(term) for term in sorted(spoken, key=len, reverse=True))
        return [
            (found[0], spoken[found[1]])
            for found in re.finditer(rf"(?<![\w-])({terms})s?(?![\w-])", words.lower())
        ]

    def _spoken(self) -> dict[str, Form]:
        return {
            term.lower(): form
            for form in self.types().values()
            for term in (form.name.replace("_", " "), form.label, form.plural, *form.synonyms)
        }


def _load(files: list[Path]) -> dict[str, Form]:
    forms = []
    for file in files:
        form = load_form(file)
        if form.name != file.stem:
            raise ConfigurationError(f"{file.name}: its name is {form.name}, not {file.stem}")
        forms.append(form)
    return {form.name: form for form in sorted(forms, key=lambda form: form.label)}
