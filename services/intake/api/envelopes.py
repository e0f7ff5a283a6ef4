"""The attributes of a CloudEvent that we read, and the kinds of body it comes in."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.intake.domain.codes import PartnerEventType
from shared.http import Moment

BATCH_LIMIT = 100
STRUCTURED, BATCH, JSON = "application/cloudevents+json", "application/cloudevents-batch+json", "application/json"


class Enveloped(BaseModel):
    """The attributes we read; extension attributes are welcome and ignored, as CloudEvents asks."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"]
    type: PartnerEventType
    source: Annotated[str, Field(min_length=1, max_length=500)]
    id: Annotated[str, Field(min_length=1, max_length=200)]
    time: Moment | None = None
    datacontenttype: Annotated[str, Field(pattern=r"^application/json\s*(;.*)?$")] | None = None
    data: dict[str, Any]
