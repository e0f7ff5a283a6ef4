"""Money is integer cents. Rounding happens here, half away from zero as payrolls do, and nowhere else."""

from decimal import ROUND_HALF_UP, Decimal

Cents = int


def times(cents: Cents, factor: Decimal) -> Cents:
    """``cents`` × ``factor`` (hours, a rate), to the nearest cent."""
    return int((Decimal(cents) * factor).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def in_words(cents: Cents, language: str) -> str:
    """``1 234,50 $`` in French, ``$1,234.50`` in English."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    if language == "fr":
        return f"{sign}{whole:,}".replace(",", "\u00a0") + f",{rest:02d}\u00a0$"
    return f"{sign}${whole:,}.{rest:02d}"
