"""QR codes: as an independent encoder makes them, down to the module."""

import hashlib

import pytest

from services.portal.pages.qr import LONGEST, QrCode, _reed_solomon, qr_code


def fingerprint(code: QrCode) -> str:
    return hashlib.sha256(
        "\n".join("".join("#" if d else "." for d in row) for row in code.modules).encode()
    ).hexdigest()


def test_error_correction_is_that_of_the_standard() -> None:
    data = [32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17]
    assert _reed_solomon(data, 10) == [196, 35, 39, 119, 235, 215, 231, 226, 93, 23]


@pytest.mark.parametrize(
    ("text", "size", "expected"),
    [
        ("a", 21, "0b2a5ded825360b8e6469fe394dbdafe0feb7ce2e470eaa7eb0c63eb4d8e90bb"),
        ("x" * 25, 25, "291e1cfcd239a6ff53701f6115f7185da3c9d7740f742aa24b8d9e30d261d74a"),
        ("z" * 80, 37, "7b430aa44f85b7642518255ae0c841cdadb4a877ae3b91ec9462bcb80b838c8c"),
        (
            "https://portail.example.org/fr/r/" + "x" * 70,
            41,
            "faf83e4ae84822eb4bff83bd829db7a406ee82dcfb03fd6325964e47da029195",
        ),
    ],
)
def test_a_code_is_what_another_encoder_makes(text: str, size: int, expected: str) -> None:
    code = qr_code(text)
    assert (code.size, fingerprint(code)) == (size, expected)


def test_what_is_too_long_is_refused() -> None:
    assert qr_code("x" * LONGEST).size == 41
    with pytest.raises(ValueError, match="more than"):
        qr_code("x" * (LONGEST + 1))
    assert qr_code("a").path().startswith("M4 4h1v1h-1z")
