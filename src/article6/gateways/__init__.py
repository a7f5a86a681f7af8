"""The outside world: everything that can be slow, absent or wrong through no fault of ours."""


class GatewayFailure(Exception):
    """The world failed us; the work may be tried again and nothing was written.

    The text says what happened and what to do. It is in English: it may be needed before translations exist.
    """
