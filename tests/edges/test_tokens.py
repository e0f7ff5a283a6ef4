import base64
import hmac
import json
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from shared import clock
from shared.errors import Unavailable
from shared.tokens import (
    Caller,
    Role,
    TokenRefused,
    Verifier,
    generate_development_keys,
    hash_partner_key,
    mint,
    new_partner_key,
    verify,
)

ISSUER = "tests"


def claims(**other: Any) -> dict[str, Any]:
    now = int(time.time())
    good = {"iss": ISSUER, "aud": "interconnexion", "sub": "a-1", "role": "advisor", "iat": now, "exp": now + 60}
    return {name: value for name, value in {**good, **other}.items() if value is not ...}


@pytest.fixture
def key(keys: tuple[Path, Path]) -> ECKey:
    return ECKey.import_key(keys[0].read_bytes())


@pytest.fixture
def signed(key: ECKey) -> Callable[..., str]:
    """A token with these claims, signed by the right key."""
    return lambda **other: jwt.encode({"alg": "ES256", "kid": key.thumbprint()}, claims(**other), key)


@pytest.fixture
def verifier(keys: tuple[Path, Path]) -> Verifier:
    return Verifier(keys[1], ISSUER)


def b64(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_minted_token_says_who_calls(keys: tuple[Path, Path]) -> None:
    token = mint(keys[0], ISSUER, Role.EMPLOYER, "person-1", "employer-1")
    caller = verify(token, keys[1], ISSUER)
    assert caller == Caller(Role.EMPLOYER, "person-1", "employer-1")
    assert caller.actor == "employer:person-1"
    assert caller.token == token
    assert token not in repr(caller)


@pytest.mark.parametrize("audience", ["interconnexion", ["other", "interconnexion"]])
def test_the_audience_may_be_one_of_several(verifier: Verifier, signed: Callable[..., str], audience: object) -> None:
    assert verifier.verify(signed(aud=audience)).role is Role.ADVISOR


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"iss": "elsewhere"}, "token_issuer"),
        ({"iss": ...}, "token_issuer"),
        ({"iss": [ISSUER]}, "token_issuer"),
        ({"aud": "elsewhere"}, "token_audience"),
        ({"aud": ...}, "token_audience"),
        ({"aud": ["elsewhere"]}, "token_audience"),
        ({"aud": "interconnexion-two"}, "token_audience"),
        ({"exp": time.time() - 1}, "token_expired"),
        ({"exp": ...}, "token_times"),
        ({"exp": "tomorrow"}, "token_times"),
        ({"exp": True}, "token_times"),
        ({"exp": 1e300}, "token_times"),
        ({"exp": -1}, "token_times"),
        ({"iat": ...}, "token_times"),
        ({"iat": time.time() + 3600}, "token_not_yet"),
        ({"nbf": time.time() + 3600}, "token_not_yet"),
        ({"nbf": "soon"}, "token_times"),
        ({"sub": ...}, "token_subject"),
        ({"sub": ""}, "token_subject"),
        ({"sub": 7}, "token_subject"),
        ({"sub": "x" * 201}, "token_subject"),
        ({"role": ...}, "token_role"),
        ({"role": "root"}, "token_role"),
        ({"role": "ADVISOR"}, "token_role"),
        ({"role": ["advisor"]}, "token_role"),
        ({"org": ""}, "token_organisation"),
        ({"org": ["one", "two"]}, "token_organisation"),
    ],
)
def test_wrong_claims_are_refused(
    verifier: Verifier, signed: Callable[..., str], other: dict[str, Any], code: str
) -> None:
    with pytest.raises(TokenRefused) as refused:
        verifier.verify(signed(**other))
    assert refused.value.problems[0].code == code


def none_signed(key: ECKey) -> str:
    return f"{b64({'alg': 'none', 'kid': key.thumbprint()})}.{b64(claims())}."


def public_key_as_hmac_secret(key: ECKey) -> str:
    signing_input = f"{b64({'alg': 'HS256', 'kid': key.thumbprint()})}.{b64(claims())}"
    signature = hmac.digest(key.as_pem(private=False), signing_input.encode(), "sha256")
    return f"{signing_input}.{b64(signature)}"


def other_algorithm(key: ECKey) -> str:
    rsa = RSAKey.generate_key(2048)
    return jwt.encode({"alg": "RS256", "kid": key.thumbprint()}, claims(), rsa, algorithms=["RS256"])


def another_key_same_kid(key: ECKey) -> str:
    return jwt.encode({"alg": "ES256", "kid": key.thumbprint()}, claims(), ECKey.generate_key("P-256"))


