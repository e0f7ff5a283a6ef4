"""What comes in and what goes out. Writing is strict: unknown fields are refused, codes are Literals."""

from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic.config import JsonDict, JsonValue
from pydantic_core import CoreSchema, PydanticCustomError

from shared.http.strictness import strictly


class Sent(BaseModel):
    """A request body, and every model inside one."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: CoreSchema = strictly(handler(source))
        return schema


def unfit(code: str, fr: str, en: str) -> PydanticCustomError:
    """For a validator of a Sent model: ``raise unfit("two_ends", "…", "…")`` becomes a problem with these words."""
    return PydanticCustomError(code, "{en}", {"fr": fr, "en": en})


class Shown(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


AN_ID, ANOTHER_ID = "3f0c2b1e-8a4d-4c57-9b7e-2d1f6a5c9e10", "5d7e9a34-1c2b-4f60-8e15-b3a4c6d8f021"


def example(**body: JsonValue) -> JsonDict:
    """A whole valid body, shown in the OpenAPI document: ``class MoveTask(Sent, json_schema_extra=example(…))``. Its
    days are those of a programme in March 2026; every one is validated by a test."""
    return {"examples": [body]}
