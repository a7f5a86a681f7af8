"""The network's story, second part: registries watch and instruct each other, and what they did can be proven."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from article6.domain.refusals import invariant
from article6.services.network_demo import founding, places
from article6.services.network_demo.places import (
    BUYER,
    BY_MISTAKE,
    CODES,
    FROM_ELSEWHERE,
    GHANA,
    INTERNATIONAL,
    NDC,
    SWITZERLAND,
    THAILAND,
)
from article6.services.network_demo.stage import ActRefused, Network
from article6.services.pioneers import GHANA as GHANAS
from article6.services.pioneers import THAILAND as THAILANDS
from article6.transparency import certificates as proofs
from article6.transparency import notes

CANCELLED = 50
"""A6.4ERs that Switzerland's registry has cancelled in its section of the international registry."""

MISTAKEN = 40
_LAST = founding.FIRST_SERIAL + GHANAS.issued - 1
MOVED_BY_MISTAKE = (CODES[GHANA], "GHA", _LAST - MISTAKEN + 1, _LAST)


def forgery(net: Network) -> None:
    """A message altered on its way is turned away and kept as evidence."""
    said = str(THAILANDS.transferred)
    given = {"transfer": net.transfers["THA:CHE"]["transfer"], "url": net.urls[SWITZERLAND],
             "said": f'"{said}"', "forged": f'"9{said[1:]}"'}  # fmt: skip

    def is_turned_away() -> bool:
        net.at(THAILAND, "altered", **given)
        return "signature.wrong" in net.at(SWITZERLAND, "turned_away")

    net.until(_("the altered message"), is_turned_away)
    net.refuse(_("A message of Thailand's registry with one digit changed on its way: signature.wrong"))


# --- Views and instructions


def view_and_instruction(net: Network) -> None:
    """Switzerland's registry sees its section of the international registry, and has units cancelled there."""
    here, peer = net.account(INTERNATIONAL, FROM_ELSEWHERE), CODES[INTERNATIONAL]
    wanted: dict[str, Any] = {"peer": peer, "party": "CHE", "type": "cancellation_voluntary", "quantity": CANCELLED,
                              "terms": {"purpose": "Synthetic"}, "source": here,
                              "target": net.account(INTERNATIONAL, places.CANCELLED)}  # fmt: skip
    net.at(INTERNATIONAL, "mandate", peer=CODES[SWITZERLAND], party="CHE", proposer=places.CLIENT)
    number = net.at(SWITZERLAND, "ask_view", peer=peer, party="CHE", step="view")
    asked = {"number": number, "peer": peer, "party": "CHE"}
    net.until(_("the view"), lambda: bool(net.at(SWITZERLAND, "view", **asked)["is_whole"]))
    found = net.at(SWITZERLAND, "view", **asked)
    invariant(bool(found["lines"]) and not found["objections"], f"view: {found}")
    net.play(
        _("Switzerland's registry pulls a view of its section of the international registry: %(lines)s lines, signed")
        % {"lines": len(found["lines"])}
    )
    stranger = {**wanted, "source": net.account(SWITZERLAND, BUYER), "step": "instruct:stranger"}
    no = _instructed(net, stranger, ("refused",))
    invariant("account.unknown" in no["codes"], f"instruction: {no}")
    net.refuse(_("An instruction on an account that is not of its section: account.unknown"))
    waiting = _instructed(net, {**wanted, "step": "instruct"}, ("waiting", "done"))
    net.at(INTERNATIONAL, "approve", of="CHE", transaction=waiting["transaction"], step="instructed")
    _instructed(net, {**wanted, "step": "instruct"}, ("done",))
    net.play(
        _("It instructs that %(units)s A6.4ERs be cancelled there; the section's approver there agrees; it is told so")
        % {"units": CANCELLED}
    )


def _instructed(net: Network, wanted: Mapping[str, Any], ends: tuple[str, ...]) -> dict[str, Any]:
    number = net.at(SWITZERLAND, "instruct", **wanted)

    def stands() -> dict[str, Any]:
        found: dict[str, Any] = net.at(SWITZERLAND, "instruction", number=number)
        return found

    net.until(_("the instruction"), lambda: stands()["status"] in ends)
    return stands()


# --- Reconciliation


