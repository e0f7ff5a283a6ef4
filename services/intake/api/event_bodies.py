"""What POST /v1/events takes, for the OpenAPI document: one event of a type, or a batch. The route reads its body by
itself, as every problem of a batch is told at its place, so FastAPI cannot know."""

from typing import Annotated, Any, Literal, Union

from pydantic import BaseModel, Field, TypeAdapter, create_model

from services.intake.api.envelopes import BATCH, BATCH_LIMIT, STRUCTURED, Enveloped
from services.intake.api.partner_events import PREFIX, TYPES

REFS = "#/components/schemas/{model}"
_REFERRED: dict[str, Any] = {
    "specversion": "1.0",
    "type": f"{PREFIX}person_referred",
    "source": "/college",
    "id": "2026-000123",
    "data": {
        "person_ref": "dossier-45",
        "person": {"given_name": "Ada", "family_name": "Essai", "email": "ada@example.org"},
        "agreement": {"given_on": "2026-03-02", "notice_version": "2026-01", "statement": "partner_statement"},
    },
}
_COMPLETED: dict[str, Any] = {
    "specversion": "1.0",
    "type": f"{PREFIX}referral_completed",
    "source": "/college",
    "id": "2026-000124",
    "data": {"person_ref": "dossier-45", "facts": {"municipality": "laval"}},
}


def _event(type_: str, data: type[BaseModel]) -> type[BaseModel]:
    """``PersonReferredEvent``: the envelope with this data in it."""
    return create_model(f"{data.__name__}Event", __base__=Enveloped, type=(Literal[type_], ...), data=(data, ...))  # type: ignore[arg-type]  # made of names that are only known here


def openapi_body() -> dict[str, Any]:
    """For ``openapi_extra``; the schemas it needs lie in ``$defs``, and shared.http moves them to their place."""
    events = tuple(_event(type_, of.data) for type_, of in TYPES.items())
    # a union of models made at run time: neither mypy nor the | of two names can say it
    either = Annotated[Union[events], Field(discriminator="type")]  # type: ignore[valid-type]  # noqa: UP007
    schema = TypeAdapter[Any](either).json_schema(ref_template=REFS)
    definitions = schema.pop("$defs")
    definitions["PartnerEvent"] = {"title": "PartnerEvent", "examples": [_REFERRED, _COMPLETED], **schema}
    one = {"$ref": REFS.format(model="PartnerEvent")}
    batch = {"type": "array", "items": one, "maxItems": BATCH_LIMIT, "examples": [[_REFERRED, _COMPLETED]]}
    return {"requestBody": {"required": True, "content": {
        STRUCTURED: {"schema": one | {"$defs": definitions}, "examples": {"referred": {"value": _REFERRED}}},
        BATCH: {"schema": batch, "examples": {"both": {"value": [_REFERRED, _COMPLETED]}}},
    }}}  # fmt: skip
