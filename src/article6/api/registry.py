"""The registry itself and its tables: kinds of account and transaction, codes of refusal."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Router

from article6.api import outputs, problems
from article6.api.access import administering, caller, now, reading
from article6.api.answers import answer, created
from article6.api.inputs import IdempotencyKey, PartyCode, Request
from article6.domain.kinds import KINDS, Kind, KindRules
from article6.domain.parties import PARTIES
from article6.domain.refusals import Code, refused
from article6.services import declarations, lookup, wording
from article6.services import registry as opening
from article6.store.queries import registries

router = Router(auth=reading, tags=["registry"])


def identity() -> dict[str, Any]:
    """What this registry is.

    Raises:
        Refused: the database holds none yet.
    """
    found = registries.identity()
    if found is None:
        raise refused(Code.REGISTRY_MISSING)
    return found


def _rules() -> KindRules:
    return KINDS[Kind(identity()["kind"])]


@router.get("/registry", response=outputs.RegistryOut, operation_id="get_registry")
def registry(request: HttpRequest) -> HttpResponse:
    """What this registry is: its kind, code, name and operator."""
    return answer(identity())


@router.get("/parties", response=list[outputs.PartyOut], operation_id="list_parties")
def parties(request: HttpRequest) -> HttpResponse:
    """The Parties to the Convention, by the codes that units and reports carry."""
    today = now().date()
    return answer([{"code": each.code, "alpha2": each.alpha2, "name": each.name,
                    "is_paris_party": each.is_paris_party(today), "is_ldc": each.ldc,
                    "is_sids": each.sids} for each in PARTIES.values()])  # fmt: skip


@router.get("/sections", response=list[outputs.SectionOut], operation_id="list_sections")
def sections(request: HttpRequest) -> HttpResponse:
    """The sections of this registry, the administrator's first."""
    names = ("code", "party", "name", "itmo_registry")
    return answer([{name: each[name] for name in names} for each in registries.section_list()])


class SectionIn(Request):
    """The Party whose section is opened."""

    party: PartyCode


@router.post(
    "/sections", response={problems.CREATED: outputs.SectionOut}, operation_id="open_section", auth=administering
)
def open_section(request: HttpRequest, body: SectionIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Open a Party's section; one that is open already is left as it is. Needs the scope `administer`."""
    opening.open_section(body.party, by=caller(request), now=now(), key=idempotency_key)
    [opened] = [each for each in registries.section_list() if each["code"] == body.party]
    return created({name: opened[name] for name in ("code", "party", "name", "itmo_registry")}, request.path)


@router.get("/account-types", response=list[outputs.AccountTypeOut], operation_id="list_account_types")
def account_types(request: HttpRequest) -> HttpResponse:
    """The types of account of this kind of registry, and those declared; of a retired one no account is opened."""
    law, built_in = declarations.current(now()), _rules().accounts
    return answer([{"code": each.code, "number": each.number, "title": _(each.title), "holds": sorted(each.holds),
                    "is_terminal": each.is_terminal, "is_declared": each.code not in built_in,
                    "is_retired": each.code in law.closed} for each in law.rules.accounts.values()])  # fmt: skip


@router.get("/transaction-types", response=list[outputs.TransactionTypeOut], operation_id="list_transaction_types")
def transaction_types(request: HttpRequest) -> HttpResponse:
    """The types of transaction that this kind of registry has, and the declared ones in force."""
    built_in = _rules().transactions
    return answer([{"code": each.code, "title": _(each.title), "sources": sorted(each.sources),
                    "targets": sorted(each.targets), "crosses": each.crosses, "four_eyes": each.four_eyes,
                    "terms": each.terms, "proposers": sorted(each.proposers), "source_clause": each.source_clause,
                    "is_declared": each.code not in built_in}
                   for each in declarations.current(now()).rules.transactions.values()])  # fmt: skip


@router.get("/refusals", response=list[outputs.RefusalOut], operation_id="list_refusals", auth=None)
def refusals(request: HttpRequest) -> HttpResponse:
    """Every code of refusal, with the sentence that says what to do."""
    return answer(wording.refusal_codes())


@router.get("/refusals/{code}", response=outputs.RefusalOut, operation_id="get_refusal", url_name="refusal", auth=None)
def refusal(request: HttpRequest, code: Annotated[str, Path(max_length=100)]) -> HttpResponse:
    """One code of refusal; the types of problems are addresses of these."""
    for each in wording.refusal_codes():
        if each["code"] == code:
            return answer(each)
    return problems.unknown(_("There is no such code."))


@router.get("/totals", response=outputs.FigureOut, operation_id="get_totals")
def totals(request: HttpRequest) -> HttpResponse:
    """What each Party issued, cancelled, used and still has; now and over the years."""
    figures = {"computed_on": now().date(), "parties": lookup.totals(), "timeline": lookup.timeline()}
    return answer(figures)
