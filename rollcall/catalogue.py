"""The catalogue of registration types: one YAML file each in `data/registrations/`, and in a folder
of the company's own.

A file that is added or changed is picked up within seconds, without restart or retraining. When
somebody is in the middle of editing one, that type stays what it was.
"""

import logging
import re
import time
from collections.abc import Sequence
from pathlib import Path

from rapidfuzz import fuzz, process

from rollcall.errors import ConfigurationError, NotFound
from rollcall.forms.spec import Form, load_form
from rollcall.settings import SHIPPED_TYPES

LOOK_AGAIN_AFTER = 5.0
SURE = 88.0
log = logging.getLogger("rollcall.catalogue")


class Catalogue:
    """The registration types, by name. In a later folder, a type of the same name takes the place
    of an earlier one."""

    def __init__(self, *folders: Path, look_again_after: float = LOOK_AGAIN_AFTER) -> None:
        self._folders = folders or (SHIPPED_TYPES,)
        self._look_again_after = look_again_after
        self._types: dict[str, Form] = {}
        self._forms: dict[Path, Form] = {}
        self._stamps: dict[Path, int] = {}
        self._looked = 0.0

    def types(self) -> dict[str, Form]:
        """All types, sorted by label.

        Raises `ConfigurationError` that names file and line when the first look finds a file
        that can't be read; later ones only log it.
        """
        if time.monotonic() - self._looked > self._look_again_after or not self._types:
            self._looked = time.monotonic()
            stamps = {file: file.stat().st_mtime_ns for file in files_in(self._folders)}
            if stamps != self._stamps:
                self._read(stamps)
        return self._types

    def _read(self, stamps: dict[Path, int]) -> None:
        """Read what is new or changed; what can't be read stays what it was."""
        forms: dict[Path, Form] = {}
        for file, stamp in stamps.items():
            before = self._forms.get(file)
            if before is not None and self._stamps.get(file) == stamp:
                forms[file] = before
                continue
            try:
                forms[file] = load_type(file)
            except ConfigurationError as error:
                if not self._types:
                    raise
                log.error("a registration type stays what it was: %s", error.message)
                if before is not None:
                    forms[file] = before
        self._forms, self._stamps = forms, stamps
        by_name = {form.name: form for form in forms.values()}
        self._types = dict(sorted(by_name.items(), key=lambda one: one[1].label))

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


def files_in(folders: Sequence[Path]) -> list[Path]:
    """The files of registration types, folder by folder."""
    found = (file for folder in folders for file in sorted(folder.glob("*.yml")))
    return list(dict.fromkeys(found))


def load_type(file: Path) -> Form:
    """The registration type in a file, which is called as the file is.

    Raises `ConfigurationError` that names file and line.
    """
    form = load_form(file)
    if form.name != file.stem:
        raise ConfigurationError(f"{file.name}: its name is {form.name}, not {file.stem}")
    return form
