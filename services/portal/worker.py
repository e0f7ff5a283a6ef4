"""The portal's worker: it listens to everything, and gives a sign of life so that pages can say when it stops."""

import asyncio
import contextlib

import psycopg
from psycopg_pool import PoolTimeout

from services.portal.consumers import CONSUMES
from services.portal.settings import PortalSettings
from services.portal.store.pulse import give_sign_of_life
from shared.db import Database
from shared.messaging.worker import run_worker

SIGN_EVERY_S = 5.0


def _give_sign(db: Database) -> None:
    with db.transaction() as tx:
        give_sign_of_life(tx)


async def give_signs_of_life(db: Database) -> None:
    while True:
        with contextlib.suppress(psycopg.OperationalError, PoolTimeout):  # the page says "stopped" by the sign's age
            await asyncio.to_thread(_give_sign, db)
        await asyncio.sleep(SIGN_EVERY_S)


def main() -> None:
    run_worker(PortalSettings(), consumes=CONSUMES, beside=(give_signs_of_life,))


if __name__ == "__main__":
    main()
