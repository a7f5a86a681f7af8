"""Authorizations by Parties: record, lay on units, withdraw; change and revoke, first shown and then confirmed."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Router

from article6.api import named_serials, outputs, problems
from article6.api.access import authorizing, caller, now, reading
from article6.api.answers import answer, created, page
from article6.api.authorization_shapes import (
    AuthorizationIn,
    AuthorizationOut,
    AuthorizationWithUnitsOut,
    ChangeIn,
    ChangePreviewIn,
    ChangePreviewOut,
    RevocationIn,
    RevocationPreviewIn,
    TransactionsOut,
    UnitsIn,
    WithdrawalIn,
)
from article6.api.fields import CodeInPath
from article6.api.inputs import After, IdempotencyKey, Limit, PartyInPath, Wanted
from article6.domain.authorizations import Authorization
from article6.domain.orders import TransactionId
from article6.domain.refusals import Code, refused
from article6.services import authorization_acts, authorization_changes, authorizations, recorded
from article6.services.authorization_changes import Preview
from article6.services.authorizations import NewAuthorization

router = Router(auth=reading, tags=["authorizations"])
_ONE = "/authorizations/{party}/{code}"


@router.get("/authorizations", response=outputs.PageOut[AuthorizationOut], operation_id="list_authorizations")
def list_authorizations(
    request: HttpRequest, after: After = None, limit: Limit = 50, party: Wanted = None, approach: Wanted = None
) -> HttpResponse:
    """Authorizations, each in its latest version, in the order in which these were recorded."""
    return page(recorded.authorizations(after=after, limit=limit, party=party, approach=approach))


@router.post(
    "/authorizations", response={problems.CREATED: AuthorizationOut}, operation_id="record_authorization",
    auth=authorizing,
)  # fmt: skip
def record(request: HttpRequest, body: AuthorizationIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Record an authorization as its Party gave it. Needs the scope `authorize`.

    A further version stands beside those before; `.../changes` also carries units over to it.
    """
    new = authorizations.record_authorization(body.as_new(), by=caller(request), now=now(), key=idempotency_key)
    return _recorded(new)


def _recorded(version: Authorization) -> HttpResponse:
    where = reverse("api-1:authorization", args=[version.party, version.code])
    return created(recorded.shown(version), quote(where, safe="/%"))


@router.get(_ONE, response=AuthorizationWithUnitsOut, operation_id="get_authorization", url_name="authorization")
def get(request: HttpRequest, party: PartyInPath, code: CodeInPath) -> HttpResponse:
    """An authorization in its latest version, and how many units stand under it."""
    found = recorded.authorization(party, code)
    return problems.unknown(_("There is no such authorization.")) if found is None else answer(found)


@router.get(f"{_ONE}/versions", response=list[AuthorizationOut], operation_id="list_authorization_versions")
def versions(request: HttpRequest, party: PartyInPath, code: CodeInPath) -> HttpResponse:
    """Every version of an authorization, oldest first."""
    found = recorded.versions(party, code)
    return answer(found) if found else problems.unknown(_("There is no such authorization."))


@router.post(
    f"{_ONE}/units", response={problems.CREATED: TransactionsOut}, operation_id="authorize_units", auth=authorizing
)
def authorize_units(
    request: HttpRequest, party: PartyInPath, code: CodeInPath, body: UnitsIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Put units under an authorization, whoever holds them: all or none. Needs the scope `authorize`."""
    done = authorization_acts.authorize_units(
        code, named_serials.ranges(body.serials), by=caller(request), now=now(), key=idempotency_key, party=party
    )
    return _posted(done)


@router.post(
    f"{_ONE}/withdrawals", response={problems.CREATED: TransactionsOut}, operation_id="withdraw_units",
    auth=authorizing,
)  # fmt: skip
def withdraw_units(
    request: HttpRequest, party: PartyInPath, code: CodeInPath, body: WithdrawalIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Take units that were not first transferred out from under an authorization. Needs the scope `authorize`."""
    done = authorization_acts.withdraw_units(
        code,
        named_serials.ranges(body.serials),
        reason=body.reason,
        by=caller(request),
        now=now(),
        key=idempotency_key,
        party=party,
    )
    return _posted(done)


def _posted(ids: Sequence[TransactionId]) -> HttpResponse:
    return created({"transactions": list(ids)}, reverse("api-1:transaction", args=[ids[0]]))


@router.post(f"{_ONE}/changes/preview", response=ChangePreviewOut, operation_id="preview_change", auth=authorizing)
def preview_change(
    request: HttpRequest, party: PartyInPath, code: CodeInPath, body: ChangePreviewIn
) -> HttpResponse:  # fmt: skip
    """Show what a new version would change; nothing is written. Needs the scope `authorize`."""
    new = _of_this(body.version, party, code)
    return _shown(authorization_changes.preview_change(new, now=now(), reach_back=body.reach_back, by=caller(request)))


@router.post(
    f"{_ONE}/changes", response={problems.CREATED: AuthorizationOut}, operation_id="change_authorization",
    auth=authorizing,
)  # fmt: skip
def change(
    request: HttpRequest, party: PartyInPath, code: CodeInPath, body: ChangeIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Record a new version and carry units over to it, as the preview showed. Needs the scope `authorize`."""
    changed = authorization_changes.change(
        _of_this(body.version, party, code), reason=body.reason, by=caller(request), now=now(), token=body.token,
        reach_back=body.reach_back, key=idempotency_key,
    )  # fmt: skip
    return _recorded(changed)


def _of_this(body: AuthorizationIn, party: str, code: str) -> NewAuthorization:
    if (body.party, body.code) != (party, code):
        raise refused(Code.REQUEST_MALFORMED, "version", _("its party and code differ from those of the address"))
    return body.as_new()


@router.post(
    f"{_ONE}/revocation/preview", response=ChangePreviewOut, operation_id="preview_revocation", auth=authorizing
)
def preview_revocation(
    request: HttpRequest, party: PartyInPath, code: CodeInPath, body: RevocationPreviewIn
) -> HttpResponse:
    """Show what revoking an authorization would change; nothing is written. Needs the scope `authorize`."""
    by = caller(request)
    return _shown(
        authorization_changes.preview_revocation(code, now=now(), reach_back=body.reach_back, party=party, by=by)
    )


@router.post(
    f"{_ONE}/revocation", response={problems.CREATED: AuthorizationOut}, operation_id="revoke_authorization",
    auth=authorizing,
)  # fmt: skip
def revoke(
    request: HttpRequest, party: PartyInPath, code: CodeInPath, body: RevocationIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Revoke an authorization: units that were not first transferred lose it. Needs the scope `authorize`."""
    revoked = authorization_changes.revoke(
        code, reason=body.reason, by=caller(request), now=now(), token=body.token, reach_back=body.reach_back,
        key=idempotency_key, party=party,
    )  # fmt: skip
    return _recorded(revoked)


_PARTS = ("carried", "withdrawn", "untouched", "reached_back", "reserved")


def _shown(seen: Preview) -> HttpResponse:
    def parts(name: str) -> list[dict[str, Any]]:
        return [{**dataclasses.asdict(each), "quantity": each.quantity} for each in getattr(seen, name)]

    said = {"code": seen.code, "version": seen.version, **{name: parts(name) for name in _PARTS}, "token": seen.token}
    return answer(said)
