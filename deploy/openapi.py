"""Writes docs/openapi/<service>.json, what each owning service's API takes and answers, from its code.

    python -m deploy.openapi            # writes
    python -m deploy.openapi --check    # says what differs, and fails

A running API answers the same at /openapi.json, to any caller it knows."""

import difflib
import json
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from shared.settings import ServiceName, Settings
from shared.tokens import generate_development_keys

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "openapi"
OWNERS: tuple[ServiceName, ...] = ("intake", "matching", "subsidies", "retention")
COMMAND = "python -m deploy.openapi"


def document(service: ServiceName) -> dict[str, Any]:
    """The OpenAPI 3.1 document of a service. Nothing is started, no database is needed."""
    kind: type[Settings] = getattr(
        import_module(f"services.{service}.settings"), f"{service.capitalize()}Settings", Settings
    )
    with tempfile.TemporaryDirectory() as folder:
        private, public = Path(folder) / "private.pem", Path(folder) / "jwks.json"
        generate_development_keys(private, public)
        settings = kind(service=service, tokens_jwks_file=public, INTERCONNEXION_ENV="test")
        settings = settings.model_copy(update={f"{service}_database_url": SecretStr("postgresql://nowhere")})
        described: dict[str, Any] = import_module(f"services.{service}.main").app(settings).openapi()
    return described


def written(service: ServiceName) -> str:
    return json.dumps(document(service), ensure_ascii=False, indent=1) + "\n"


def differences(service: ServiceName) -> list[str]:
    """What the file has that the code has not, and the reverse; empty when it is current."""
    file = FOLDER / f"{service}.json"
    before = file.read_text().splitlines() if file.exists() else []
    return list(difflib.unified_diff(before, written(service).splitlines(), file.name, "code", n=0, lineterm=""))


def main(arguments: list[str]) -> int:
    changed = False
    FOLDER.mkdir(parents=True, exist_ok=True)
    for service in OWNERS:
        if "--check" not in arguments:
            (FOLDER / f"{service}.json").write_text(written(service))
        elif differs := differences(service):
            changed = True
            print("\n".join(differs[:40]))
            print(f"docs/openapi/{service}.json n'est plus à jour · is out of date: {COMMAND}")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
