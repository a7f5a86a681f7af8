"""The registries of the demonstration: the CDM's history, the first transfers under Article 6.2, and scenarios.

Building is idempotent: what is there stays, what is missing is added, and an interrupted build is continued by the
next. Every step is a use case, taken by a person who would take it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from article6.domain.kinds import Kind
from article6.domain.orders import PersonId
from article6.domain.parties import paris_parties
from article6.domain.refusals import Code, refused
from article6.services import people, pioneers, registry
from article6.services.cdm import generate, replay
from article6.services.cdm.balances import CDM, Report, balances
from article6.services.cdm.replay import Progress, silent
from article6.services.registry import RegistryIdentity
from article6.services.scenarios import a64, cer, joint, levels, other_metric, partial, submitted, verra
from article6.services.scenarios.stage import Report as Scenario
from article6.store.queries import registries

ADMINISTRATOR = ("administrator", "Registry administrator")
"""Login and name of the founding administrator of each registry."""

GENERATED = "Generated data"
"""How the remark of a registry begins whose history is made up."""

DEFAULT_SEED = 20071109

_CDM_FOUNDED = datetime(2007, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CdmFiles:
    """The public reports of the CDM registry; `projects` is the list with titles, None where it is not at hand."""

    issuances: Path
    cancellations: Path
    projects: Path | None = None


def cdm_files(folder: Path | None) -> CdmFiles | None:
    """The files below a data folder (`cdm_registry/cdm_issuances.csv`, ...); None when they are not there."""
    if folder is None:
        return None
    here = folder / "cdm_registry"
    issuances, cancellations = here / generate.ISSUANCES, here / generate.CANCELLATIONS
    projects = here / "cdm_projects_with_issuance.csv"
    if not (issuances.is_file() and cancellations.is_file()):
        return None
    return CdmFiles(issuances, cancellations, projects if projects.is_file() else None)


def cdm_identity(files_available: bool, seed: int = DEFAULT_SEED) -> RegistryIdentity:
    """What the CDM registry of the demonstration is; its remark says whether its history is real."""
    real = (
        "Issuances and cancellations are those of the public reports of the CDM registry (UNFCCC), November 2007 to "
        "November 2023. Units forwarded to national registries are not shown as leaving: they stand in the holding "
        "account of their host Party."
    )
    made = f"{GENERATED}: a made-up history of the CDM registry's size and shape (seed {seed}); no line of it is real."
    return RegistryIdentity(
        kind=Kind.CREDITING,
        code=CDM,
        name="CDM registry (demonstration)",
        operator="Demonstration",
        is_public=True,
        is_practice=True,
        remark=real if files_available else made,
    )


def international_identity() -> RegistryIdentity:
    """What the international registry of the demonstration is."""
    return RegistryIdentity(
        kind=Kind.INTERNATIONAL,
        code="IR",
        name="International registry (demonstration)",
        operator="Demonstration",
        is_public=True,
        is_practice=True,
        remark="Quantities and dates of the first two transfers are real, and so are VCS serials where their file is "
        "at hand; identifiers, uses and whatever says so in its name are synthetic.",
    )


def mechanism_identity() -> RegistryIdentity:
    """What the mechanism registry of the demonstration is."""
    return RegistryIdentity(
        kind=Kind.MECHANISM,
        code="A64",
        name="Article 6.4 mechanism registry (demonstration)",
        operator="Demonstration",
        is_public=True,
        is_practice=True,
        remark="Scenarios: activities, quantities and days are synthetic. Serials of CERs may be real, not their use.",
    )


def crediting_identity() -> RegistryIdentity:
    """What the registry of a crediting programme of the demonstration is."""
    return RegistryIdentity(
        kind=Kind.CREDITING,
        code=joint.CODE,
        name="Joint crediting registry (demonstration)",
        operator="Demonstration",
        is_public=True,
        is_practice=True,
        remark="A scenario: everything in it is synthetic.",
    )


def build_cdm(
    files: CdmFiles | None, *, folder: Path, seed: int = DEFAULT_SEED, progress: Progress = silent
) -> tuple[Report, CdmFiles | None]:
    """The CDM registry with its whole history: from the public files, or, where there are none, made up by seed.

    A registry that was begun one way is finished that way, whatever is at hand now. The report comes with the files it
    was made from; they are None where a registry of real data is complete and its files are gone.

    Args:
        folder: where made-up files are written.

    Raises:
        Refused: the database holds a registry of another kind, or the files contradict themselves.
    """
    by = _founded(cdm_identity(files is not None, seed), _CDM_FOUNDED)
    remark = str((registries.identity() or {}).get("remark", ""))
    if remark.startswith(GENERATED):
        seed = _seed_in(remark, seed)
        files = CdmFiles(*generate.generate_cdm(seed, folder / f"cdm-{seed}", progress=progress))
    if files is None:
        return Report(balances(), (), 0, 0.0, is_repeat=True), None
    report = replay.replay_cdm(files.issuances, files.cancellations, by=by, progress=progress, projects=files.projects)
    return report, files


def _seed_in(remark: str, otherwise: int) -> int:
    digits = remark.partition("(seed ")[2].partition(")")[0]
    return int(digits) if digits.isdecimal() else otherwise


def build_international(folder: Path | None = None, *, now: datetime, progress: Progress = silent) -> list[Scenario]:
    """The international registry with the two transfers and its scenarios; what happened in each.

    `folder` is the data folder; where it has no blocks of VCS units, they are made up. `now` says which Parties have a
    section; everything else happens at its own recorded time.

    Raises:
        Refused: the database holds a registry of another kind.
    """
    by = found_international(now=now)
    path = folder / "article6" / verra.FILE if folder is not None else None
    real = verra.read(path) if path is not None and path.is_file() else None
    return _played(
        progress,
        lambda: pioneers.book(by=by, progress=progress),
        lambda: verra.play(real or verra.made_up(), is_real=real is not None, by=by),
        lambda: partial.play(by=by),
        lambda: other_metric.play(by=by),
        lambda: levels.play(folder, by=by),
    )


def submit_reports(*, now: datetime) -> submitted.Submitted:
    """Submit the reports of the international registry's Parties to its Article 6 database; what became of them."""
    return submitted.play(by=people.person_by_login(ADMINISTRATOR[0]), now=now)


