"""What tasks that move no units have in common: their preview is what the service answers, and then takes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from article6.services import rehearsals, sight
from article6.services.rehearsals import Preview
from article6.web.tasks.model import Done, Given, Task


class Record(Task):
    """A task whose act writes a record beside the ledger. `waits`: a second person decides before it holds."""

    waits = False
    # It takes nothing that somebody else could take meanwhile; the service judges it again.
    is_compared = False

    def preview(self, given: Given) -> Preview:
        def look(done: Done) -> Preview:
            return Preview((), self.waits, more=dict(done.more))

        with sight.seeing(sight.EVERYTHING):
            return rehearsals.rehearse(lambda: self.act(given, None), look)

    def section(self, data: Mapping[str, Any]) -> str:
        return str(data.get("section") or data.get("party") or "")


def sections(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Sections to choose among: those of Parties, then the administrator's own."""
    of_parties = [(each["code"], f"{each['name']} ({each['code']})") for each in found if each["party"]]
    return [
        *of_parties,
        *((each["code"], _("The registry itself (%(code)s)") % {"code": each["code"]})
          for each in found if not each["party"]),
    ]  # fmt: skip
