"""Every setting of a process, from environment variables (``.env.example`` lists them). A service's own database is
``<SERVICE>_DATABASE_URL``, its address ``<SERVICE>_URL``."""

import os
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ServiceName = Literal["intake", "matching", "subsidies", "retention", "portal"]


class Settings(BaseSettings):
    """What every process of a service needs. Subclass per service for what it alone needs."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=False)

    service: ServiceName
    environment: Literal["development", "test", "production"] = Field("development", alias="INTERCONNEXION_ENV")
    kafka_bootstrap_servers: str = "127.0.0.1:9092"
    intake_database_url: SecretStr | None = None
    matching_database_url: SecretStr | None = None
    subsidies_database_url: SecretStr | None = None
    retention_database_url: SecretStr | None = None
    portal_database_url: SecretStr | None = None
    intake_url: str = "http://127.0.0.1:8081"
    matching_url: str = "http://127.0.0.1:8082"
    subsidies_url: str = "http://127.0.0.1:8083"
    retention_url: str = "http://127.0.0.1:8084"
    portal_url: str = "http://127.0.0.1:8080"
    bind_host: str = "127.0.0.1"
    tokens_issuer: str = "interconnexion-development"
    tokens_jwks_file: Path = Path(".local/keys/jwks.json")
    tokens_development_key_file: Path | None = None
    clock_file: Path | None = None
    broker_session_timeout_s: float = 6.0  # a consumer silent for longer loses its partitions; recovery starts then
    faust_datadir: Path = Path(".local/faust")
    log_level: str = "INFO"
    ready_within_s: float = 60.0
    traces_file: Path | None = None
    otel_exporter_otlp_endpoint: str | None = None  # its other OTEL_* variables are read by OpenTelemetry itself

    @model_validator(mode="after")
    def _nothing_for_development_in_production(self) -> Self:
        if self.environment == "production" and (self.clock_file or self.tokens_development_key_file):
            raise ValueError("CLOCK_FILE and TOKENS_DEVELOPMENT_KEY_FILE are refused in production")
        return self

    @property
    def in_production(self) -> bool:
        return self.environment == "production"

    @cached_property
    def database_url(self) -> str:
        """The service's own database."""
        secret: SecretStr | None = getattr(self, f"{self.service}_database_url")
        if secret is None:
            raise ValueError(f"{self.service.upper()}_DATABASE_URL is not set")
        return secret.get_secret_value()

    @cached_property
    def api_port(self) -> int:
        return int(os.environ[f"{self.service.upper()}_API_PORT"])

    @cached_property
    def worker_port(self) -> int:
        """Where the worker answers /live, /ready and /metrics."""
        return int(os.environ[f"{self.service.upper()}_WORKER_PORT"])
