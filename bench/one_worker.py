"""One worker with a core to itself: Fasti, the glued reference, and those that guard nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench import workload
from bench.processes import Program
from bench.rounds import Contestant, Group
from bench.servers import Granian, Gunicorn, Server
from bench.stage import Stage

BATCH_QUESTIONS = 20
NEW_QUESTIONS_A_SECOND = 4_000  # More than are asked.


@dataclass(frozen=True)
class Deployment:
    """A replica of Fasti and a worker of the reference, with the clients of both."""

    fasti: tuple[Program, int]
    glued: tuple[Program, int]
    credentials: dict[str, str]
    fasti_tokens: list[str]
    glued_tokens: list[str]
    paths: list[str]
    calendar_ids: list[str]
    glued_files: dict[str, str]


def deploy_fasti(stage: Stage) -> tuple[Program, int]:
    """Start a replica of one worker on gunicorn, on the core of what is measured."""
    return stage.start_fasti(Gunicorn(), "fasti-gunicorn", stage.server_core)


def deploy(stage: Stage) -> Deployment:
    """Start both on gunicorn, on the core of what is measured."""
    server = Gunicorn()
    fasti = deploy_fasti(stage)
    credentials = stage.credentials(fasti[1])
    tokens = stage.fasti_tokens(fasti[1], credentials)
    paths = workload.kept_paths(stage.year)
    files = stage.reference_files(fasti[1], tokens[0], credentials, paths)
    glued = stage.start_reference(server, "glued-gunicorn", files, stage.server_core)
    return Deployment(
        fasti,
        glued,
        credentials,
        tokens,
        stage.reference_tokens(glued[1], credentials),
        paths,
        stage.calendar_ids(fasti[1], tokens[0]),
        files,
    )


def on_gunicorn(stage: Stage, deployed: Deployment, seconds: float) -> Group:
    """The guarded answer in all its ways, and what it is compared with.

    seconds: how long each is measured, all rounds together; new questions last for so long.
    """
    heads = workload.bearer_heads(deployed.fasti_tokens)
    half = int(NEW_QUESTIONS_A_SECOND * (seconds + 1))
    new = workload.new_paths(stage.year, deployed.calendar_ids, 2 * half)
    cold = {
        "miss": ("Fasti, a new question each time", workload.gets(new[:half], heads)),
        "batch": (
            f"Fasti, a batch of {BATCH_QUESTIONS} new questions",
            workload.batches(new[half:], BATCH_QUESTIONS, heads),
        ),
        "token": ("Fasti, a token request", workload.token_requests(deployed.credentials)),
    }
    fasti, port = deployed.fasti
    contestants = [
        Contestant(key, title, port, requests, {"worker": [fasti]})
        for key, (title, requests) in cold.items()
    ]
    return Group(
        "One worker, gunicorn gthread",
        (
            _fasti(deployed.fasti, deployed, "Fasti, guarded and kept"),
            *_unguarded(stage, Gunicorn(), "gunicorn"),
            _glued(deployed),
            *contestants,
        ),
    )


def on_granian(stage: Stage, deployed: Deployment, threads: Sequence[int]) -> Group:
    """The same on granian, with different numbers of threads; the reference stays on gunicorn."""
    contestants: list[Contestant] = []
    for count in threads:
        server, name = Granian(threads=count), f"granian{count}"
        fasti = stage.start_fasti(server, f"fasti-{name}", stage.server_core)
        title = f"Fasti, guarded and kept; {_threads(count)}"
        contestants.append(_fasti(fasti, deployed, title, f"-{count}"))
        contestants += _unguarded(stage, server, name, f"-{count}", f"; {_threads(count)}")
    return Group("One worker, granian", (*contestants, _glued(deployed)))


def _threads(count: int) -> str:
    return f"{count} thread{'s' if count > 1 else ''}"


def _fasti(
    running: tuple[Program, int], deployed: Deployment, title: str, suffix: str = ""
) -> Contestant:
    program, port = running
    requests = workload.gets(deployed.paths, workload.bearer_heads(deployed.fasti_tokens))
    return Contestant(f"fasti{suffix}", title, port, requests, {"worker": [program]})


def _glued(deployed: Deployment) -> Contestant:
    program, port = deployed.glued
    requests = workload.gets(deployed.paths, workload.bearer_heads(deployed.glued_tokens))
    title = "the three extensions as documented; gunicorn"
    return Contestant("glued", title, port, requests, {"worker": [program]})


def _unguarded(
    stage: Stage, server: Server, name: str, suffix: str = "", words: str = ""
) -> list[Contestant]:
    found = []
    for key, module, path, title in (
        ("hello", "hello", "/hello", "Flask hello world, unguarded"),
        ("raw", "raw", "/", "a bare WSGI callable, unguarded"),
    ):
        callable_name = f"bench.reference.{module}:app"
        program, port = stage.start_callable(
            server, f"{key}-{name}", callable_name, path, stage.server_core
        )
        requests = workload.unguarded(path)
        contestant = Contestant(
            f"{key}{suffix}", f"{title}{words}", port, requests, {"worker": [program]}
        )
        found.append(contestant)
    return found
