"""Intake needs nothing beyond what every service does, so far."""

from shared.settings import ServiceName, Settings


class IntakeSettings(Settings):
    service: ServiceName = "intake"
