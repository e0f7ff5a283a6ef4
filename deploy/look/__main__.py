"""`python -m deploy.look`: on the running system, takes a picture of every page for every role in French and English,
light and dark, at three widths, sends every form wrong, and runs axe on all of it. For trial data only: a form that is
right as it stands takes effect. Says how many renders, violations and overflows; exit 1 when there are any."""

import argparse
import json
import shutil
import sys
from collections import Counter
from pathlib import Path

import httpx

from deploy.local.demo.wire import System
from deploy.local.environment import ROOT
from deploy.local.screen import show_failure
from deploy.local.stack import Stack
from deploy.local.words import CannotStart
from deploy.look.pages import Page, never_seen, pages_of, viewers

FOLDER = ROOT / ".local" / "look"
SAVED = ROOT / "docs" / "screenshots"
_MISSING = (
    "Il manque de quoi regarder. Une fois : make look-install ; et Chromium (Debian, Ubuntu : apt install chromium ; "
    "ailleurs : .venv/bin/playwright install chromium).",
    "What it takes to look is missing. Once: make look-install; and Chromium (Debian, Ubuntu: apt install chromium; "
    "elsewhere: .venv/bin/playwright install chromium).",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make look", description=__doc__)
    parser.add_argument("--role", action="append", default=[], help="only this viewer (advisor, candidate-1 …)")
    parser.add_argument("--place", action="append", default=[], help="only this place (programme, task …)")
    parser.add_argument("--width", action="append", type=int, default=[], help="instead of 320, 768 and 1280")
    parser.add_argument("--quick", action="store_true", help="French in the dark at 320 px, English in light at 1280")
    parser.add_argument("--no-forms", action="store_true", help="leave forms alone")
    parser.add_argument(
        "--save", action="store_true", help="keep what was looked at (French, light) in docs/screenshots"
    )
    asked = parser.parse_args()
    try:
        from deploy.look import browser as browsing  # optional tools: nothing else may need them
    except ImportError:
        show_failure(*_MISSING)
        return 2
    try:
        system = System.of(Stack(ROOT / ".local").env)
    except CannotStart as error:
        show_failure(error.french, error.english)
        return 2
    pages = _pages(system, asked)
    if not (asked.role or asked.place):
        shutil.rmtree(FOLDER, ignore_errors=True)
    renders: list[browsing.Render] = []
    with browsing.chromium(system.urls["portal"], FOLDER) as browser:
        for page in pages:
            seen = list(browser.look(page, tuple(asked.width) or browsing.WIDTHS, quickly=asked.quick))
            if not asked.no_forms and page.viewer.role:
                seen += browser.look_at_errors(page)
            renders += seen
            _say(page, len(seen), [render for render in seen if render.faulty])
    if asked.save:
        _keep([render.picture for render in renders if (render.language, render.scheme) == ("fr", "light")])
    (FOLDER / "report.json").write_text(json.dumps([render.as_json() for render in renders], indent=1))
    return _sum_up(renders, [] if asked.role or asked.place else never_seen(pages))


def _pages(system: System, asked: argparse.Namespace) -> list[Page]:
    with httpx.Client(base_url=system.urls["portal"], timeout=30, trust_env=False) as client:
        found = [
            page
            for viewer in viewers(system, client)
            if not asked.role or viewer.name in asked.role
            for page in pages_of(viewer, client)
        ]
    return [page for page in found if not asked.place or page.place in asked.place]


def _say(page: Page, renders: int, faulty: list) -> None:  # type: ignore[type-arg]  # Render is of the optional tools
    print(f"{'✗' if faulty else '✓'} {page.viewer.name:24} {page.place:24} {renders}", flush=True)
    for render in faulty:
        wrong = [f"{v['rule']} × {len(v['nodes'])} {v['nodes'][0]}" for v in render.violations] + render.failed
        over = f"+{render.overflow_px} px " if render.overflow_px > 0 else ""
        print(f"    {render.state}, {render.language} {render.scheme} {render.width}: {over}{'; '.join(wrong)}")


def _sum_up(renders: list, unseen: list[str]) -> int:  # type: ignore[type-arg]
    rules = Counter(v["rule"] for render in renders for v in render.violations)
    wrong = sum(render.state != "as first shown" for render in renders)
    overflows = sum(render.overflow_px > 0 for render in renders)
    print(f"\n{len(renders)} images, dont {wrong} de formulaires refusés · renders, {wrong} of them of refused forms")
    print(f"{sum(rules.values())} manquements axe · axe violations {dict(rules) or ''}")
    print(f"{overflows} débordements · overflows")
    failed = sum(bool(render.failed) for render in renders)
    print(f"{failed} images incomplètes · renders that lack something they asked for")
    if unseen:
        print(f"Jamais vues, faute de données · never seen, for want of data: {', '.join(unseen)}")
    print(f"{FOLDER.relative_to(ROOT)}/")
    return 1 if rules or overflows or failed or not renders else 0


def _keep(pictures: list[str]) -> None:
    SAVED.mkdir(parents=True, exist_ok=True)
    for picture in pictures:
        shutil.copyfile(FOLDER / picture, SAVED / Path(picture).name.replace("-as_first_shown", ""))


if __name__ == "__main__":
    sys.exit(main())