def reconciliation(net: Network) -> None:
    """A wrong correction in Switzerland's registry is found by comparing with Ghana's, held, and put right."""
    buyer, mistaken = net.account(SWITZERLAND, BUYER), net.account(SWITZERLAND, BY_MISTAKE)
    _clean(net, "before")
    net.at(
        SWITZERLAND, "correct", step="correct:wrong", serials=MOVED_BY_MISTAKE, source=buyer, target=mistaken,
        reason="Letter 7 (synthetic)", finding="said to have come into the wrong account",
    )  # fmt: skip
    case = net.at(GHANA, "compare", peer=CODES[SWITZERLAND], step="planted")
    both = [_ended(net, part, case) for part in (GHANA, SWITZERLAND)]
    found = [list(MOVED_BY_MISTAKE)]
    invariant(all(each["differences"] == found for each in both), f"compared: {both}")
    serials = f"{CODES[GHANA]}-GHA:{MOVED_BY_MISTAKE[2]}-{MOVED_BY_MISTAKE[3]}"
    net.play(
        _("%(units)s of Ghana's units put into another account in CHE01, by a correction unknown to GHA01")
        % {"units": MISTAKEN}
    )
    net.play(
        _("Reconciliation of GHA01 with CHE01 finds %(serials)s and nothing else; both have the same case") %
        {"serials": serials}
    )  # fmt: skip
    _held(net, case, mistaken)
    resolution = {"case": case, "registry": CODES[SWITZERLAND], "serials": serials,
                  "reason": "the correction was a mistake"}  # fmt: skip
    net.at(GHANA, "resolve", **resolution)
    net.until(_("the signature of GHA01"), lambda: _compared(net, SWITZERLAND, case)["signed"] >= 1)
    net.at(SWITZERLAND, "resolve", case=case)
    net.until(_("the signature of CHE01"), lambda: bool(_compared(net, GHANA, case)["is_agreed"]))
    net.at(
        SWITZERLAND, "correct", step="correct:right", serials=MOVED_BY_MISTAKE, source=mistaken, target=buyer,
        reason=f"Reconciliation {case}", finding="the correction before it was a mistake",
    )  # fmt: skip
    _clean(net, "after")
    ended = {_compared(net, part, case)["status"] for part in (GHANA, SWITZERLAND)}
    invariant(ended == {"completed_by_hand"}, f"case: {ended}")
    net.play(_("Both administrators sign that CHE01 puts it right; it does; compared anew, nothing differs"))


def _clean(net: Network, step: str) -> None:
    case = net.at(GHANA, "compare", peer=CODES[SWITZERLAND], step=step)
    for part in (GHANA, SWITZERLAND):
        ended = _ended(net, part, case)
        invariant(ended["status"] == "completed", f"compared {step}: {ended}")


def _compared(net: Network, part: str, case: str) -> dict[str, Any]:
    found: dict[str, Any] = net.at(part, "compared", case=case)
    return found


def _ended(net: Network, part: str, case: str) -> dict[str, Any]:
    net.until(
        _("the comparison in %(code)s") % {"code": CODES[part]}, lambda: bool(_compared(net, part, case)["has_ended"])
    )
    return _compared(net, part, case)


def _held(net: Network, case: str, mistaken: str) -> None:
    """What differs does not move while the case is open; once it is resolved, that it did not is told only."""
    told = _("Units that are held for the case, used towards the NDC")
    if not _compared(net, SWITZERLAND, case)["held"]:
        net.refuse(f"{told}: block.reserved")
        return
    net.refuses(
        SWITZERLAND, told, "block.reserved", "use", type="use_ndc", of="CHE", step="held", quantity=MISTAKEN,
        serials=MOVED_BY_MISTAKE, source=mistaken, target=net.account(SWITZERLAND, NDC), terms={"use_year": 2024},
    )  # fmt: skip


# --- What can be proven


def certificates(net: Network) -> None:
    """Certificates of Switzerland's use and of Ghana's transfer, checked with the registries' public keys alone."""
    for part, party, number, forms in (
        (SWITZERLAND, "CHE", net.used, ("json", "pdf")), (GHANA, "GHA", net.transfers["GHA:CHE"]["ledger"], ("json",)),
    ):  # fmt: skip
        made = _certified(net, part, {"of": party, "transaction": number, "forms": forms})
        key = notes.parse_verifier(made["key"])
        read = proofs.verify(made["certificate"], key)
        net.certificates += made["names"]
        net.play(
            _("%(code)s issues a certificate (%(title)s, %(units)s units); it holds, checked offline with its key")
            % {"code": CODES[part], "units": f"{read.quantity:,}", "title": _(read.title)}
        )
    forged = copy.deepcopy(made["certificate"])
    forged["proof"]["facts"]["quantity"] = "1000000"
    try:
        proofs.verify(forged, key)
    except proofs.CertificateWrong as wrong:
        net.refuse(_("A certificate with a forged quantity: %(flaw)s") % {"flaw": wrong})
        return
    invariant(False, "a forged certificate holds")


def _certified(net: Network, part: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Issue it once its transaction is in the log, which is some moments behind the ledger."""
    made: list[dict[str, Any]] = []

    def is_issued() -> bool:
        try:
            made.append(net.at(part, "certify", url=net.urls[part], folder=net.folder, **given))
        except ActRefused as no:
            if "log.leaf_unknown" not in no.codes:
                raise
        return bool(made)

    net.until(_("the certificate"), is_issued)
    return made[0]


def witnesses(net: Network) -> None:
    """Every registry's log is cosigned by each of its peers."""
    for part in CODES:
        links = [link for link in places.LINKS if part in (link.one, link.other)]
        wanted = {CODES[each] for link in links for each in (link.one, link.other)} - {CODES[part]}
        found = _cosigned(net, part, wanted)
        invariant(not found["doubts"], f"{part}: {found}")
        net.play(
            _("The log of %(code)s, %(leaves)s leaves, is cosigned by %(witnesses)s")
            % {"code": CODES[part], "leaves": f"{found['size']:,}", "witnesses": ", ".join(sorted(wanted))}
        )


def _cosigned(net: Network, part: str, wanted: set[str]) -> dict[str, Any]:
    def stands() -> dict[str, Any]:
        found: dict[str, Any] = net.at(part, "log")
        return found

    net.until(_("the witnesses of %(code)s") % {"code": CODES[part]}, lambda: wanted <= stands()["witnesses"].keys())
    return stands()
