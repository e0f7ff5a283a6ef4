"""Stops the line when many keys newly fail: a bad deploy must not set everyone aside."""

from collections import OrderedDict

WINDOW = 200
SHARE = 0.05


class StopTheLine(RuntimeError):
    """More than 5 % of the last 200 distinct keys newly failed. The process must end without acknowledging."""


class Line:
    """The last 200 distinct keys, and which of them failed."""

    def __init__(self) -> None:
        self._keys: OrderedDict[str, bool] = OrderedDict()

    def note(self, key: str, *, failed: bool) -> None:
        """Raises StopTheLine when too many have failed."""
        failed = self._keys.pop(key, False) or failed
        self._keys[key] = failed
        if len(self._keys) > WINDOW:
            self._keys.popitem(last=False)
        if failed and sum(self._keys.values()) > WINDOW * SHARE:
            raise StopTheLine(f"{sum(self._keys.values())} of the last {len(self._keys)} keys newly failed")
