"""What comes in and what goes out. Writing is strict: unknown fields are refused, codes are Literals."""

from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
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
