"""Every story by the name of its test, and what it carried when it was last told in this process."""

from collections.abc import Callable
from pathlib import Path

from tests.carried import Carried
from tests.databases import Databases
from tests.pump import Pump
from tests.stories import test_elias, test_julio, test_rola, test_turns
from tests.stories.telling import telling

STORIES: dict[str, Callable[[Pump], None]] = {
    story.__name__: story
    for story in (
        test_rola.test_rola_chooses_between_two_offers_stays_and_advances,
        test_julio.test_julio_is_passed_on_finds_work_himself_and_his_senders_see_it,
        test_elias.test_elias_hires_twice_learns_of_subsidies_and_gives_a_french_course,
        test_turns.test_a_hire_falls_through_the_next_is_refused_help_and_she_is_forgotten,
    )
}


def tell(databases: Databases, folder: Path, name: str) -> Carried:
    """What the story carries from its beginning to its end."""
    with telling(databases, folder, name) as pump:
        STORIES[name](pump)
        return pump.carried
