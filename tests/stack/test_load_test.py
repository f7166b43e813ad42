"""A few seconds of the load test against a real stack: all it asks is answered, and right."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stack.running_stack import CHECKOUT, RunningStack


@pytest.mark.long
def test_everything_the_load_test_asks_is_answered_and_right(
    stack: RunningStack, tmp_path: Path
) -> None:
    # Times are those of a busy machine here; what is asked and answered is not.
    slo = tmp_path / "slo.toml"
    text = (CHECKOUT / "loadtest" / "slo.toml").read_text(encoding="utf-8")
    slo.write_text(re.sub(r"^(p9[59]_ms) = \d+", r"\1 = 100000", text, flags=re.MULTILINE))
    done = subprocess.run(  # noqa: S603 (our own command line)
        [
            *(sys.executable, "-m", "loadtest", "--var", str(stack.var), "--slo", str(slo)),
            *("--scenario", "new-year", "--rate", "40", "--duration", "4", "--users", "8"),
        ],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    record = json.loads(next((stack.var / "reports").glob("*.json")).read_text())
    totals = record["summary"]["totals"]
    assert totals["failed"] == 0
    # The abusers are refused, by their own plans, and nobody else is.
    assert {"small"} <= set(record["refused_by_plan"]) <= {"small", "anonymous"}
    # The stack was seen from inside as well.
    assert {"replicas", "nginx", "valkey"} <= set(next(iter(record["server"]["cpu"].values())))
    assert sum(record["server"]["counters"]["fasti_cache_total"].values()) > 0
    stack.issued.extend(
        json.loads(file.read_text())["client_secret"]
        for file in (stack.var / "load" / "clients").iterdir()
    )
