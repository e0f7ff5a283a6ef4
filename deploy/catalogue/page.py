"""The catalogue as a page to read, in French and in English, drawn from ``asyncapi.yaml`` alone: no script, the
programme's own look."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from deploy.catalogue.meanings import words
from deploy.catalogue.schemas import DECIMAL

Language = Literal["fr", "en"]
Json = dict[str, Any]
_TYPES = {
    "string": ("texte", "text"), "integer": ("entier", "whole number"), "number": ("nombre", "number"),
    "boolean": ("oui/non", "yes/no"), "null": ("inconnu", "unknown"), "uuid": ("identifiant", "id"),
    "date": ("date", "date"), "array": ("liste", "list"), "object": ("objet", "object"),
}  # fmt: skip
UI: dict[str, dict[Language, str]] = {
    "title": {"fr": "Événements", "en": "Events"},
    "lead": {
        "fr": "Ce que les services du programme se disent. Un événement est un fait, au passé ; il ne nomme personne.",
        "en": "What the services of the programme tell each other. An event is a fact, in the past; it names nobody.",
    },
    "made": {
        "fr": "Tiré de docs/asyncapi.yaml par", "en": "Drawn from docs/asyncapi.yaml by",
    },
    "other": {"fr": "In English", "en": "En français"},
    "said_by": {"fr": "Dit par", "en": "Said by"},
    "heard_by": {"fr": "Entendu par", "en": "Heard by"},
    "field": {"fr": "Champ", "en": "Field"},
    "kind": {"fr": "Sorte", "en": "Kind"},
    "meaning": {"fr": "Sens", "en": "Meaning"},
    "unit": {"fr": "Unité", "en": "Unit"},
    "optional": {"fr": "facultatif", "en": "optional"},
    "example": {"fr": "Un exemple, dit dans une histoire", "en": "An example, said in a story"},
    "parts": {"fr": "Parties", "en": "Parts"},
    "parts_lead": {"fr": "Que plusieurs événements portent.", "en": "Which several events carry."},
    "headers": {"fr": "En-têtes", "en": "Headers"},
    "headers_lead": {
        "fr": "Chaque message les porte : CloudEvents 1.0 sur Kafka, mode binaire. La clé Kafka est le cas.",
        "en": "Every message carries them: CloudEvents 1.0 on Kafka, binary mode. The Kafka key is the case.",
    },
    "topic": {
        "fr": "{partitions} partitions ; les messages sont gardés {days} jours.",
        "en": "{partitions} partitions; messages are kept for {days} days.",
    },
    "contents": {"fr": "Sur cette page", "en": "On this page"},
    "list_of": {"fr": "liste de", "en": "list of"},
    "or": {"fr": "ou", "en": "or"},
    "code_names": {"fr": "Les codes restent tels qu'ils voyagent.", "en": "Codes stand as they travel."},
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    name: str
    kind: list[str]
    meaning: str
    codes: str
    unit: str
    optional: bool


@dataclass(frozen=True)
class Shown:
    """One event: where it is said, who hears it, and what it looks like."""

    name: str
    type: str
    why: str
    said_in: list[str]
    heard_by: list[tuple[str, str]]
    fields: list[Field]
    example: str


@dataclass(frozen=True)
class Topic:
    name: str
    publisher: str
    about: str
    events: list[Shown]


def page(document: Json, language: Language) -> str:
    """The whole page."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    schemas = document["components"]["schemas"]
    carried = {
        schema["$ref"] for message in document["components"]["messages"].values() for schema in [message["payload"]]
    }
    parts = [name for name in schemas if f"#/components/schemas/{name}" not in carried and name != "CloudEventsHeaders"]
    return env.get_template("page.html").render(
        language=language,
        t={key: said[language] for key, said in UI.items()},
        topics=[
            _topic(document, name, language) for name, channel in document["channels"].items() if channel["messages"]
        ],
        parts=[(name, _fields(schemas[name], language)) for name in parts],
        part_names=parts,
        headers=_fields(schemas["CloudEventsHeaders"], language),
    )


def _topic(document: Json, name: str, language: Language) -> Topic:
    channel = document["channels"][name]
    kafka = channel["bindings"]["kafka"]
    days = kafka["topicConfiguration"]["retention.ms"] // (24 * 60 * 60 * 1000)
    about = UI["topic"][language].format(partitions=kafka["partitions"], days=days)
    return Topic(
        name, name.partition(".")[0], about, [_event(document, event, language) for event in channel["messages"]]
    )


def _event(document: Json, name: str, language: Language) -> Shown:
    message = document["components"]["messages"][name]
    operations = document["operations"].items()
    example = message["examples"][0] if message["examples"] else None
    return Shown(
        name=name,
        type=message["name"],
        why=message["x-pourquoi"] if language == "fr" else message["summary"],
        said_in=[place for _, one in operations for place in one.get("x-said-in", {}).get(name, ())],
        heard_by=[
            (id_.partition(".")[0], one["x-handled-by"][name])
            for id_, one in operations
            if name in one.get("x-handled-by", {})
        ],
        fields=_fields(document["components"]["schemas"][name], language),
        example=_as_text(example) if example else "",
    )


def _as_text(example: Json) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in example["headers"].items())
    return headers + "\n\n" + json.dumps(example["payload"], indent=2, ensure_ascii=False)


def _fields(schema: Json, language: Language) -> list[Field]:
    units = words()["unit"]
    return [
        Field(
            name=name,
            kind=_kind(field, language),
            meaning=field.get("x-fr", "") if language == "fr" and "x-fr" in field else field.get("description", ""),
            codes=field.get("x-codes", ""),
            unit=units[field["x-unit"]][language] if "x-unit" in field else "",
            optional=name not in schema.get("required", ()),
        )
        for name, field in schema["properties"].items()
    ]


def _kind(schema: Json, language: Language) -> list[str]:
    """In words, and names of parts, which the page links: « liste de », « Terms »."""
    if "$ref" in schema:
        return [schema["$ref"].rpartition("/")[2]]
    if "allOf" in schema:
        return _kind(schema["allOf"][0], language)
    if "anyOf" in schema:
        first, *others = (_kind(branch, language) for branch in schema["anyOf"])
        return first + [word for other in others for word in (UI["or"][language], *other)]
    if codes := schema.get("enum") or [code for code in [schema.get("const")] if code]:
        return [" | ".join(codes)]
    if schema["type"] == "array":
        return [UI["list_of"][language], *_kind(schema["items"], language)]
    name = str(schema.get("format", schema["type"]))
    if schema.get("pattern") == DECIMAL:
        name = "number"
    return [_TYPES.get(name, _TYPES[schema["type"]])[language == "en"]]
