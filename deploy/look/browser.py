"""A real Chromium that renders pages, runs axe on them and takes their picture."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import sync_playwright

from deploy.look.pages import Page, Viewer
from deploy.look.plan import AS_SHOWN, MOST_KB, MOST_REQUESTS, Shape

_KB = 1024
_HEIGHT, _PATIENCE_MS, _LIVE = 900, 60_000, "/live"
_REFUSED, _BROKEN, _GONE = 422, 500, (403, 404, 410)
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_RUN_AXE = """async () => (await axe.run()).violations.map(v => ({
  rule: v.id, help: v.help, nodes: v.nodes.map(n => n.target.join(' ')).slice(0, 5)}))"""
_OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
_FORMS = """() => [...document.querySelectorAll('main form[method=post]')].map(form => [...form.elements].some(e =>
  (e.matches('input:not([type=hidden]):not([type=submit]), textarea')) ||
  (e.matches('select') && [...e.options].some(o => o.value === ''))))"""
_SEND_WRONG = """at => {
  const form = [...document.querySelectorAll('main form[method=post]')][at];
  for (const e of form.elements) {
    if (e.matches('input[type=checkbox], input[type=radio]')) e.checked = false;
    else if (e.matches('input[inputmode=decimal]')) e.value = 'abc';
    else if (e.matches('input:not([type=hidden]):not([type=submit]), textarea')) e.value = '';
    else if (e.matches('select') && [...e.options].some(o => o.value === '')) e.value = '';
  }
  form.noValidate = true;
  const button = [...form.elements].find(e => e.matches('button[type=submit]'));
  button ? form.requestSubmit(button) : form.submit();
}"""


@dataclass
class Render:
    """One page as it was shown. ``state``: ``as first shown``, or which form was sent wrong."""

    viewer: str
    place: str
    state: str
    language: str
    scheme: str
    width: int
    overflow_px: int
    requests: int = 0
    """Of the first view, nothing of it kept from before; live updates are one of them."""
    weight_kb: float = 0.0
    """Of those, over the wire: kibibytes."""
    failed: list[str] = field(default_factory=list)
    """What the page asked for and did not get, and errors of its script."""
    violations: list[dict[str, Any]] = field(default_factory=list)
    picture: str = ""

    @property
    def faulty(self) -> bool:
        return bool(self.violations or self.failed) or self.overflow_px > 0 or self.too_heavy

    @property
    def too_heavy(self) -> bool:
        return self.requests > MOST_REQUESTS or self.weight_kb > MOST_KB

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Browser:
    """``folder``: where pictures go. One tab for each viewer; nothing is kept from page to page."""

    def __init__(self, browser: Any, base: str, folder: Path) -> None:
        self._browser, self._base, self._folder = browser, base, folder
        self._tab: Any = None
        self._viewer: Viewer | None = None
        self._failed: list[str] = []
        self._sizes: list[float] = []
        self._requests = 0

    def look(self, page: Page, shapes: Sequence[Shape], wrong: Sequence[Shape] = ()) -> Iterator[Render]:
        """In each shape, loaded once for each language; then each form of the page in the shapes ``wrong``, sent wrong:
        the page that comes back. One that takes effect nevertheless is left."""
        fitting: list[int] = []
        for language in page.path:
            mine = [shape for shape in shapes if shape.language == language]
            if mine:
                tab = self._open(page, language)
                fitting = [at for at, has_fields in enumerate(tab.evaluate(_FORMS)) if has_fields]
                yield from self._renders(page, AS_SHOWN, mine)
        for at in fitting:
            for shape in wrong:
                tab = self._open(page, shape.language)
                if len(tab.evaluate(_FORMS)) <= at:
                    continue
                with tab.expect_navigation(wait_until="load") as going:
                    tab.evaluate(_SEND_WRONG, at)
                status = going.value.status if going.value is not None else 0
                if status >= _BROKEN:
                    self._failed.append(f"{status} {page.path[shape.language]}")
                if status == _REFUSED or status >= _BROKEN:
                    yield from self._renders(page, f"form {at + 1}", (shape,))

    def picture(self, page: Page, shape: Shape, file: Path) -> None:
        """What one sees of it without scrolling."""
        tab = self._open(page, shape.language)
        tab.emulate_media(color_scheme=shape.scheme, reduced_motion="reduce")
        tab.set_viewport_size({"width": shape.width, "height": _HEIGHT})
        tab.screenshot(path=file, animations="disabled")

    def _renders(self, page: Page, state: str, shapes: Sequence[Shape]) -> Iterator[Render]:
        tab, first = self._tab, state == AS_SHOWN
        requests, weight = (self._requests, round(sum(self._sizes) / _KB, 1)) if first else (0, 0.0)
        tab.evaluate(AXE_SCRIPT)
        for shape in shapes:
            tab.emulate_media(color_scheme=shape.scheme, reduced_motion="reduce")
            tab.set_viewport_size({"width": shape.width, "height": _HEIGHT})
            name = f"{page.viewer.name}-{page.place}-{state.replace(' ', '_')}-{shape}.png"
            tab.screenshot(path=self._folder / name, full_page=True, animations="disabled")
            yield Render(
                page.viewer.name, page.place, state, shape.language, shape.scheme, shape.width,
                tab.evaluate(_OVERFLOW), requests, weight, list(self._failed), tab.evaluate(_RUN_AXE), name,
            )  # fmt: skip

    def _open(self, page: Page, language: str) -> Any:
        """The viewer's tab, with the page in it."""
        if self._viewer != page.viewer:
            self._tab, self._viewer = self._tab_of(page.viewer), page.viewer
        self._tab.goto("about:blank")  # ends the live updates of the page before
        self._failed, self._sizes, self._requests = [], [], 0
        self._tab.goto(self._base + page.path[language], wait_until="load")
        return self._tab

    def _tab_of(self, viewer: Viewer) -> Any:
        if self._tab is not None:
            self._tab.context.close()
        context = self._browser.new_context(bypass_csp=True, locale="fr-CA")  # axe is injected
        context.set_default_timeout(_PATIENCE_MS)
        context.add_cookies([{"name": n, "value": v, "url": self._base} for n, v in viewer.cookies.items()])
        tab = context.new_page()
        tab.on("requestfailed", self._note_failure)
        tab.on("response", self._note_answer)
        tab.on("pageerror", lambda error: self._failed.append(str(error)))
        wire = context.new_cdp_session(tab)
        wire.on("Network.requestWillBeSent", self._note_request)
        wire.on("Network.loadingFinished", lambda came: self._sizes.append(came["encodedDataLength"]))
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        return tab

    def _note_request(self, asked: dict[str, Any]) -> None:
        self._requests += asked["documentURL"] != "about:blank"

    def _note_answer(self, answer: Any) -> None:
        if answer.status in _GONE:  # a style that is gone leaves a page bare
            self._failed.append(f"{answer.url} {answer.status}")

    def _note_failure(self, asked: Any) -> None:
        if not asked.url.endswith(_LIVE):  # live updates end when the page is left
            self._failed.append(f"{asked.url} {asked.failure}")


@contextmanager
def chromium(base: str, folder: Path) -> Iterator[Browser]:
    """The system's own, or the one that playwright installed."""
    folder.mkdir(parents=True, exist_ok=True)
    installed = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed, args=["--no-sandbox", "--disable-gpu", "--lang=fr-CA"]
        )
        try:
            yield Browser(browser, base, folder)
        finally:
            browser.close()
