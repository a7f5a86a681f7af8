"""Small histories of the CDM registry, as lines of its two files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from article6.domain.kinds import Kind
from article6.domain.orders import PersonId
from article6.services import registry
from article6.services.cdm.history import CANCELLATION_COLUMNS, ISSUANCE_COLUMNS
from article6.services.registry import RegistryIdentity

ISSUANCES = (
    "2012-01-01T10:00:00.000,CER,1,IN,58,1,1000,1000,2010-01-01,2010-12-31,P-1,PA,Wind,DNV",
    "2012-02-01T10:00:00.000,CER,1,NA,7,1,500,500,2010-01-01,2010-12-31,P-2,PA,Solar,SGS",
    # Completed before the issuance with lower serials.
    "2012-03-01T10:00:00.000,tCER,2,IN,60,1501,2000,500,,,,,,",
    "2012-03-02T10:00:00.000,CER,1,IN,58,1001,1500,500,2011-01-01,2011-12-31,P-3,PA,Wind,DNV",
)
CANCELLATIONS = (
    "2013-01-01T10:00:00.000,CER,1,IN,58,101,200,100,No",
    "2013-01-01T10:00:00.000,CER,1,IN,58,951,1050,100,Yes",
    "2013-01-02T10:00:00.000,tCER,2,IN,60,1501,2000,500,No",
    "2013-01-03T10:00:00.000,CER,1,NA,7,500,500,1,Yes",
)
FOREIGN = "2013-02-01T10:00:00.000,ERU (from RMU),2,RO,1000080,3319283423,3319454772,171350,No"


def files(
    folder: Path, issuances: tuple[str, ...] = ISSUANCES, cancellations: tuple[str, ...] = CANCELLATIONS
) -> tuple[Path, Path]:
    """The two files with these lines below their columns; line 2 of a file is its first."""
    paths = folder / "cdm_issuances.csv", folder / "cdm_cancellations.csv"
    for path, columns, lines in (
        (paths[0], ISSUANCE_COLUMNS, issuances),
        (paths[1], CANCELLATION_COLUMNS, cancellations),
    ):
        path.write_text("\n".join([",".join(columns), *lines]) + "\n", encoding="utf-8")
    return paths


def found(kind: Kind = Kind.CREDITING) -> PersonId:
    """A registry in the test's database; its administrator."""
    identity = RegistryIdentity(kind, "CDM", "CDM registry")
    return registry.init(identity, administrator=("ama", "Ama"), now=datetime(2007, 1, 1, tzinfo=UTC))
