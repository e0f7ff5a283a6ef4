"""What the portal alone needs: how long it waits for names."""

from pydantic import Field

from shared.settings import ServiceName, Settings


class PortalSettings(Settings):
    service: ServiceName = "portal"
    names_timeout_s: float = Field(1.0, gt=0, le=10)
    """How long a page waits for names; then it shows file numbers and says so."""
    owner_timeout_s: float = Field(5.0, gt=0, le=30)
    """How long a page waits for the service that owns what it shows, or that carries out what it sends."""
