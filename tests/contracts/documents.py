"""The documents of the catalogue as a reader finds them: the files, parsed; nothing of the generator."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.protocols import Validator

from tests.carried import Handled

DOCS = Path(__file__).resolve().parents[2] / "docs"
Json = dict[str, Any]


@dataclass
class Documented:
    """``said``: (type, service); ``heard``: who handles what, and where."""

    said: set[tuple[str, str]] = field(default_factory=set)
    heard: set[Handled] = field(default_factory=set)


class AsyncApi:
    """``docs/asyncapi.yaml``."""

    def __init__(self, text: str | None = None) -> None:
        self.document: Json = yaml.safe_load(text or (DOCS / "asyncapi.yaml").read_text())
        self.messages: dict[str, Json] = {m["name"]: m for m in self.document["components"]["messages"].values()}
        self._validators: dict[str, Validator] = {}

    @cached_property
    def documented(self) -> Documented:
        found = Documented()
        for id_, operation in self.document["operations"].items():
            service = id_.partition(".")[0]
            for message in operation["messages"]:
                name = message["$ref"].rpartition("/")[2]
                type_ = self.document["components"]["messages"][name]["name"]
                if operation["action"] == "send":
                    found.said.add((type_, service))
                else:
                    found.heard.add(Handled(type_, service, operation["x-handled-by"][name]))
        return found

    def faults(self, type_: str, headers: Json, payload: Json) -> Iterator[str]:
        """Where a message is not what the document says."""
        if type_ not in self.messages:
            yield f"{type_}: not in the document"
            return
        for part, value in (("headers", headers), ("payload", payload)):
            for error in self._validator(type_, part).iter_errors(value):
                yield f"{type_} {part} {error.json_path}: {error.message}"

    def _validator(self, type_: str, part: str) -> Validator:
        """Stands at the root of the document, so that its references lead where they say."""
        if (key := f"{type_} {part}") not in self._validators:
            schema = {"allOf": [self.messages[type_][part]], "components": self.document["components"]}
            self._validators[key] = Draft202012Validator(schema, format_checker=FormatChecker())
        return self._validators[key]


def event_map() -> Documented:
    """``docs/event-map.md``: its sections are topics, its rows events."""
    found, publisher = Documented(), ""
    for line in (DOCS / "event-map.md").read_text().splitlines():
        if line.startswith("## "):
            publisher = line.removeprefix("## ").removesuffix(".events")
        elif line.startswith("| `"):
            name, _, said, heard = (cell.strip() for cell in line.strip("| ").split(" | "))
            snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name.strip("`")).lower()
            type_ = f"interconnexion.{publisher}.{snake}.v1"
            assert said.startswith("["), line
            found.said.add((type_, publisher))
            for service, file, function in re.findall(r"(\w+): \[([\w/]+)\.py:(\w+)\]", heard):
                found.heard.add(Handled(type_, service, f"{file.replace('/', '.')}:{function}"))
    return found
