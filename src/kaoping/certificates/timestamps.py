"""Timestamps of RFC 3161 from a service over HTTP."""

import asyncio
import urllib.error
import urllib.request

from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from kaoping.certificates.document_errors import TimestampFailed

SECONDS = 20
_LARGEST = 1_000_000


class TimestampService(TimeStamper):
    """Asks one service; what keeps it from answering is a `TimestampFailed`."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Have a digest stamped."""
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except TimestampRequestError as refused:
            raise TimestampFailed(url=self.url, reason=str(refused)) from refused

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Send one request, beside the event loop."""
        return await asyncio.to_thread(self._ask, req.dump())

    def _ask(self, query: bytes) -> tsp.TimeStampResp:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        request = urllib.request.Request(self.url, query, headers)  # noqa: S310 - the address is a setting, http or https
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                return tsp.TimeStampResp.load(answer.read(_LARGEST), strict=True)
        except OSError as failed:
            raise TimestampFailed(url=self.url, reason=str(failed)) from failed
        except ValueError as garbled:
            raise TimestampFailed(url=self.url, reason="its answer is no timestamp") from garbled
