"""The portal's worker: it listens to everything, and gives a sign of life so that pages can say when it stops."""

import asyncio
import contextlib

import psycopg
from psycopg_pool import PoolTimeout

from services.portal.consumers import CONSUMES
from services.portal.settings import PortalSettings
from services.portal.store.pulse import give_sign_of_life
from shared.db import Database
from shared.log import get_logger
from shared.messaging.worker import run_worker
from shared.rebuilding.tables import drop_abandoned

SIGN_EVERY_S = 5.0
DROP_EVERY_S = 30.0
log = get_logger()


def _give_sign(db: Database) -> None:
    with db.transaction() as tx:
        give_sign_of_life(tx)


async def give_signs_of_life(db: Database) -> None:
    while True:
        with contextlib.suppress(psycopg.OperationalError, PoolTimeout):  # the page says "stopped" by the sign's age
            await asyncio.to_thread(_give_sign, db)
        await asyncio.sleep(SIGN_EVERY_S)


def _drop(db: Database) -> None:
    with db.pool.connection() as conn:
        if drop_abandoned(conn):
            log.warning("abandoned_rebuild_dropped")


async def drop_abandoned_rebuilds(db: Database) -> None:
    """What a rebuild that died left is reached by no erasure: it goes within half a minute."""
    while True:
        with contextlib.suppress(psycopg.OperationalError, PoolTimeout):
            await asyncio.to_thread(_drop, db)
        await asyncio.sleep(DROP_EVERY_S)


def main() -> None:
    beside = (give_signs_of_life, drop_abandoned_rebuilds)
    run_worker(PortalSettings(), consumes=CONSUMES, beside=beside, only_puts=True)


if __name__ == "__main__":
    main()
