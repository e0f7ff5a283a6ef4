"""``python -m tests.chaos run --seed 7 --size smoke`` · ``planted [name …]`` · ``points``"""

import argparse
import secrets
import sys


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.chaos")
    what = parser.add_subparsers(dest="what", required=True)
    run = what.add_parser("run", help="break the system while it works, heal, judge")
    run.add_argument("--seed", type=int, default=None)
    run.add_argument("--size", default="smoke")
    planted = what.add_parser("planted", help="does the checker catch planted bugs?")
    planted.add_argument("names", nargs="*")
    given = parser.parse_args()
    if given.what == "run":
        from tests.chaos import campaign

        seed = given.seed if given.seed is not None else secrets.randbelow(10**6)
        print(f"SEED={seed} SIZE={given.size}", flush=True)
        report = campaign.run(seed, given.size)
        print(campaign.show(report))
        return bool(report.violations)
    from tests.chaos import planting

    return planting.main(given.names)


if __name__ == "__main__":
    sys.exit(main())