def found_international(*, now: datetime) -> PersonId:
    """The international registry with a section for each Party there is by `now`, and nothing in it; who administers.

    Raises:
        Refused: the database holds a registry of another kind.
    """
    by = _founded(international_identity(), pioneers.FOUNDED)
    parties = [each.code for each in paris_parties(now.date())]
    registry.add_sections(parties, by=by, now=pioneers.FOUNDED)
    return by


def build_mechanism(files: CdmFiles | None, *, progress: Progress = silent) -> list[Scenario]:
    """The Article 6.4 mechanism registry with its scenarios; what happened in each.

    `files` are the CDM registry's reports, where CERs are found; without them, CERs are made up.

    Raises:
        Refused: the database holds a registry of another kind.
    """
    by = _founded(mechanism_identity(), a64.FOUNDED)
    found = cer.find(files.issuances, files.projects) if files and files.projects else cer.MADE_UP
    return _played(
        progress,
        lambda: a64.issuance_of_10003(by=by),
        lambda: a64.issuance_of_an_ldc(by=by),
        lambda: a64.contribution_units_authorized_later(by=by),
        lambda: cer.play(found, by=by),
    )


def build_crediting(*, progress: Progress = silent) -> list[Scenario]:
    """The registry of a crediting programme of two Parties, with its scenario; what happened.

    Raises:
        Refused: the database holds a registry of another kind.
    """
    by = _founded(crediting_identity(), joint.FOUNDED)
    return _played(progress, lambda: joint.play(by=by))


def _played(progress: Progress, *scenarios: Callable[[], Scenario]) -> list[Scenario]:
    reports = []
    for position, play in enumerate(scenarios, 1):
        reports.append(play())
        progress("playing scenarios", position, len(scenarios))
    return reports


def _founded(identity: RegistryIdentity, now: datetime) -> PersonId:
    there = registries.identity()
    if there is None:
        return registry.init(identity, administrator=ADMINISTRATOR, now=now)
    if there["kind"] != identity.kind:
        raise refused(Code.REGISTRY_EXISTS, there["code"], there["kind"])
    return people.person_by_login(ADMINISTRATOR[0])
