"""docker-compose.yml with deploy/docker/ha.env: the primary of Redis dies, and reads go on."""

import os
import threading
from collections.abc import Iterator

import pytest

from tests.docker.test_compose import (
    DOWN_SECONDS,
    QUESTION,
    UP_SECONDS,
    Project,
    wait_until_ready,
)
from tests.eventually import eventually
from tests.free_port import free_port

pytestmark = pytest.mark.docker

SENTINELS = ("sentinel-1", "sentinel-2", "sentinel-3")
INFO = (
    'REDISCLI_AUTH="$(cat /secrets/fasti_redis_sentinel_password)" redis-cli -p 26379 info sentinel'
)


@pytest.fixture(scope="module")
def project(server: str) -> Iterator[Project]:
    """The whole stack with a replica of Redis and three Sentinels."""
    options = ("--env-file", "deploy/docker/ha.env")
    project = Project(f"fasti-ha-test-{os.getpid()}", free_port(), server, *options)
    try:
        project.compose("up", "--build", "--detach", seconds=UP_SECONDS)
        wait_until_ready(project)
        eventually(lambda: all_say(project, "address=10.213.77.2:6379,slaves=1,sentinels=3"), 40)
        yield project
    finally:
        project.compose("down", "--volumes", "--remove-orphans", seconds=DOWN_SECONDS)


def all_say(project: Project, words: str) -> bool:
    """Whether these words are in what each Sentinel says of the primary, which is up."""
    said = [
        project.docker("exec", project.containers(name)[0], "sh", "-c", INFO) for name in SENTINELS
    ]
    return all(f"name=fasti,status=ok,{words}" in each for each in said)


def component(project: Project) -> str:
    """The state of Redis as a replica sees it."""
    ask = (
        "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8000/health/ready').read())"
    )
    return project.compose("exec", "-T", "app", "python", "-c", ask)


@pytest.mark.parametrize("service", ["redis-replica", *SENTINELS])
def test_every_server_of_the_profile_is_hardened(project: Project, service: str) -> None:
    container = project.containers(service)[0]
    assert project.docker("exec", container, "id", "-u").strip() != "0"
    hardened = "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}"
    told = project.docker("inspect", "--format", hardened, container).strip()
    assert told == "true [ALL] [no-new-privileges:true]"


def test_a_primary_that_is_killed_is_replaced_without_a_failed_read(project: Project) -> None:
    token = project.token()
    statuses: list[int | str] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                statuses.append(project.get(QUESTION, token)[0])
            except OSError as error:
                statuses.append(repr(error))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        project.docker("kill", "--signal", "KILL", project.containers("redis")[0])
        eventually(lambda: all_say(project, "address=10.213.77.3:6379"), 40)
        eventually(lambda: '"status":"ready"' in component(project), 40)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert len(statuses) > 50
    assert set(statuses) == {200}

    project.compose("up", "--detach", "redis", seconds=UP_SECONDS)
    role = 'REDISCLI_AUTH="$(cat /secrets/redis_password)" redis-cli role'
    eventually(
        lambda: project.docker("exec", project.containers("redis")[0], "sh", "-c", role).startswith(
            "slave"
        )
    )
