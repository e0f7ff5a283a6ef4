"""QR codes of personal links."""

import pytest

from services.portal.pages.qr import LONGEST, qr_code

FINDER = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]


def test_a_code_has_its_three_finders_and_a_quiet_zone() -> None:
    code = qr_code("https://portail.example.org/fr/r/abcdef")
    rows = ["".join(map(str, row)) for row in code.modules]
    assert [row[:7] for row in rows[:7]] == FINDER
    assert [row[-7:] for row in rows[:7]] == FINDER
    assert [row[:7] for row in rows[-7:]] == FINDER
    assert code.path().startswith("M4 4h1v1h-1z")


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="more than"):
        qr_code("x" * (LONGEST + 1))
