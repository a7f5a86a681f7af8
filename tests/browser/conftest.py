"""A real browser, and the pages served on this machine."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.pictures import FOLDER, Camera
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from playwright.sync_api import Browser, Error, sync_playwright


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, and Django would refuse to ask the database there; but nothing else
    # runs in that loop, so nothing can come between.
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        own = playwright.chromium.executable_path
        found = next((path for path in (shutil.which("chromium"), own) if path and Path(path).exists()), None)
        if found is None:
            pytest.skip("there is no Chromium on this machine (make browser)")
        try:
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        except Error as error:
            pytest.skip(f"Chromium does not start: {error.message.splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture
def site() -> Iterator[str]:
    """The pages, served on this machine; the address without a path."""
    from article6.config.wsgi import application

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(application)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def picture(tmp_path: Path) -> Camera:
    """Takes the manual's pictures; into docs/pictures where `make pictures` asks for them."""
    return Camera(Path(os.environ.get(FOLDER) or tmp_path))


class Quiet(WSGIRequestHandler):
    """Serves without a line for every request."""

    def log_message(self, *_: object) -> None:
        pass
