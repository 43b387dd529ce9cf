"""A candidate over HTTP, as a browser would: log in, read the rules, start, answer item by item, hand in.

The cookie is sent by hand: it is marked Secure, and the standard client would hold it back over http on 127.0.0.1.
"""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

PATIENCE = 30.0


class Unexpected(RuntimeError):
    """The server answered otherwise than a candidate may expect."""


@dataclass
class Candidate:
    """One candidate at a browser. ``acknowledged`` counts the answers that the server confirmed as saved."""

    origin: str
    cookies: dict[str, str] = field(default_factory=dict)
    acknowledged: int = 0

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(self.origin).netloc, timeout=PATIENCE)

    def log_in(self, *, ticket: str, name: str, secret: str) -> None:
        """Log in with the words of the ticket."""
        self._send("GET", "/exam/login", expect=200)
        self._send("POST", "/exam/login", form={"ticket": ticket, "name": name, "secret": secret}, expect=303)

    def start(self) -> None:
        """Read the rules, give the word and open the paper."""
        status, _ = self._send("GET", "/exam/rules")
        if status == http.HTTPStatus.OK:
            self._send("POST", "/exam/start", form={"pledge": "1"}, expect=303)
        self._send("GET", "/exam/sitting", expect=200)

    def answer(self, slot: int, response: Any, *, sequence: int) -> None:
        """Save one answer and wait for the acknowledgement."""
        body = json.dumps({"response": response, "sequence": sequence}).encode()
        headers = {"Content-Type": "application/json", "X-Kaoping-Sitting": "1"}
        _, content = self._send("PUT", f"/api/exam/answers/{slot}", body=body, headers=headers, expect=200)
        if json.loads(content)["sequence"] != sequence:
            raise Unexpected(f"slot {slot}: the acknowledgement is for another save")
        self.acknowledged += 1

    def hand_in(self) -> None:
        """Hand the paper in and read the confirmation."""
        self._send("POST", "/exam/submit", form={}, expect=303)
        self._send("GET", "/exam/done", expect=200)

    def sit(self, responses: Mapping[int, Any]) -> int:
        """Answer every slot, change one answer there and back as people do, hand in; give the acknowledged saves."""
        self.start()
        for slot, response in responses.items():
            self.answer(slot, response, sequence=1)
        last = max(responses)
        self.answer(last, None, sequence=2)
        self.answer(last, responses[last], sequence=3)
        self.hand_in()
        self.connection.close()
        return self.acknowledged

    def _send(
        self,
        method: str,
        path: str,
        *,
        form: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        expect: int | None = None,
    ) -> tuple[int, bytes]:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Origin": self.origin}
        if form is not None:
            body, sent["Content-Type"] = urlencode(form).encode(), "application/x-www-form-urlencoded"
        self.connection.request(method, path, body=body, headers=sent | dict(headers or {}))
        answer = self.connection.getresponse()
        content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        if expect is not None and answer.status != expect:
            raise Unexpected(f"{method} {path} was answered with {answer.status} in place of {expect}")
        return answer.status, content
