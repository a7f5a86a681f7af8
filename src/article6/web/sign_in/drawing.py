"""The picture that an authenticator app scans."""

from __future__ import annotations

from io import BytesIO

import segno


def qr_code(text: str) -> str:
    """A QR code as SVG, black on white in every theme, for scanners want it so."""
    drawn = BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", scale=5, border=4, dark="#000", light="#fff")
    return drawn.getvalue().decode()
