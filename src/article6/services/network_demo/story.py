"""The network's story: registries connect, give each other units, and what is wrong is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from article6.services.network_demo import certified, founding, places, watching
from article6.services.network_demo.places import (
    BUYER,
    BY_MISTAKE,
    CDM,
    CODES,
    FROM_ELSEWHERE,
    GHANA,
    INTERNATIONAL,
    MECHANISM,
    NDC,
    OWNER,
    SWITZERLAND,
    THAILAND,
)
from article6.services.network_demo.stage import Network, participant
from article6.services.pioneers import GHANA as GHANAS
from article6.services.pioneers import THAILAND as THAILANDS
from article6.services.pioneers import USE_YEAR, USED
from article6.services.scenarios import cer

MOVED = 360
"""A6.4ERs that Switzerland moves from its section of the international registry to its own registry."""

_ACCOUNTS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    CDM: (),
    MECHANISM: (
        ("GHA", "holding", participant("GHA")), ("CHE", "holding", participant("CHE")), ("CHE", "holding", cer.HOLDING),
    ),
    INTERNATIONAL: (("CHE", "holding", FROM_ELSEWHERE), ("CHE", "cancellation_voluntary", places.CANCELLED)),
    THAILAND: (("THA", "holding", OWNER[THAILAND]),),
    GHANA: (("GHA", "holding", OWNER[GHANA]), ("GHA", "holding", FROM_ELSEWHERE)),
    SWITZERLAND: (("CHE", "holding", BUYER), ("CHE", "holding", BY_MISTAKE), ("CHE", "retirement", NDC)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CdmReports:
    """Paths of the CDM registry's public reports, '' where they are not at hand."""

    issuances: str = ""
    projects: str = ""


def play(net: Network, reports: CdmReports) -> None:
    """All of it, in order; what was played before is found done.

    Raises:
        ActRefused: a registry refused what it should do.
        Unsettled: what messages should bring about did not come.
    """
    scenes: tuple[Callable[[], None], ...] = (
        lambda: _prepare(net, reports),
        lambda: _connect(net),
        lambda: _from_the_mechanism(net),
        lambda: _published(net),
        lambda: _between_parties(net),
        lambda: _cers(net, reports),
        lambda: _use(net),
        lambda: watching.forgery(net),
        lambda: watching.view_and_instruction(net),
        lambda: watching.reconciliation(net),
        lambda: watching.certificates(net),
        lambda: watching.witnesses(net),
        lambda: net.until(_("the last messages"), lambda: not any(net.at(part, "waiting") for part in CODES)),
    )
    for scene in scenes:
        scene()


def _prepare(net: Network, reports: CdmReports) -> None:
    for part in CODES:
        wanted = [{"section": section, "type": type_, "name": name} for section, type_, name in _ACCOUNTS[part]]
        answer = net.at(part, "prepare", part=part, accounts=wanted, **asdict(reports))
        net.accounts |= {(part, name): number for name, number in answer["accounts"].items()}
        for sentence in answer["played"]:
            net.play(_("%(code)s: %(what)s") % {"code": CODES[part], "what": sentence})
        net.kids[part] = net.at(part, "make_key")


# --- Connections


def _connect(net: Network) -> None:
    for link in places.LINKS:
        for here, there in ((link.one, link.other), (link.other, link.one)):
            _offer(net, here, there, services=link.services)
    for here, there in places.KNOWN:
        _offer(net, here, there, purpose="know")
    for link in places.LINKS:
        _connected(net, link.one, link.other)
        _connected(net, link.other, link.one)
        _tested(net, link.one, link.other)
    net.play(
        _("%(count)s pairs of registries connected, each by two administrators on both sides, keys compared: %(pairs)s")
        % {
            "count": len(places.LINKS),
            "pairs": ", ".join(f"{CODES[link.one]}-{CODES[link.other]}" for link in places.LINKS),
        }
    )
    net.play(_("Each connection tested: version, services, keys, round trip, signature, clock; all passed"))
    net.refuses(
        THAILAND, _("Thailand gives units to Ghana's registry, with which it is not connected"), "peer.unknown", "give",
        peer=CODES[GHANA], source=net.account(THAILAND, OWNER[THAILAND]), target=net.account(GHANA, OWNER[GHANA]),
        party="GHA", quantity=1, of="THA", step="unconnected",
    )  # fmt: skip


def _offer(net: Network, here: str, there: str, **more: Any) -> None:
    net.at(here, "offer", code=CODES[there], url=net.urls[there], kids=net.kids[there], **more)


def _connected(net: Network, here: str, there: str) -> None:
    net.until(
        _("the connection of %(here)s with %(there)s") % {"here": CODES[here], "there": CODES[there]},
        lambda: bool(net.at(here, "peer", code=CODES[there])["is_connected"]),
    )


