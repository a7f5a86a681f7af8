"""Parties and their projects."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from article6.domain.parties import party as known_party
from article6.services import lookup
from article6.web.doors import page


def parties(request: HttpRequest) -> HttpResponse:
    """The registry's sections and what their Parties issued."""
    sums = {line["party"]: line for line in lookup.totals()}
    sections = [{**each, "totals": sums.pop(each["party"], None)} for each in lookup.sections() if each["party"]]
    # A Party whose units are recorded here need not have a section.
    others = [{"party": code, "name": line["name"], "totals": line} for code, line in sums.items()]
    return page(request, "parties", parties=sorted([*sections, *others], key=lambda each: each["name"]))


def party(request: HttpRequest, code: str) -> HttpResponse:
    """One Party: its section's accounts, its units, its projects."""
    found = known_party(code)
    if found is None:
        raise Http404
    totals = next((line for line in lookup.totals() if line["party"] == code), None)
    return page(
        request,
        "party",
        party=found,
        totals=totals,
        has_section=any(each["party"] == code for each in lookup.sections()),
        accounts=lookup.accounts(section=code, limit=25),
        projects=lookup.projects(party=code, limit=10),
        batches=lookup.batches(party=code, limit=10),
    )


def projects(request: HttpRequest) -> HttpResponse:
    """All projects, or those of one Party."""
    code = request.GET.get("party") or None
    return page(request, "projects", found=lookup.projects(request.GET.get("after"), party=code), party=code)


def project(request: HttpRequest, party: str, code: str) -> HttpResponse:
    """One project: what was issued for it, and where that is now."""
    found = lookup.project(party, code)
    if found is None:
        raise Http404
    batches = lookup.batches(request.GET.get("after"), limit=25, party=party, activity=code)
    return page(request, "project", project=found, batches=batches)
