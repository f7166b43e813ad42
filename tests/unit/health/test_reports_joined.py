"""How the reports of workers become the picture of replicas."""

from typing import Any

import pytest

from app.health.picture import Picture
from app.health.reports_joined import Heard, Known, picture_of
from app.health.status_page import headline

NOW = 1_000_005.0


def heard(replica: str = "a", silent: float = 0.4, **changed: Any) -> Heard:
    report = {
        "replica": replica,
        "status": "ready",
        "version": "1",
        "data_version": "2",
        "server": "gunicorn 27",
        "started_at": NOW - 100,
        "workers": 2,
        "threads": 4,
        "busy_threads": 1,
        "beat_seconds": 1.0,
        "components": {"redis": {"status": "up", "since": "2026-11-21T10:00:00+00:00"}},
        "requests_per_second": 2.0,
        "lately": {},
        "memory_cache_bytes": {"answers": 10},
        "leased_units": 3,
    }
    return Heard({**report, **changed}, silent)


def picture(*workers: Heard, **known: Any) -> Picture:
    all_known = {"is_complete": True, "is_current": True, "known_at": NOW, "steps": {}, **known}
    return picture_of(Known(now=NOW, answered_by="a", workers=list(workers), **all_known))


def statuses(*workers: Heard, **known: Any) -> dict[str, str]:
    return {replica.name: replica.status for replica in picture(*workers, **known).replicas}


def test_a_replica_is_what_its_workers_are_together() -> None:
    (replica,) = picture(heard(), heard(started_at=NOW - 50)).replicas
    assert (replica.status, replica.workers, replica.expected_workers) == ("ready", 2, 2)
    assert (replica.threads, replica.busy_threads, replica.leased_units) == (8, 2, 6)
    assert replica.memory_cache_bytes == {"answers": 20}
    assert replica.traffic.requests_per_second == 4
    assert replica.uptime_seconds == 100


def test_who_is_silent_is_down_and_was_seen_last_then() -> None:
    (replica,) = picture(heard(silent=4), heard(silent=3)).replicas
    assert (replica.status, replica.workers, replica.last_seen) == (
        "down",
        0,
        "1970-01-12T13:46:42+00:00",
    )


def test_one_missed_heartbeat_is_no_death() -> None:
    assert statuses(heard(silent=2.2)) == {"a": "ready"}


def test_heartbeats_that_are_rare_on_purpose_are_waited_for() -> None:
    assert statuses(heard(silent=9, beat_seconds=5)) == {"a": "ready"}


def test_a_worker_that_was_replaced_is_not_missed() -> None:
    (replica,) = picture(heard(), heard(), heard(silent=30)).replicas
    assert (replica.status, replica.workers) == ("ready", 2)


def test_a_replica_that_died_is_forgotten_after_a_quarter_of_an_hour() -> None:
    assert statuses(heard(silent=899)) == {"a": "down"}
    assert statuses(heard(silent=901)) == {}


def test_a_replica_that_was_told_to_stop_is_not_down_and_soon_forgotten() -> None:
    assert statuses(heard(status="stopped", silent=0.5)) == {"a": "stopped"}
    assert statuses(heard(status="stopped", silent=59), heard(silent=70)) == {"a": "stopped"}
    assert statuses(heard(status="stopped", silent=61)) == {}


@pytest.mark.parametrize("status", ["draining", "starting", "degraded"])
def test_the_worst_worker_speaks_for_its_replica(status: str) -> None:
    assert statuses(heard(), heard(status=status)) == {"a": status}


def test_a_component_is_down_since_it_was_for_the_first_worker() -> None:
    parts = [
        {"redis": {"status": status, "since": f"2026-11-21T10:00:0{second}+00:00"}}
        for status, second in (("up", 1), ("down", 3), ("down", 2))
    ]
    (replica,) = picture(*(heard(components=part) for part in parts)).replicas
    redis = replica.components["redis"]
    assert (redis.status, redis.since[-8:-6]) == ("down", "02")


def test_nobody_is_called_dead_by_who_was_cut_off_itself() -> None:
    assert statuses(heard("b", silent=30), is_current=False) == {"b": "unknown"}


def test_figures_are_of_the_living() -> None:
    lately = {"requests": 8, "errors": 2, "cache:gate": 3, "cache:made": 1, "refused:small": 5}
    lately["within:0.001"] = 8
    seen = picture(heard(lately=lately), heard("b", lately=lately, silent=60)).traffic
    assert (seen.requests, seen.error_ratio, seen.refused) == (8, 0.25, {"small": 5})
    assert seen.cache_ratio == {"gate": 0.75, "memory": 0, "shared": 0, "made": 0.25}
    assert seen.latency_seconds.p50 == 0.00075


def test_the_history_ends_with_the_last_whole_step() -> None:
    steps = {999_990: {"requests": 20, "at:a": 15, "errors": 5}, 1_000_000: {"requests": 99}}
    seen = picture(heard(), steps=steps)
    assert seen.history.requests_per_second[-1] == 2
    assert seen.history.error_ratio[-2:] == (None, 0.25)
    assert seen.replicas[0].requests_by_step[-1] == 15
    assert len(seen.history.p95_seconds) == 90


def test_replicas_are_in_the_order_in_which_people_count() -> None:
    assert list(statuses(heard("r-10"), heard("r-9"))) == ["r-9", "r-10"]


def test_the_headline_says_what_is_wrong() -> None:
    down = {"sql": {"status": "down", "since": "2026-11-21T10:00:00+00:00"}}
    assert headline(picture(heard())) == "The replica answers."
    assert headline(picture(heard(), heard("b"))) == "All 2 replicas answer."
    assert headline(picture(heard(), heard("b", status="stopped"))) == "The replica answers."
    assert headline(picture(heard(), heard("b", silent=5))) == (
        "1 of 2 replicas answer. b is down, last seen at 13:46:40."
    )
    assert headline(picture(heard(status="degraded", components=down))) == (
        "The replica answers, degraded: sql is down since 10:00:00."
    )
    assert headline(picture(heard(), is_complete=False, known_at=None)) == (
        "Redis is out of reach: a speaks for itself, the rest is not known."
    )
