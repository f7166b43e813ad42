"""What is admitted above a limit is caught, and nothing else is."""

from loadtest.limits import admitted_above, read_policy

TWENTY_A_SECOND = {"second": [20.0, 1.0]}


def steady(rate: float, seconds: float, takes: float = 0.01) -> list[list[float]]:
    return [[at / rate, at / rate + takes] for at in range(int(rate * seconds))]


def test_a_policy_is_read_from_its_header() -> None:
    header = '"second";q=20;w=1, "minute";q=2000;w=60'
    assert read_policy(header) == {"second": [20, 1], "minute": [2000, 60]}
    assert read_policy("") == {}


def test_what_a_limit_promises_is_right() -> None:
    assert admitted_above(steady(20, 30), TWENTY_A_SECOND) is None
    # A burst that spends the whole limit, and then as many as it is refilled with.
    burst = [[0.5, 0.55]] * 20
    refilled = [[0.6 + at / 20, 0.65 + at / 20] for at in range(100)]
    assert admitted_above(burst + refilled, TWENTY_A_SECOND) is None
    assert admitted_above([], TWENTY_A_SECOND) is None


def test_a_tenth_too_much_is_caught_in_the_long_run() -> None:
    assert admitted_above(steady(22, 30), TWENTY_A_SECOND) is not None


def test_a_burst_above_the_limit_is_caught_wherever_it_lies() -> None:
    calm = steady(5, 20)
    burst = [[12.0 + at / 1000, 12.1 + at / 1000] for at in range(45)]
    told = admitted_above(calm + burst, TWENTY_A_SECOND)
    assert told is not None
    assert "second" in told


def test_an_answer_that_came_late_may_have_been_admitted_early() -> None:
    # A stall: forty were admitted over two seconds, and all answered at its end.
    stalled = [[at / 20, 2.5] for at in range(40)]
    assert admitted_above(stalled, TWENTY_A_SECOND) is None
