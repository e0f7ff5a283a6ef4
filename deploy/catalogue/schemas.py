"""JSON Schemas of events, by pydantic: what is written on the wire, and what a reader takes."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema
from pydantic_core import core_schema

from shared.events.base import Event

Schema = dict[str, Any]
"""A JSON Schema: by its nature any JSON object."""
DECIMAL = r"^-?\d+(\.\d+)?$"


class _Wire(GenerateJsonSchema):
    """Without the titles that pydantic makes of names; a decimal is written as a string of digits."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> Schema:  # noqa: ARG002 -- pydantic's signature
        text: Schema = {"type": "string", "pattern": DECIMAL}
        return text if self.mode == "serialization" else {"anyOf": [{"type": "number"}, text]}

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 -- pydantic's signature
        return False


def definitions(models: Sequence[type[BaseModel]], mode: JsonSchemaMode, at: str) -> dict[str, Schema]:
    """The schemas of ``models`` and of their parts, by class name; references begin with ``at``."""
    _, whole = models_json_schema(
        [(model, mode) for model in models], ref_template=at + "{model}", schema_generator=_Wire
    )
    found: dict[str, Schema] = whole["$defs"]
    for schema in found.values():
        schema.pop("title", None)
    return found


def alone(event: type[Event], side: Literal["written", "read"]) -> Schema:
    """One schema that stands by itself, without words. What is written has every field, also those with a default."""
    mode: JsonSchemaMode = "serialization" if side == "written" else "validation"
    parts = definitions([event], mode, "#/$defs/")
    for schema in parts.values():
        schema.pop("description", None)
        if side == "written" and "properties" in schema:
            schema["required"] = list(schema["properties"])
    schema = parts.pop(event.__name__)
    return {**schema, "$defs": parts} if parts else schema
