"""What comes in and what goes out. Writing is strict: unknown fields are refused, codes are Literals."""

from pydantic import BaseModel, ConfigDict


class Sent(BaseModel):
    """A request body, and every model inside one."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False)


class Shown(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True, from_attributes=True)
