"""``python -m tests.stories``: every story on databases of their own; each message they carried, one JSON line."""

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.carried import headers_of
from tests.databases import Databases
from tests.servers import servers
from tests.stories.every import STORIES, tell

if __name__ == "__main__":
    out = sys.stdout
    with redirect_stdout(sys.stderr), servers() as running, TemporaryDirectory() as folder:
        databases = Databases(running)
        for name in STORIES:
            for message in tell(databases, Path(folder), name).messages:
                assert message.data is not None
                line = {"topic": message.topic, "key": message.key, "headers": headers_of(message)}
                print(json.dumps({**line, "value": message.data.decode()}, ensure_ascii=False), file=out)
