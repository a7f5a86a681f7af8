"""Getting in with a real browser: an invitation, a passkey alone and as second factor; axe finds nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from browser.axe import axe
from playwright.sync_api import Browser, Page
from web import people_in, sample

from article6.services.sign_in import invitations
from article6.services.sign_in.invitations import Wanted

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]

AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
SIGN_OUT = """document.querySelector('form[action="/logout"]').submit()"""


def sign_out(page: Page) -> None:
    with page.expect_navigation():
        page.evaluate(SIGN_OUT)


def test_a_passkey_is_made_and_lets_in_by_itself_and_as_second_factor(browser: Browser, site: str) -> None:
    from article6.domain.kinds import Role

    founded = sample.crediting(is_practice=False)
    # Passkeys are for names, not for numbers of machines.
    site = site.replace("127.0.0.1", "localhost")
    invited = invitations.invite("cy", "Cy", [Wanted(Role.AUDITOR)], by=founded.ama, now=datetime.now(UTC))
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    page.goto(f"{site}/invitation/{invited.text}")
    assert axe(page) == []
    page.get_by_label("Password", exact=True).fill(people_in.PASSWORD)
    page.get_by_label("The password again").fill(people_in.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/me/second-factor")
    assert axe(page) == []
    page.goto(f"{site}/accounts")
    assert page.url == f"{site}/me/second-factor"

    page.get_by_role("link", name="Add a passkey").click()
    assert axe(page) == []
    page.get_by_label("Name").fill("My laptop")
    page.get_by_label("Sign in by it alone").check()
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/me/second-factor/codes")
    assert len(re.findall(r"<code>\d{8}</code>", page.content())) == 10
    assert axe(page) == []
    sign_out(page)

    page.goto(f"{site}/login")
    assert axe(page) == []
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{site}/")
    sign_out(page)

    page.goto(f"{site}/login?next=/accounts")
    page.get_by_label("Login").fill("cy")
    page.get_by_label("Password").fill(people_in.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/login/second-factor")
    assert axe(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{site}/accounts")
    for path in ("/me/sessions", "/me/passkeys", "/me/password", "/me/second-factor", "/me/second-factor/app"):
        page.goto(site + path)
        assert axe(page) == [], path
    assert complaints == []
    context.close()


def test_a_password_can_be_looked_at_while_it_is_typed(browser: Browser, site: str) -> None:
    sample.crediting()
    page = browser.new_context().new_page()
    page.goto(f"{site}/login")
    field = page.locator("input[name=password]")
    field.fill("a lantern over the quiet harbour")
    button = page.get_by_role("button", name="Show the password")
    button.click()
    assert (field.get_attribute("type"), button.get_attribute("aria-pressed")) == ("text", "true")
    assert axe(page) == []
    button.click()
    assert (field.get_attribute("type"), button.get_attribute("aria-pressed")) == ("password", "false")
