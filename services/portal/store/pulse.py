"""How the facts come in: what pages watch, and what their freshness stamp says. Real time, by the database's clock."""

from services.portal.domain.numbers import Pulse
from shared.db import Tx


def get_pulse(tx: Tx) -> Pulse:
    found = tx.row(
        Pulse,
        """SELECT coalesce(sum(received), 0)::bigint + (SELECT count(*) FROM rebuilds) AS revision,
             extract(epoch FROM clock_timestamp() - max(last_at))::float AS last_fact_s,
             (array_agg(last_delay_s ORDER BY last_at DESC))[1] AS last_delay_s,
             (SELECT extract(epoch FROM clock_timestamp() - at)::float FROM signs_of_life) AS last_sign_s,
             (SELECT count(*) FROM waiting_keys WHERE state = 'parked') AS set_aside
           FROM facts_received""",
    )
    assert found is not None
    return found


def since_last_rebuild(tx: Tx) -> float | None:
    """Seconds since these read models were made anew; None when they never were."""
    found: float | None = tx.value("SELECT extract(epoch FROM clock_timestamp() - max(at))::float FROM rebuilds")
    return found


def give_sign_of_life(tx: Tx) -> None:
    tx.run("INSERT INTO signs_of_life (at) VALUES (clock_timestamp()) ON CONFLICT (id) DO UPDATE SET at = excluded.at")
