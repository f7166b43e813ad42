"""GET /health/cluster and GET /status: all replicas, for machines and for people."""

import base64
import hashlib
from datetime import datetime
from functools import cache

from flask import Blueprint, Response, current_app, render_template

from app.auth.guard import public
from app.health.cluster import Cluster
from app.health.picture import Picture, Replica
from app.health.sparkline import sparkline
from app.json_response import json_bytes

blueprint = Blueprint("status_page", __name__, template_folder="templates")

CLUSTER = "fasti.health.cluster"
STYLES, SCRIPT = "status_page.css", "status_page.js"
LEAST_TOPS = {"requests": 1.0, "p95": 0.005, "errors": 0.01, "hits": 1.0}
"""At what the charts end at least, so that a ripple looks like one."""


@blueprint.get("/health/cluster")
@public
def cluster() -> Response:
    """Answer the state of all replicas. 200, whatever is down: this replica answers, after all."""
    return _uncached(_cluster().shown(json_bytes), "application/json")


@blueprint.get("/status")
@public
def status() -> Response:
    """Answer the same as a page, which looks again by itself."""
    response = _uncached(_cluster().shown(_page), "text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src '{_digest(STYLES)}'; script-src '{_digest(SCRIPT)}';"
        " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return response


def headline(picture: Picture) -> str:
    """The state of everything in one or two sentences."""
    counted = [replica for replica in picture.replicas if replica.status != "stopped"]
    heard = [replica for replica in counted if replica.is_heard]
    if not picture.is_complete:
        told = f"as it was at {clock(picture.known_at)}" if picture.known_at else "not known"
        return (
            f"Redis is out of reach: {picture.answered_by} speaks for itself, the rest is {told}."
        )
    if len(heard) < len(counted):
        missing = "; ".join(
            f"{replica.name} is {replica.status}, last seen at {clock(replica.last_seen)}"
            for replica in counted
            if not replica.is_heard
        )
        return f"{len(heard)} of {len(counted)} replicas answer. {missing}."
    down: dict[str, str] = {}
    for replica in heard:
        for name, part in replica.components.items():
            if part.status == "down":
                down[name] = min(part.since, down.get(name, part.since))
    everyone = "The replica answers" if len(heard) == 1 else f"All {len(heard)} replicas answer"
    if not down:
        return f"{everyone}."
    parts = ", ".join(f"{name} is down since {clock(since)}" for name, since in down.items())
    return f"{everyone}, degraded: {parts}."


def clock(moment: str | None) -> str:
    """The time of day of a moment, in UTC."""
    return "never" if moment is None else f"{datetime.fromisoformat(moment):%H:%M:%S}"


def duration_text(seconds: float | None) -> str:
    """A short duration in the unit that suits it."""
    if seconds is None:
        return "–"
    if seconds < 1:
        return f"{seconds * 1000:.{2 if seconds < 0.1 else 3}g}\u00a0ms"
    return f"{seconds:.2f}\u00a0s"


def uptime_text(seconds: int) -> str:
    """A long one in its two largest units."""
    days, hours, minutes = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds % 60} s" if minutes else f"{seconds} s"


def percent_text(ratio: float | None) -> str:
    """A share in percent."""
    return "–" if ratio is None else f"{ratio * 100:.3g}\u00a0%"


def _page(picture: Picture) -> bytes:
    history = picture.history
    charts = {
        "requests": history.requests_per_second,
        "p95": history.p95_seconds,
        "errors": history.error_ratio,
        "hits": history.cache_hit_ratio,
    }
    page = render_template(
        "status_page.html",
        picture=picture,
        headline=headline(picture),
        charts={name: sparkline(values, LEAST_TOPS[name]) for name, values in charts.items()},
        chart_of=_chart_of,
        clock=clock,
        duration=duration_text,
        percent=percent_text,
        uptime=uptime_text,
        styles=_text(STYLES),
        script=_text(SCRIPT),
    )
    return page.encode()


def _chart_of(replica: Replica) -> object:
    return sparkline(replica.requests_by_step, 1.0)


def _cluster() -> Cluster:
    found: Cluster = current_app.extensions[CLUSTER]
    return found


def _uncached(body: bytes, content_type: str) -> Response:
    response = Response(body, content_type=content_type)
    response.cache_control.no_store = True
    return response


@cache
def _text(name: str) -> str:
    with blueprint.open_resource(f"templates/{name}", "r") as file:
        return str(file.read())


@cache
def _digest(name: str) -> str:
    """As a Content-Security-Policy names what stands in the page."""
    digest = hashlib.sha256(_text(name).encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
