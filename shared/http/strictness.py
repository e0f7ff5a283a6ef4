"""What pydantic would let pass in a JSON body and we do not: ``"12"`` or ``true`` for a number, ``1`` for true, a
number for a day, and the NUL character, which PostgreSQL cannot hold. Done once, in every ``Sent`` model's schema."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_LEAVE = frozenset({"metadata", "serialization", "default", "expected"})  # hold no schemas


def strictly(schema: Any) -> Any:
    """The same core schema, stricter in every place, nested ones too. It changes nothing of the JSON schema."""
    if isinstance(schema, list | tuple):
        return type(schema)(strictly(one) for one in schema)
    if not isinstance(schema, dict) or _is_done(schema):
        return schema
    inner = {name: value if name in _LEAVE else strictly(value) for name, value in schema.items()}
    return _stricter(inner)


def _is_done(schema: dict[str, Any]) -> bool:
    """A model inside another: its fields have been here before."""
    function = schema.get("function")
    return isinstance(function, dict) and function.get("function") in _OURS


def _stricter(schema: Any) -> CoreSchema:
    kind = schema.get("type")
    if kind in ("bool", "float"):
        return {**schema, "strict": True}
    if kind == "int":  # 5.0 is a whole number in JSON, so not `strict`
        return core_schema.no_info_before_validator_function(_no_text, schema)
    if kind == "decimal":
        return core_schema.no_info_before_validator_function(_no_bool, schema)
    if kind == "date":
        return core_schema.no_info_before_validator_function(_written_day, schema)
    if kind == "datetime":
        return core_schema.no_info_before_validator_function(_written_moment, schema)
    if kind == "str":
        return core_schema.no_info_after_validator_function(_storable, schema)
    return schema  # type: ignore[no-any-return]


def _no_text(value: object) -> object:
    if isinstance(value, bool | str):
        raise PydanticKnownError("int_type")
    return value


def _no_bool(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticKnownError("decimal_type")
    return value


def _written_day(value: object) -> object:
    if type(value) is date or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise PydanticKnownError("date_type")


def _written_moment(value: object) -> object:
    if isinstance(value, int | float) or (isinstance(value, str) and not _DAY.match(value)):
        raise PydanticKnownError("datetime_type")
    return value


def _storable(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError(
            "character_not_accepted",
            "{en}",
            {
                "fr": "Ce texte contient le caractère nul (U+0000); retirez-le.",
                "en": "This text holds the null character (U+0000); remove it.",
            },
        )
    return text


_OURS = (_no_text, _no_bool, _written_day, _written_moment, _storable)
Day = Annotated[date, BeforeValidator(_written_day)]
"""A day outside a ``Sent`` model, as in a query: written YYYY-MM-DD, and nothing else."""
Moment = Annotated[AwareDatetime, BeforeValidator(_written_moment)]
"""A moment outside a ``Sent`` model: written, with its zone."""
