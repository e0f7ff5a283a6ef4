"""What a sender's feed may say, by what the person lets be told at the moment it is read."""

from dataclasses import dataclass

ALWAYS_TOLD = frozenset(
    {"referral_passed_on", "referral_closed"}
)  # that something happened; how it ended needs consent


@dataclass(frozen=True)
class ToldUpdate:
    outcome: str | None
    reason: str | None
    withheld: bool


def told_update(type_: str, outcome: str | None, reason: str | None, *, consented: bool) -> ToldUpdate | None:
    """One line of the feed as its reader may see it; None: not even that it happened."""
    if consented:
        return ToldUpdate(outcome, reason, False)
    if type_ not in ALWAYS_TOLD:
        return None
    return ToldUpdate(None, None, type_ == "referral_closed")
