"""Values that change without a release: nomenclatures, and schemas of further attributes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Router
from pydantic import BaseModel, Field

from article6.api import problems
from article6.api.access import administering, caller, now, reading
from article6.api.answers import answer, created
from article6.api.fields import Day, FreeObject, ListInPath, OnDay, VersionInPath, plain_bytes
from article6.api.inputs import GivenName, GivenReason, IdempotencyKey, Reason, Request
from article6.domain.attribute_schemas import Subject
from article6.domain.refusals import Code, refused
from article6.services import attribute_schemas, nomenclatures
from article6.services.attribute_schemas import NewSchema
from article6.services.nomenclatures import Preview

router = Router(auth=reading, tags=["values"])
Texts = list[str]


class NomenclatureOut(BaseModel):
    """A list, with how many values it has on the day and ever had."""

    list: str
    values: int
    ever: int


class ValueOut(BaseModel):
    """A value; `valid_until` is the first day on which it no longer holds, null if it does."""

    value: str
    valid_from: date
    valid_until: date | None
    labels: dict[str, str]
    replaced_by: str
    source: str
    version: int


class ListsIn(Request):
    """Lists of the platform's shape, either here (`lists`) or at an https address (`url`), to hold from `on`."""

    lists: FreeObject | None = None
    url: Annotated[GivenName, Field(max_length=2000)] | None = None
    on: Day

    def content(self) -> bytes:
        """The lists as a file.

        Raises:
            Refused: not exactly one of the two is given, or the address is not read.
        """
        if (self.lists is None) == (self.url is None):
            raise refused(Code.REQUEST_MALFORMED, "lists", _("give lists, or an address, and not both"))
        return nomenclatures.from_url(self.url) if self.url is not None else plain_bytes(self.lists or {})


class ImportIn(ListsIn):
    """The same lists as in the preview, whose `digest` is `shown`; `source` says where they are from."""

    shown: Annotated[str, Field(strict=True, pattern=r"^[0-9a-f]{64}$")]
    source: GivenReason


class DiffOut(BaseModel):
    """What would change in a list; `impossible` says what cannot be taken over, and why."""

    name: str
    added: list[str]
    withdrawn: list[str]
    relabelled: list[str]
    impossible: list[str]


class TouchedOut(BaseModel):
    """A value that would be withdrawn, and every record that has it; they stay as they are, and valid."""

    list: str
    value: str
    records: Texts


class NomenclaturePreviewOut(BaseModel):
    """What the lists would change, and which records that touches; `digest` stands for just this."""

    on: date
    diffs: list[DiffOut]
    touched: list[TouchedOut]
    digest: str


class SchemaIn(Request):
    """Further attributes as JSON Schema 2020-12 of type `object`, written out; records name it as `name/version`.

    A property with `"nomenclature": "sectors"` takes values of that list.
    """

    subject: Annotated[Subject, Field(strict=False)]
    name: GivenName
    content: FreeObject
    valid_from: Day
    source: Reason = ""


class SchemaOut(BaseModel):
    """A version of a schema; what is built in has no first day."""

    subject: str
    schema_name: str
    valid_from: date | None
    source: str
    recorded_at: datetime | None
    content: dict[str, Any]


@router.get("/nomenclatures", response=list[NomenclatureOut], operation_id="list_nomenclatures")
def list_nomenclatures(request: HttpRequest, on: OnDay = None) -> HttpResponse:
    """Every list, with how many values it has on a day (today, where none is given)."""
    day = on or now().date()
    return answer([
        {"list": each.name, "values": sum(value.holds(day) for value in each.values.values()), "ever": len(each.values)}
        for each in nomenclatures.all_lists().values()
    ])  # fmt: skip


@router.post(
    "/nomenclatures/preview", response=NomenclaturePreviewOut, operation_id="preview_nomenclatures", auth=administering
)
def preview(request: HttpRequest, body: ListsIn) -> HttpResponse:
    """Show what lists would change, and which records that touches. Writes nothing. Needs the scope `administer`."""
    return _shown(nomenclatures.preview(body.content(), on=body.on, by=caller(request)))


@router.post(
    "/nomenclatures",
    response={problems.CREATED: NomenclaturePreviewOut},
    operation_id="import_nomenclatures",
    auth=administering,
)
def take_over(request: HttpRequest, body: ImportIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Take lists over, as their preview showed. Needs the scope `administer`.

    Lists that are not among them stay as they are; a value that a list no longer has is withdrawn.
    """
    change = nomenclatures.apply(
        body.content(), shown=body.shown, source=body.source, on=body.on, by=caller(request), now=now(),
        key=idempotency_key,
    )  # fmt: skip
    return _shown(change, location=request.path)


def _shown(change: Preview, location: str | None = None) -> HttpResponse:
    names = ("on", "diffs", "touched", "digest")
    said = {name: getattr(change, name) for name in names}
    return answer(said) if location is None else created(said, location)


@router.get("/nomenclatures/{name}", response=list[ValueOut], operation_id="get_nomenclature")
def get_nomenclature(request: HttpRequest, name: ListInPath, on: OnDay = None) -> HttpResponse:
    """The values of a list: every one it ever had, or, where a day is given, those that hold on it."""
    found = nomenclatures.all_lists().get(name)
    if found is None:
        return problems.unknown(_("There is no such list."))
    values = sorted(found.values.values(), key=lambda each: each.value)
    return answer([each for each in values if on is None or each.holds(on)])


@router.get("/attribute-schemas", response=list[SchemaOut], operation_id="list_attribute_schemas")
def list_schemas(request: HttpRequest) -> HttpResponse:
    """Every version of every schema of further attributes, the built-in ones first."""
    return answer(attribute_schemas.listed())


@router.post(
    "/attribute-schemas", response={problems.CREATED: SchemaOut}, operation_id="declare_attributes", auth=administering
)
def declare(request: HttpRequest, body: SchemaIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Declare further attributes; a change is a new version. Needs the scope `administer`."""
    new = NewSchema(body.subject, body.name, body.content, body.valid_from, body.source)
    named = attribute_schemas.declare(new, by=caller(request), now=now(), key=idempotency_key)
    return created(attribute_schemas.one(body.subject, named), f"{request.path}/{body.subject}/{named}")


@router.get(
    "/attribute-schemas/{subject}/{name}/{version}", response=SchemaOut, operation_id="get_attribute_schema"
)  # fmt: skip
def get_schema(
    request: HttpRequest,
    subject: Literal["unit", "activity", "account"],
    name: Annotated[str, Path(max_length=50, pattern=r"^[a-z0-9_-]+$")],
    version: VersionInPath,
) -> HttpResponse:
    """One version of a schema."""
    found = attribute_schemas.one(Subject(subject), f"{name}/{version}")
    return problems.unknown(_("There is no such schema.")) if found is None else answer(found)
