"""Every setting, from environment variables."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

Behaviour = Literal["normal", "decide_twice", "answer_then_forget"]


class MinistrySettings(BaseSettings):
    """``token``: a role token of the programme (role ministry, organisation services_quebec); ``mifi_token``: another
    (organisation mifi). Without it MIFI is not played, and says so."""

    model_config = SettingsConfigDict(env_prefix="MINISTRY_", env_file=".env", extra="ignore", populate_by_name=True)

    subsidies_url: str = Field("http://127.0.0.1:8083", alias="SUBSIDIES_URL")
    bind_host: str = Field("127.0.0.1", alias="BIND_HOST")
    port: int = 8090
    token: SecretStr
    mifi_token: SecretStr | None = Field(None, alias="MIFI_TOKEN")
    webhook_secret: SecretStr
    folder: Path = Path(".local/ministry")
    delay_s: float = 0.5  # before it looks at a request
    poll_s: float = 15.0  # how often it asks for requests whose notice it never got; 0: never
    asks_every: int = Field(0, ge=0)  # of every so many requests one is asked about before it is decided; 0: none
    behaviour: Behaviour = "normal"  # decide_twice: sends decisions again; answer_then_forget: drops notices it took
