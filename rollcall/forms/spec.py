"""What a form asks: read from a YAML file that is checked against `data/forms/schema.json`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from rollcall.errors import ConfigurationError
from rollcall.principal import Role
from rollcall.settings import ROOT

SCHEMA_FILE = ROOT / "data" / "forms" / "schema.json"
EVERYONE = frozenset(role for role in Role if role is not Role.GUEST)


@dataclass(frozen=True)
class Choice:
    """One of the values a choice field takes: what is kept, shown, and also understood."""

    value: str
    label: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """One question. `kind` names a reader in `kinds.py`; `longest` is in characters.

    `after` names the date field that this one may not come before. `timed` asks for a
    time of day too. `cues` are words that stand before a value of this field in a sentence
    ("hosted by", "from").
    """

    name: str
    label: str
    kind: str
    prompt: str
    help: str = ""
    why: str = ""
    synonyms: tuple[str, ...] = ()
    optional: bool = False
    unique: bool = False
    sensitive: bool = False
    future: bool = False
    past: bool = False
    timed: bool = False
    after: str | None = None
    cues: tuple[str, ...] = ()
    default: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    longest: int = 200
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Form:
    """A form and who may fill it in. `title_field` is the answer that names the thing."""

    name: str
    label: str
    plural: str
    description: str
    synonyms: tuple[str, ...]
    who: frozenset[Role]
    title_field: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field:
        """The field called `name`. Raises `KeyError`."""
        return next((one for one in self.fields if one.name == name), None) or _missing(name)

    def public(self) -> dict[str, Any]:
        """JSON-ready: what a client needs to build the form."""
        return {
            "name": self.name,
            "label": self.label,
            "plural": self.plural,
            "description": self.description,
            "fields": [
                {
                    "name": one.name,
                    "label": one.label,
                    "kind": one.kind,
                    "prompt": one.prompt,
                    "help": one.help,
                    "optional": one.optional,
                    "after": one.after,
                    "choices": [{"value": c.value, "label": c.label} for c in one.choices],
                }
                for one in self.fields
            ],
        }


def _missing(name: str) -> Field:
    raise KeyError(name)


def load_form(path: Path) -> Form:
    """The form in a YAML file.

    Raises `ConfigurationError` that names file and line of what is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = yaml.safe_load(text)
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError(f"{path.name}, line {line}: {error.problem}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path.name} is no text: {error}") from error
    problems = sorted(_validator().iter_errors(content), key=lambda one: list(one.absolute_path))
    if problems:
        line = _line(tree, list(problems[0].absolute_path))
        raise ConfigurationError(f"{path.name}, line {line}: {problems[0].message}")
    for path_to, problem in _contradictions(content):
        raise ConfigurationError(f"{path.name}, line {_line(tree, path_to)}: {problem}")
    return _build(content)


def _contradictions(content: dict[str, Any]) -> Iterator[tuple[list[str | int], str]]:
    """What a schema can't say: where it stands in the file, and what is wrong."""
    kinds: dict[str, str] = {}
    for number, one in enumerate(content["fields"]):
        if one["name"] in kinds:
            yield ["fields", number, "name"], f"two fields have the same name, {one['name']}"
        kinds[one["name"]] = one["kind"]
    if content["title_field"] not in kinds:
        yield ["title_field"], f"title_field {content['title_field']} is no field"
    for number, one in enumerate(content["fields"]):
        other = one.get("after")
        if other is None:
            continue
        if one["kind"] not in ("date", "datetime"):
            yield ["fields", number, "after"], "only a date or datetime can come after another"
        elif other == one["name"] or kinds.get(other) != one["kind"]:
            yield ["fields", number, "after"], f"{other} is no other {one['kind']} field"


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


def _line(node: yaml.Node | None, path: list[str | int]) -> int:
    """The line (from 1) on which the value at `path` stands."""
    line = 1
    for step in path:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == step), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line


def _build(content: dict[str, Any]) -> Form:
    fields = [
        Field(
            **{
                **one,
                "synonyms": tuple(one.get("synonyms", ())),
                "cues": tuple(one.get("cues", ())),
                "choices": tuple(
                    Choice(c["value"], c["label"], tuple(c.get("synonyms", ())))
                    for c in one.get("choices", ())
                ),
            }
        )
        for one in content["fields"]
    ]
    return Form(
        name=content["name"],
        label=content["label"],
        plural=content.get("plural", content["label"] + "s"),
        description=content.get("description", ""),
        synonyms=tuple(content.get("synonyms", ())),
        who=frozenset(Role(one) for one in content["who"]) if "who" in content else EVERYONE,
        title_field=content["title_field"],
        fields=tuple(fields),
    )
