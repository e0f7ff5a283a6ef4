"""The programme's moment."""

from datetime import datetime

from shared.db import Tx


def now_in(tx: Tx) -> datetime:
    return tx.now
