"""Who is calling: signed role tokens (RFC 7519 with ES256), verified by public key. A development issuer signs them
locally; in production any OpenID Connect provider that signs with ES256 and adds the ``role`` claim. Tokens live by the
wall clock, never by programme time. Partners' systems carry an API key instead (``ik_…``), kept only as its SHA-256."""

import hashlib
import json
import os
import secrets
import time
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeGuard

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from shared.errors import Problem, Unauthenticated, Unavailable

AUDIENCE = "interconnexion"
ALGORITHM = "ES256"
PARTNER_KEY_PREFIX = "ik_"
_CLOCK_SKEW_S = 30


class Role(StrEnum):
    PARTNER = "partner"
    ADVISOR = "advisor"
    LIAISON = "liaison"
    EMPLOYER = "employer"
    CANDIDATE = "candidate"
    MINISTRY = "ministry"
    RETENTION_ADVISOR = "retention_advisor"
    MANAGER = "manager"
    OPERATOR = "operator"
    SERVICE = "service"


@dataclass(frozen=True)
class Caller:
    """``subject`` is the person's or system's id (for a candidate, the candidate id); ``organisation`` what it acts
    for: a partner's, employer's id or a ministry's code. ``token`` lets a service ask another with the same rights."""

    role: Role
    subject: str
    organisation: str | None = None
    token: str | None = field(default=None, repr=False, compare=False)

    @property
    def actor(self) -> str:
        return f"{self.role}:{self.subject}"


class TokenRefused(Unauthenticated):
    """The token or key is not good; ``code`` of its problem says why."""


class Verifier:
    """Verifies tokens of one issuer with the public keys of a JWKS file, read again whenever the file changes."""

    def __init__(self, jwks_file: Path, issuer: str) -> None:
        self._file = jwks_file
        self._issuer = issuer
        self._read: tuple[int, int, int] | None = None
        self._keys = KeySet([])

    def verify(self, token: str) -> Caller:
        """Raises TokenRefused, or Unavailable when the public keys cannot be read."""
        keys = self._current_keys()
        try:
            decoded = jwt.decode(token, keys, algorithms=[ALGORITHM])
        except (JoseError, ValueError, TypeError, KeyError) as wrong:
            raise _refused("token_invalid", "Ce jeton n'est pas valable.", "This token is not valid.") from wrong
        if "kid" not in decoded.header:
            raise _refused("token_invalid", "Ce jeton ne dit pas quelle clé l'a signé.", "This token names no key.")
        return _caller(decoded.claims, self._issuer, token)

    def _current_keys(self) -> KeySet:
        try:
            stat = os.stat(self._file)
            seen = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
            if seen != self._read:
                self._keys = KeySet.import_key_set(json.loads(self._file.read_text()))
                self._read = seen
        except (OSError, ValueError, TypeError, KeyError, JoseError) as wrong:
            raise Unavailable(
                Problem("", "keys_unreadable", "Les clés publiques ne sont pas lisibles; réessayez plus tard.",
                        "The public keys cannot be read; try again later.")
            ) from wrong  # fmt: skip
        return self._keys


def verify(token: str, jwks_file: Path, issuer: str) -> Caller:
    """One token, once. A process that verifies many keeps a Verifier."""
    return Verifier(jwks_file, issuer).verify(token)


def mint(
    private_key_path: Path,
    issuer: str,
    role: Role,
    subject: str,
    organisation: str | None = None,
    lifetime_s: int = 8 * 3600,
) -> str:
    """A signed token for development and tests."""
    key = ECKey.import_key(private_key_path.read_bytes())
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": subject,
        "role": str(role),
        "iat": now,
        "exp": now + lifetime_s,
    }
    if organisation is not None:
        claims["org"] = organisation
    return jwt.encode({"alg": ALGORITHM, "kid": key.thumbprint()}, claims, key, algorithms=[ALGORITHM])


def generate_development_keys(private_path: Path, jwks_path: Path) -> None:
    """A signing key (mode 0600) and its public JWKS. A private key that exists is kept, so tokens survive a restart and
    two launchers agree."""
    private_path.parent.mkdir(parents=True, exist_ok=True)
    jwks_path.parent.mkdir(parents=True, exist_ok=True)
    if not private_path.exists():
        fresh = ECKey.generate_key("P-256", private=True).as_pem(private=True)
        beside = _write_beside(private_path, fresh, 0o600)
        try:
            os.link(beside, private_path)  # unlike a rename, fails when another launcher was faster
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    key = ECKey.import_key(private_path.read_bytes())
    public = {**key.as_dict(private=False), "kid": key.thumbprint(), "use": "sig", "alg": ALGORITHM}
    _write_beside(jwks_path, json.dumps({"keys": [public]}, indent=2).encode(), 0o644).replace(jwks_path)


def new_partner_key() -> str:
    """256 random bits; shown once, kept as ``hash_partner_key`` of it."""
    return PARTNER_KEY_PREFIX + secrets.token_urlsafe(32)


def hash_partner_key(key: str) -> str:
    """SHA-256, hex. The key is random, so it needs no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


def _caller(claims: dict[str, Any], issuer: str, token: str) -> Caller:
    audience = claims.get("aud")
    if claims.get("iss") != issuer:
        raise _refused("token_issuer", "Ce jeton vient d'un autre émetteur.", "This token comes from another issuer.")
    if audience != AUDIENCE and not (isinstance(audience, list) and AUDIENCE in audience):
        raise _refused(
            "token_audience", "Ce jeton est destiné à un autre système.", "This token is for another system."
        )
    _check_times(claims)
    subject, organisation = claims.get("sub"), claims.get("org")
    if not isinstance(subject, str) or not 0 < len(subject) <= 200:
        raise _refused("token_subject", "Ce jeton ne dit pas pour qui il est.", "This token does not say whose it is.")
    if organisation is not None and not (isinstance(organisation, str) and 0 < len(organisation) <= 200):
        raise _refused("token_organisation", "L'organisation de ce jeton est illisible.",
                       "This token's organisation is unreadable.")  # fmt: skip
    try:
        role = Role(str(claims.get("role")))
    except ValueError:
        raise _refused("token_role", "Ce jeton porte un rôle inconnu.", "This token has an unknown role.") from None
    return Caller(role, subject, organisation, token)


def _check_times(claims: dict[str, Any]) -> None:
    now = time.time()
    expires, issued, not_before = claims.get("exp"), claims.get("iat"), claims.get("nbf", 0)
    if not (_is_moment(expires) and _is_moment(issued) and _is_moment(not_before)):
        raise _refused("token_times", "Ce jeton n'est pas daté.", "This token is not dated.")
    if expires <= now:
        raise _refused("token_expired", "Ce jeton est échu; ouvrez une nouvelle session.",
                       "This token has expired; sign in again.")  # fmt: skip
    if max(issued, not_before) > now + _CLOCK_SKEW_S:
        raise _refused("token_not_yet", "Ce jeton n'est pas encore valable.", "This token is not valid yet.")


def _is_moment(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e11


def _refused(code: str, fr: str, en: str) -> TokenRefused:
    return TokenRefused(Problem("", code, fr, en))


def _write_beside(path: Path, content: bytes, mode: int) -> Path:
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return beside
