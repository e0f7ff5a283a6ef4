"""``python -m deploy.local.ministry``: the sandbox on MINISTRY_PORT, until SIGTERM."""

import uvicorn

from deploy.local.ministry.app import make_app
from deploy.local.ministry.settings import MinistrySettings


def main() -> None:
    settings = MinistrySettings()
    uvicorn.run(
        make_app(settings),
        host=settings.bind_host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
