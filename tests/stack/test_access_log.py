"""A line of nginx's log tells what nginx and the replica know of a request, and no secret."""

import json
import re
from typing import Any

import pytest

from tests.eventually import eventually
from tests.stack.running_stack import QUESTION, RunningStack

TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"
ROUTE = "/api/v1/calendars/<calendar_id>/days/<date>"


def logged(stack: RunningStack, path: str, headers: dict[str, str], request_id: str) -> Any:
    """What the log says of a request, which is sent."""
    log = stack.var / "log" / "nginx.log"
    answer = stack.get(path, {**headers, "X-Request-ID": request_id})
    assert not [name for name, _ in answer.headers if name.lower() == "x-fasti-access"]
    needle = f'"request_id":"{request_id}"'.encode()
    eventually(lambda: needle in log.read_bytes(), 5)
    (line,) = [one for one in log.read_bytes().splitlines() if needle in one]
    return json.loads(line)


def test_a_line_names_client_plan_route_cache_and_trace(stack: RunningStack, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "traceparent": TRACEPARENT}
    line = logged(stack, QUESTION, headers, "access-of-a-client")
    assert (line["client_id"], line["plan"], line["route"]) == ("demo", "standard", ROUTE)
    assert line["cache"] in ("gate", "memory", "made")
    assert (line["trace_id"], line["status"], line["level"]) == (TRACE, 200, "INFO")
    assert float(line["seconds"]) >= 0
    assert float(line["replica_seconds"]) >= 0


def test_who_is_not_known_has_no_name_in_it(stack: RunningStack) -> None:
    line = logged(stack, QUESTION, {"Authorization": "Bearer x.y.z"}, "access-of-nobody")
    assert (line["client_id"], line["plan"], line["cache"]) == ("", "", "")
    assert (line["route"], line["status"]) == (ROUTE, 401)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "garbage",
        f"00-{TRACE}-b7ad6b7169203331-01-more",
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-b7ad6b7169203331-01",
        f"{TRACEPARENT}, {TRACEPARENT}",
        f'00-{TRACE[:-4]}","x-b7ad6b7169203331-01',
    ],
)
def test_a_trace_that_cannot_be_read_is_replaced(stack: RunningStack, given: str) -> None:
    request_id = f"trace-of-request-{abs(hash(given))}"
    line = logged(stack, "/health/live", {"traceparent": given}, request_id)
    assert re.fullmatch(r"(?!0{32})[0-9a-f]{32}", line["trace_id"])
    assert line["trace_id"] != TRACE
