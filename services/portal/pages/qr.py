"""QR codes of personal links, by segno."""

from dataclasses import dataclass

import segno

LONGEST = 200  # bytes; a longer address makes squares too small to scan from paper


@dataclass(frozen=True)
class QrCode:
    modules: tuple[bytearray, ...]

    @property
    def size(self) -> int:
        return len(self.modules)

    def path(self, quiet: int = 4) -> str:
        """An SVG path of one unit a module, with the quiet zone that scanners need."""
        dark = ((r, c) for r, row in enumerate(self.modules) for c, is_dark in enumerate(row) if is_dark)
        return "".join(f"M{c + quiet} {r + quiet}h1v1h-1z" for r, c in dark)


def qr_code(text: str) -> QrCode:
    """Raises ValueError beyond LONGEST bytes."""
    if len(text.encode()) > LONGEST:
        raise ValueError(f"{len(text.encode())} bytes are more than {LONGEST}")
    return QrCode(segno.make(text, error="m", micro=False).matrix)
