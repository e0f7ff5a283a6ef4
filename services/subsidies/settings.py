"""What subsidies alone needs: how each ministry is reached, and the secret its notices are signed with."""

from pydantic import SecretStr

from services.subsidies.domain.request import SentBy
from shared.settings import ServiceName, Settings

SERVICES_QUEBEC = "services_quebec"
MIFI = "mifi"


class SubsidiesSettings(Settings):
    """``services_quebec_by``, ``mifi_by``: ``webhook`` when the ministry is connected; ``dossier`` until then: what it
    gets is printed, and staff enter what it answers."""

    service: ServiceName = "subsidies"
    ministry_url: str = "http://127.0.0.1:8090"
    ministry_webhook_secret: SecretStr | None = None
    services_quebec_by: SentBy = "webhook"
    mifi_by: SentBy = "webhook"
    names_timeout_s: float = 2.0

    def sent_by(self, ministry: str) -> SentBy:
        """How ``ministry`` gets what is sent to it. One we do not know gets paper."""
        return {SERVICES_QUEBEC: self.services_quebec_by, MIFI: self.mifi_by}.get(ministry, "dossier")
