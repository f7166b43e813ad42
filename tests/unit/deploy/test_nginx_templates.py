"""The templates, their documentation and the application agree."""

import re

import pytest

from app.errors.problem import Problem
from app.errors.problems import InternalError
from app.settings import Settings
from deploy.local.nginx import (
    OPEN_FILES,
    OVERFLOW_ROOM,
    SOURCE,
    VARIABLE,
    fill_in,
    overflow_servers,
    threads_of_worker,
    upstream_servers,
)
from deploy.local.paths import CHECKOUT

TEMPLATES = sorted((SOURCE / "templates").glob("*.template"))
PROBLEMS = (SOURCE / "templates" / "fasti-problems.conf.template").read_text()


def _map(name: str) -> dict[int, str]:
    (block,) = re.findall(rf"map \$status \${name} {{(.*?)}}", PROBLEMS, re.DOTALL)
    return {int(status): text for status, text in re.findall(r'(\d{3}) "?([^";]+)"?;', block)}


def test_every_variable_is_documented_and_no_other() -> None:
    tls = SOURCE / "tls" / "fasti-tls.inc.template"
    used = {name for file in [*TEMPLATES, tls] for name in VARIABLE.findall(file.read_text())}
    readme = (SOURCE / "README.md").read_text()
    documented = set(re.findall(r"`(NGINX_[A-Z_]+)`", readme))
    assert used == documented


def test_every_status_of_a_problem_has_slug_title_and_detail() -> None:
    slugs = _map("fasti_problem_slug")
    assert slugs.keys() == _map("fasti_problem_title").keys() == _map("fasti_problem_detail").keys()
    assert _map("fasti_problem_retry_after").keys() == {429, 502, 503, 504}


def test_nginx_answers_problems_in_the_words_of_the_application() -> None:
    kinds = {kind.slug: (int(kind.status), kind.title) for kind in Problem.__subclasses__()}
    slugs, titles = _map("fasti_problem_slug"), _map("fasti_problem_title")
    assert {slug: (status, titles[status]) for status, slug in slugs.items()} == {
        slug: kinds[slug] for slug in slugs.values()
    }
    assert f"default {InternalError.slug};" in PROBLEMS
    assert f'default "{InternalError.title}";' in PROBLEMS


def test_every_replica_is_watched_and_reachable_when_all_look_failed() -> None:
    assert upstream_servers([1, 2], threads=8).split("\n    ") == [
        "server 127.0.0.1:1 max_conns=2 max_fails=1 fail_timeout=1s;",
        "server 127.0.0.1:2 max_conns=2 max_fails=1 fail_timeout=1s;",
        "server 127.0.0.1:1 max_conns=2 backup max_fails=0;",
        "server 127.0.0.1:2 max_conns=2 backup max_fails=0;",
    ]


def test_what_is_beyond_its_room_is_asked_of_a_replica_until_it_refuses() -> None:
    assert overflow_servers([1, 2]).split("\n    ") == [
        f"server 127.0.0.1:1 max_conns={OVERFLOW_ROOM} max_fails=1 fail_timeout=5s;",
        f"server 127.0.0.1:2 max_conns={OVERFLOW_ROOM} max_fails=1 fail_timeout=5s;",
    ]


def test_a_replica_is_given_as_much_as_it_has_threads_for() -> None:
    assert threads_of_worker({}) == Settings.model_fields["threads"].default
    assert threads_of_worker({"FASTI_THREADS": "7"}) == 7


def test_only_names_in_capitals_and_braces_are_filled_in() -> None:
    assert fill_in("${NGINX_LISTEN} $host ${lower}", {"NGINX_LISTEN": "80"}) == "80 $host ${lower}"
    with pytest.raises(KeyError):
        fill_in("${NGINX_UNKNOWN}", {})


def test_nginx_has_room_for_as_many_connections_in_containers() -> None:
    local = (SOURCE / "local" / "nginx.conf.template").read_text()
    docker = (CHECKOUT / "deploy" / "docker" / "nginx.conf").read_text()
    local = fill_in(local, {"NGINX_USER": "", "NGINX_OPEN_FILES": str(OPEN_FILES)})
    for name in ("worker_processes", "worker_rlimit_nofile", "worker_connections"):
        assert _number(name, local) == _number(name, docker)
    assert _number("worker_connections", local) < OPEN_FILES


def test_containers_give_a_replica_as_much_room_as_make_up_does() -> None:
    compose = (CHECKOUT / "docker-compose.yml").read_text()
    workers, threads = (
        int(re.findall(rf'{name}: "(\d+)"', compose)[0])
        for name in ("FASTI_WORKERS", "FASTI_THREADS")
    )
    watched, last_resort, overflow = map(int, re.findall(r"max_conns=(\d+)", compose))
    assert f"max_conns={watched} " in upstream_servers([1], workers * threads)
    assert (last_resort, overflow) == (watched, OVERFLOW_ROOM)


def _number(name: str, configuration: str) -> int:
    (number,) = re.findall(rf"^\s*{name} (\d+);", configuration, re.MULTILINE)
    return int(number)
