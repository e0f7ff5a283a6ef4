"""Retention needs nothing beyond what every service does."""

from shared.settings import ServiceName, Settings


class RetentionSettings(Settings):
    service: ServiceName = "retention"
