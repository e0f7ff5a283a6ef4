"""The process table with stand-ins; run as a file, the command line over them: `standins.py FOLDER up`."""

import sys
from dataclasses import replace
from pathlib import Path

from deploy.local.processes import PROCESSES

_FILE = Path(__file__).with_name("standin.py")
STANDINS = tuple(
    replace(each, command=(sys.executable, str(_FILE), each.port_variable, each.service or "")) for each in PROCESSES
)

if __name__ == "__main__":
    from deploy.local.__main__ import main
    from deploy.local.processes import FIXED_PORTS
    from deploy.local.stack import Stack

    free = dict.fromkeys(FIXED_PORTS, 0)
    sys.exit(main(sys.argv[2:], Stack(Path(sys.argv[1]), free, processes=STANDINS, migrate=None)))
