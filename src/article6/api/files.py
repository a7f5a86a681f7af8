"""AEFs as files that are sent whole or not at all."""

from __future__ import annotations

import tempfile

from django.http import FileResponse

from article6.reporting.aef_records import Aef
from article6.services import aef_files

IN_MEMORY_BYTES = 1_000_000


def file_answer(report: Aef, form: str, name: str) -> FileResponse:
    """The file of a report; it is written to disk first, where it is large."""
    # The answer closes the file, and with it the file is gone.
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115
    aef_files.write(report, form, file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=aef_files.FORMATS[form][1])