def _tested(net: Network, here: str, there: str) -> None:
    net.until(
        _("the test of the connection of %(here)s with %(there)s") % {"here": CODES[here], "there": CODES[there]},
        lambda: all(net.at(here, "test", code=CODES[there]).values()),
    )


# --- Units on their way


def _from_the_mechanism(net: Network) -> None:
    home, abroad = net.account(MECHANISM, participant("GHA")), net.account(MECHANISM, participant("CHE"))
    section, own = net.account(INTERNATIONAL, FROM_ELSEWHERE), net.account(GHANA, FROM_ELSEWHERE)
    to_section = {"source": abroad, "target": section, "party": "CHE", "of": "CHE", "step": "a64:IR",
                  "quantity": founding.A64_ABROAD}  # fmt: skip
    net.settles(to_section, MECHANISM, INTERNATIONAL)
    net.play(
        _("%(units)s authorized A6.4ERs from the mechanism registry to Switzerland's section of the international one")
        % {"units": founding.A64_ABROAD}
    )
    to_own = {"source": home, "target": own, "party": "GHA", "of": "GHA", "step": "a64:GHA01",
              "quantity": founding.A64_HOME}  # fmt: skip
    net.settles(to_own, MECHANISM, GHANA)
    net.play(_("%(units)s from the mechanism registry to Ghana's own registry") % {"units": f"{founding.A64_HOME:,}"})
    onwards = {"source": section, "target": net.account(SWITZERLAND, BUYER), "party": "CHE", "of": "CHE",
               "step": "IR:CHE01", "quantity": MOVED}  # fmt: skip
    net.settles(onwards, INTERNATIONAL, SWITZERLAND)
    net.play(
        _("%(units)s of them on to Switzerland's own registry, with the mechanism registry's signature as their proof")
        % {"units": MOVED}
    )


def _published(net: Network) -> None:
    wanted = {"activity", "approach", "authorization"}
    net.until(_("what Thailand publishes"), lambda: wanted <= {*net.at(SWITZERLAND, "published", peer=CODES[THAILAND])})
    net.play(_("Thailand's registry publishes its cooperative approach, activity and authorization to Switzerland's"))


def _between_parties(net: Network) -> None:
    buyer = net.account(SWITZERLAND, BUYER)
    for part, pioneer in ((THAILAND, THAILANDS), (GHANA, GHANAS)):
        source = net.account(part, OWNER[part])
        give = {"source": source, "target": buyer, "party": "CHE", "of": pioneer.party, "step": f"{pioneer.party}:CHE",
                "quantity": pioneer.transferred}  # fmt: skip
        if part == THAILAND:
            wrong = {**give, "target": "CHE01-100-9999-0-42", "step": "THA:nowhere"}
            net.turned_down(
                wrong, part, SWITZERLAND, _("Units to an account that Switzerland's registry does not have"),
                "account.unknown",
            )  # fmt: skip
        net.transfers[f"{pioneer.party}:CHE"] = net.settles(give, part, SWITZERLAND)
        net.play(
            _("%(from)s to CHE01: %(units)s ITMOs, first transferred by it; in the first telling on %(day)s")
            % {"from": CODES[part], "units": f"{pioneer.transferred:,}", "day": pioneer.transferred_at.date()}
        )


def _cers(net: Network, reports: CdmReports) -> None:
    give = {
        "target": net.account(MECHANISM, cer.HOLDING), "party": cer.USER, "step": "cers",
        **asdict(reports),
    }  # fmt: skip
    early = {**give, "step": "cers:early", "registered_on": "2012-12-31"}
    net.turned_down(
        early, CDM, MECHANISM, _("CERs said to be of an activity registered in 2012"), "cer.ineligible", act="give_cers"
    )
    given = net.settles(give, CDM, MECHANISM, act="give_cers")
    of = _(" of %(title)s") % {"title": given["title"]} if given["title"] else ""
    net.play(
        _("%(units)s CERs%(of)s from the CDM registry to the mechanism registry")
        % {"units": f"{certified.GIVEN:,}", "of": of}
    )


def _use(net: Network) -> None:
    net.used = net.at(
        SWITZERLAND, "use", type="use_ndc", of="CHE", step="use", quantity=USED, terms={"use_year": USE_YEAR},
        source=net.account(SWITZERLAND, BUYER), target=net.account(SWITZERLAND, NDC),
    )  # fmt: skip
    net.play(
        _("Switzerland uses %(units)s units towards its NDC, for %(year)s (synthetic)")
        % {"units": f"{USED:,}", "year": USE_YEAR}
    )
