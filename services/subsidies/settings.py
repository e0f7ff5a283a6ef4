"""What subsidies alone needs: where the ministry is, and the secret its notices are signed with."""

from pydantic import SecretStr

from shared.settings import ServiceName, Settings

SERVICES_QUEBEC = "services_quebec"


class SubsidiesSettings(Settings):
    service: ServiceName = "subsidies"
    ministry_url: str = "http://127.0.0.1:8090"
    ministry_webhook_secret: SecretStr | None = None
    names_timeout_s: float = 2.0
