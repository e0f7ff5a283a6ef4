"""What a process of intake reads from its environment: nothing beyond what every service needs, so far."""

from shared.settings import Settings


def settings() -> Settings:
    return Settings(service="intake")
