"""Keys that sign tokens, and the headers of a caller."""

from pathlib import Path

from shared.tokens import Role, generate_development_keys, mint

Keys = tuple[Path, Path]  # the private key, and the public keys as a JWKS
ISSUER = "tests"


def make_keys(folder: Path) -> Keys:
    private, public = folder / "private.pem", folder / "jwks.json"
    generate_development_keys(private, public)
    return private, public


def token_of(keys: Keys, role: Role, subject: object = "someone", organisation: object = None) -> str:
    return mint(keys[0], ISSUER, role, str(subject), None if organisation is None else str(organisation))


def headers_of(keys: Keys, role: Role, subject: object = "someone", organisation: object = None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of(keys, role, subject, organisation)}"}
