"""What threads count without a lock is all there when it is added up."""

import os
import threading

from app.observability.tally import BOUNDS_SECONDS, Tally


def test_what_all_threads_counted_is_added_up_though_they_have_ended() -> None:
    tally = Tally()

    def count() -> None:
        for _ in range(1000):
            tally.answered("GET", "/x", 200, 0.003)
            tally.count("cache", "gate")

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    seen = 0
    while any(thread.is_alive() for thread in threads):
        now = tally.totals().events["cache", "gate"]
        assert now >= seen
        seen = now
    for thread in threads:
        thread.join()
    for _ in range(2):  # A thread that has ended is counted once.
        totals = tally.totals()
        assert totals.events == {("cache", "gate"): 4000}
        answers = totals.answers["GET", "/x", 200]
        assert sum(answers.counts) == 4000
        assert round(answers.seconds, 6) == 12
    assert tally._threads == []  # Threads come and go for years.


def test_a_duration_counts_within_the_first_bound_that_is_not_below_it() -> None:
    tally = Tally()
    for seconds in (BOUNDS_SECONDS[0], 0.02, BOUNDS_SECONDS[-1] + 1):
        tally.answered("GET", "/x", 200, seconds)
    counts = tally.totals().answers["GET", "/x", 200].counts
    assert [number for number, count in enumerate(counts) if count] == [
        0,
        BOUNDS_SECONDS.index(0.025),
        len(BOUNDS_SECONDS),
    ]


def test_only_what_is_new_is_counted_since_then() -> None:
    tally = Tally()
    tally.answered("GET", "/x", 200, 1)
    tally.count("limited", "client", "small")
    before = tally.totals()
    assert tally.totals().since(before).answers == {}
    tally.answered("GET", "/y", 500, 1)
    new = tally.totals().since(before)
    assert (list(new.answers), new.events) == ([("GET", "/y", 500)], {})


def test_a_thread_is_busy_between_begin_and_end() -> None:
    tally = Tally()
    tally.begin()
    assert tally.busy_threads == 1
    tally.end()
    assert tally.busy_threads == 0


def test_a_forked_process_counts_from_nothing() -> None:
    from app.observability.tally import TALLY

    TALLY.count("cache", "made")
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writing, repr(dict(TALLY.totals().events)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 100) == b"{}"
    os.close(reading)
    os.close(writing)
