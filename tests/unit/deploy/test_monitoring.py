"""What Prometheus and Grafana are told: metrics that exist, alerts that fire, runbooks to read."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY, generate_latest

from app.observability import metrics

ROOT = Path(__file__).parents[3]
DIRECTORY = ROOT / "deploy" / "prometheus"
RULES = (DIRECTORY / "fasti.rules.yml").read_text()
DASHBOARD: dict[str, Any] = json.loads((ROOT / "deploy" / "grafana" / "fasti.json").read_text())
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
PROMTOOL = shutil.which("promtool")

METRIC = re.compile(r"\bfasti_[a-z0-9_]+")
RECORDED = re.compile(r"\bfasti:[a-z0-9_:]+")
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
ALERTS = re.findall(r"- alert: (\w+)", RULES)


def exposed() -> set[str]:
    """Every series that an application can expose, by its type."""
    assert metrics.REQUESTS is not None  # They are registered when they are imported.
    kinds = re.findall(r"^# TYPE (\S+) (\S+)$", generate_latest(REGISTRY).decode(), re.MULTILINE)
    return {
        name.removesuffix("_total") + suffix
        for name, kind in kinds
        for suffix in SUFFIXES.get(kind, ())
    }


def expressions() -> list[str]:
    """What the panels and the annotations of the dashboard ask."""
    asked = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return asked + [notes["expr"] for notes in DASHBOARD["annotations"]["list"]]


def test_the_alerts_ask_for_metrics_that_exist() -> None:
    rules = re.sub(r"^(#.*|rule_files:.*)$", "", RULES, flags=re.MULTILINE)
    assert set(METRIC.findall(rules)) <= exposed()
    assert set(RECORDED.findall(rules)) == set(re.findall(r"- record: (\S+)", RULES))


def test_the_dashboard_asks_for_metrics_that_exist() -> None:
    asked = " ".join(expressions())
    assert len(DASHBOARD["panels"]) > 10
    assert set(METRIC.findall(asked)) <= exposed()
    assert set(RECORDED.findall(asked)) <= set(re.findall(r"- record: (\S+)", RULES))
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def test_every_metric_is_documented_and_no_other() -> None:
    (table,) = re.findall(r"\n## Metrics\n(.*?)\n## ", OPERATIONS, re.DOTALL)
    documented = set(re.findall(r"`(fasti_[a-z_]+)`", table))
    parts = ("_bucket", "_sum", "_count", "_created")
    ours = {name for name in exposed() if name.startswith("fasti_")}
    counted = {name for name in ours if not name.endswith(parts)}
    assert documented == counted | {"fasti_http_request_duration_seconds"}


def test_every_alert_has_its_runbook_and_every_runbook_its_alert() -> None:
    (section,) = re.findall(r"\n## Alerts\n(.*?)\n## ", OPERATIONS, re.DOTALL)
    assert re.findall(r"^### (\w+)$", section, re.MULTILINE) == ALERTS
    urls = re.findall(r"runbook_url: (\S+)", RULES)
    assert urls == [f"docs/operations.md#{alert.lower()}" for alert in ALERTS]


def test_no_label_of_a_metric_names_a_client_or_a_path() -> None:
    labels = {
        label for collector in list(REGISTRY._collector_to_names) for label in _labels(collector)
    }
    assert labels <= {
        *("method", "route", "status", "tier", "kind", "plan", "path", "outcome", "dependency"),
        *("to", "cache", "version", "data_version", "server", "service"),
    }


def _labels(collector: Any) -> tuple[str, ...]:
    return getattr(collector, "_labelnames", ()) if _is_ours(collector) else ()


def _is_ours(collector: Any) -> bool:
    return str(getattr(collector, "_name", "")).startswith("fasti_")


@pytest.mark.skipif(PROMTOOL is None, reason="no Prometheus here")
@pytest.mark.parametrize(
    "command",
    [
        ("check", "rules", "fasti.rules.yml"),
        ("test", "rules", "fasti.rules.test.yml"),
        ("check", "config", "prometheus.yml"),
    ],
)
def test_prometheus_takes_them_and_each_alert_fires(command: tuple[str, ...]) -> None:
    done = subprocess.run(  # noqa: S603 (our own command line)
        [str(PROMTOOL), *command], cwd=DIRECTORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_is_seen_to_fire_and_to_be_quiet() -> None:
    tests = (DIRECTORY / "fasti.rules.test.yml").read_text()
    for alert in ALERTS:
        fired = re.findall(rf"alertname: {alert}\n\s+exp_alerts", tests)
        quiet = re.findall(rf"alertname: {alert}}}", tests)
        assert (len(fired), bool(quiet)) == (1, True), alert
