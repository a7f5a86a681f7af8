"""The page of the registry's keys: what signs, since when, what follows; replacing the log's key by two people."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from services.logs import run
from web.sample import international
from web.sessions import act, as_
from web.working import fields

from article6.domain.kinds import Role
from article6.domain.orders import ANY_SECTION
from article6.services import people
from article6.services.exchange import own_keys
from article6.services.log import keeping, rotating
from article6.store.database import rows

pytestmark = pytest.mark.usefixtures("database")

WHERE = "/administration/keys"
REPLACE = f"{WHERE}/log/replace"


def known_by(key: str) -> str:
    return "+".join(key.split("+")[:2])


def test_the_logs_key_is_replaced_by_two_on_pages_that_show_no_private_part() -> None:
    made, now = international(), datetime.now(UTC)
    people.give_role(made.bo, ANY_SECTION, Role.ADMINISTRATOR, by=made.ama, now=now)
    dee = people.add_person("dee", "Dee", by=made.ama, now=now)
    ama, bo = as_(made.ama), as_(made.bo)
    run()
    own_keys.make(by=made.ama, now=now)
    first = str(keeping.verifiers(keeping.Role.LOG)[0])
    shown = ama.get(WHERE).content.decode().replace("<wbr>", "")
    assert known_by(first) in shown
    assert own_keys.listed()[0]["kid"] in shown
    assert "Nobody asked for it yet." in shown
    assert as_(dee).get(WHERE).status_code == 403
    assert act(ama, REPLACE, reason="as every year", days=30).status_code == 302
    [asked] = rotating.listed()
    assert (asked["status"], asked["reason"], asked["overlap_hours"]) == ("proposed", "as every year", 720)
    mine, others = ama.get(WHERE).content.decode(), bo.get(WHERE).content.decode()
    approve = f"/approvals/log_key/{asked['id']}"
    assert ("A request to replace the log&#x27;s key waits." in mine, approve in mine, approve in others) == (
        True, False, True,
    )  # fmt: skip
    # Who asked cannot approve, whatever address is typed.
    assert ama.get(approve).status_code == 404
    # Who approves shows again who it is.
    form = {**fields(bo.get(approve)), "decision": "approve"}
    session = bo.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time() - 600}]
    session.save()
    assert "/me/again" in bo.post(approve, form).headers["Location"]
    assert [each["status"] for each in rotating.listed()] == ["proposed"]
    assert as_(made.bo).post(approve, form).headers["Location"] == "/approvals"
    second = str(keeping.verifiers(keeping.Role.LOG)[0])
    assert second != first
    shown = bo.get(WHERE).content.decode().replace("<wbr>", "")
    assert all(known_by(key) in shown for key in (first, second))
    told = bo.get(f"{WHERE}?keys-columns=vkey&keys-format=csv").content.decode()
    assert all(key in told for key in (first, second))
    for (sealed,) in rows("SELECT sealed FROM log_key UNION ALL SELECT sealed FROM exchange_key"):
        assert bytes(sealed).hex() not in shown
    assert act(ama, REPLACE, reason="too soon", days=0).status_code == 302
    again = rotating.listed()[0]["id"]
    assert bo.get(f"{WHERE}/log/{again}/withdraw").status_code == 404
    assert act(ama, f"{WHERE}/log/{again}/withdraw", reason="it was too soon").status_code == 302
    assert rotating.listed()[0]["status"] == "rejected"
    assert ama.get(f"{WHERE}/log/999/withdraw").status_code == 404
    for wrong in ({"reason": "", "days": 1}, {"reason": "x", "days": 367}, {"reason": "x", "days": -1}):
        assert ama.post(REPLACE, {**wrong, "step": "review"}).status_code == 422
