"""What the journeys have in common: somebody at a browser of their own, in a registry for practice."""

from __future__ import annotations

from datetime import UTC, datetime

from playwright.sync_api import Browser, Page
from web.sample import PASSWORD

from article6.domain.kinds import Kind
from article6.domain.orders import PersonId
from article6.services import people, registry


def at_work(browser: Browser, site: str, login: str, *, scripts: bool = False, to: str = "/desk") -> Page:
    """A browser of its own, in which a person is signed in; scripts are off, for nearly nothing needs one."""
    page = browser.new_context(java_script_enabled=scripts, viewport={"width": 1100, "height": 760}).new_page()
    page.goto(f"{site}/login?next={to}")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(f"**{to}")
    return page


def founded(kind: Kind = Kind.PARTY, code: str = "GHA01", party: str = "GHA") -> PersonId:
    """A registry a moment after it was founded: Ama administers it, and it has a Party's section. Nothing else."""
    now = datetime.now(UTC)
    identity = registry.RegistryIdentity(kind, code, "Registry of Ghana", is_public=True, is_practice=True)
    ama = registry.init(identity, administrator=("ama", "Ama Mensah"), now=now)
    registry.add_sections([party], by=ama, now=now)
    people.set_password(ama, PASSWORD, by=ama, now=now)
    return ama


def carry_out(page: Page) -> None:
    """From a task's form over its review to its result."""
    page.get_by_role("button", name="Look it over").click()
    page.locator("main button[value=confirm]").click()
