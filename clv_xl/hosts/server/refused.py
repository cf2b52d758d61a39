"""Requests that are refused whole: a status of HTTP, and a sentence."""

from clv_xl.errors import UserError

RETRY_S = 2


class RefusedError(UserError):
    """A request that is not answered."""

    status = 400
    language: str | None = None  # of the body, as far as that could be read

    @property
    def headers(self) -> dict[str, str]:
        """What goes with the answer."""
        return {"Retry-After": str(RETRY_S)} if self.status == 503 else {}


class WireError(RefusedError):
    """A body that is no batch."""


class ForeignError(RefusedError):
    """A request that a page of another site makes."""

    status = 403


class SlowError(RefusedError):
    """A body whose sender has fallen silent."""

    status = 408


class TooLargeError(RefusedError):
    """A body, or a batch, larger than the server takes."""

    status = 413


class MediaTypeError(RefusedError):
    """A body of a kind that the server does not read."""

    status = 415


class RateError(RefusedError):
    """More calls than a user may ask for; trying again at once makes it worse."""

    status = 429


class BusyError(RefusedError):
    """Too much to do, or the end of this process: another try a little later is right."""

    status = 503
