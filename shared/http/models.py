"""What comes in and what goes out. Writing is strict: unknown fields are refused, codes are Literals."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from pydantic import AfterValidator, BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic.config import JsonDict, JsonValue
from pydantic_core import CoreSchema, PydanticCustomError

from shared.errors import Problem
from shared.http.strictness import strictly

_judging: ContextVar[bool] = ContextVar("judging", default=False)


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


def judged(check: Callable[[Any, str], Sequence[Problem]]) -> AfterValidator:
    """A field held against a rule of the domain: ``Annotated[int, judged(check_minutes)]``. A handler asks the same
    rule with all its others, so the field is judged only inside ``judging()``: when a body cannot reach its handler,
    because something else in it does not even fit. ``check`` takes the value and a pointer, which is not used."""

    def judge(value: Any) -> Any:
        for problem in check(value, "") if _judging.get() else ():
            raise unfit(problem.code, problem.fr, problem.en)
        return value

    return AfterValidator(judge)


@contextmanager
def judging() -> Iterator[None]:
    """Validate once more in here to find what the rules of the domain say of each field."""
    before = _judging.set(True)
    try:
        yield
    finally:
        _judging.reset(before)


class Shown(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


AN_ID, ANOTHER_ID = "3f0c2b1e-8a4d-4c57-9b7e-2d1f6a5c9e10", "5d7e9a34-1c2b-4f60-8e15-b3a4c6d8f021"


def example(**body: JsonValue) -> JsonDict:
    """A whole valid body, shown in the OpenAPI document: ``class MoveTask(Sent, json_schema_extra=example(…))``. Its
    days are those of a programme in March 2026; every one is validated by a test."""
    return {"examples": [body]}