def unknown_kid(key: ECKey) -> str:
    return jwt.encode({"alg": "ES256", "kid": "nobody"}, claims(), key)


def no_kid(key: ECKey) -> str:
    return jwt.encode({"alg": "ES256"}, claims(), key)


def own_key_inside(key: ECKey) -> str:
    own = ECKey.generate_key("P-256")
    header = {"alg": "ES256", "kid": own.thumbprint(), "jwk": own.as_dict(private=False)}
    return jwt.encode(header, claims(), own)


def critical_extension(key: ECKey) -> str:
    header = b64({"alg": "ES256", "kid": key.thumbprint(), "crit": ["x"], "x": 1})
    return f"{header}.{_good(key).split('.', 1)[1]}"


def changed_claims(key: ECKey) -> str:
    header, _, signature = _good(key).split(".")
    return f"{header}.{b64(claims(role='manager'))}.{signature}"


def cut_signature(key: ECKey) -> str:
    return _good(key)[:-4]


def without_signature(key: ECKey) -> str:
    return _good(key).rsplit(".", 1)[0] + "."


def claims_are_a_list(key: ECKey) -> str:
    from joserfc import jws

    return jws.serialize_compact({"alg": "ES256", "kid": key.thumbprint()}, b"[]", key)


def _good(key: ECKey) -> str:
    return jwt.encode({"alg": "ES256", "kid": key.thumbprint()}, claims(), key)


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    "forged",
    [
        none_signed,
        public_key_as_hmac_secret,
        other_algorithm,
        another_key_same_kid,
        unknown_kid,
        no_kid,
        own_key_inside,
        critical_extension,
        changed_claims,
        cut_signature,
        without_signature,
        claims_are_a_list,
    ],
)
def test_a_forged_token_is_refused(verifier: Verifier, key: ECKey, forged: Callable[[ECKey], str]) -> None:
    with pytest.raises(TokenRefused):
        verifier.verify(forged(key))


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "x" * 5000, "e30.e30.e30", "é.é.é", "a.b.c.d.e", "null"])
def test_what_is_no_token_is_refused(verifier: Verifier, text: str) -> None:
    with pytest.raises(TokenRefused):
        verifier.verify(text)


def test_programme_time_does_not_expire_a_token(
    verifier: Verifier, signed: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "clock.json"
    file.write_text(json.dumps({"offset_seconds": 30 * 86400}))
    monkeypatch.setenv("CLOCK_FILE", str(file))
    assert clock.offset().days == 30
    assert verifier.verify(signed()).subject == "a-1"


def test_new_public_keys_are_read_and_old_ones_forgotten(tmp_path: Path) -> None:
    old, new, public = tmp_path / "old.pem", tmp_path / "new.pem", tmp_path / "jwks.json"
    generate_development_keys(old, public)
    verifier = Verifier(public, ISSUER)
    before = mint(old, ISSUER, Role.ADVISOR, "a-1")
    verifier.verify(before)
    generate_development_keys(new, public)
    assert verifier.verify(mint(new, ISSUER, Role.ADVISOR, "a-2")).subject == "a-2"
    with pytest.raises(TokenRefused):
        verifier.verify(before)


@pytest.mark.parametrize("content", [None, "", "{}", '{"keys": 3}', '{"keys": [{"kty": "EC"}]}', "[]"])
def test_without_readable_public_keys_nobody_is_let_in(tmp_path: Path, content: str | None) -> None:
    private, public = tmp_path / "private.pem", tmp_path / "jwks.json"
    generate_development_keys(private, public)
    public.unlink() if content is None else public.write_text(content)
    with pytest.raises((Unavailable, TokenRefused)):
        verify(mint(private, ISSUER, Role.ADVISOR, "a-1"), public, ISSUER)


def test_the_private_key_is_for_its_owner_and_kept(tmp_path: Path) -> None:
    private, public = tmp_path / "keys" / "private.pem", tmp_path / "keys" / "jwks.json"
    generate_development_keys(private, public)
    first = private.read_bytes()
    generate_development_keys(private, public)
    assert private.read_bytes() == first
    assert stat.S_IMODE(os.stat(private).st_mode) == 0o600
    assert "d" not in json.loads(public.read_text())["keys"][0]
    assert sorted(path.name for path in private.parent.iterdir()) == ["jwks.json", "private.pem"]


def test_a_partners_key_is_random_and_kept_as_its_hash() -> None:
    one, two = new_partner_key(), new_partner_key()
    assert one != two
    assert one.startswith("ik_")
    assert len(hash_partner_key(one)) == 64
    assert one not in hash_partner_key(one)
