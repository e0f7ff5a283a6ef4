"""Where a service that exists for benchmarks only finds its database and its port: in the environment."""

import os

from shared.settings import Settings

NAME = os.environ.get("BENCH_NAME", "bench")


class BenchSettings(Settings):
    service: str = NAME  # type: ignore[assignment]  # a sixth service, for benchmarks only

    @property
    def database_url(self) -> str:
        return os.environ["BENCH_DATABASE_URL"]

    @property
    def worker_port(self) -> int:
        return int(os.environ["BENCH_PORT"])
