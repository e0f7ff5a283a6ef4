"""All the clients of one run, each with a history file and dice of its own."""

import random
import threading
from pathlib import Path
from uuid import uuid4

from deploy.local.demo.wire import System
from tests.chaos.clients import Client
from tests.chaos.history import ChaosWire, History, Pace, Patience
from tests.chaos.story import StoryClient
from tests.chaos.volume import VolumeClient


def make(
    system: System,
    folder: Path,
    seed: int,
    volume: int,
    stories: int,
    stop: threading.Event,
    patience: Patience,
    profile: int = 4,
    per_s: float = 1000,
) -> list[Client]:
    """Clients with a history file and dice of their own; together they ask ``per_s`` commands a second."""
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Client] = []
    pace = Pace(per_s)
    for number in range(volume + stories):
        kind = VolumeClient if number < volume else StoryClient
        chance = random.Random(f"{seed}/{number}")  # dice
        history = History(folder / f"client-{number}.jsonl")
        wire = ChaosWire(system, f"chaos-{uuid4().hex[:10]}", history, chance, patience, pace)
        made.append(kind(number, wire, chance, stop, profile))
    return made
