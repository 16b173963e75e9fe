"""Work in this process and in others: results, steps, errors, stopping."""

import pytest
from worker_tasks import endless, killed, refused, squared

from inference.progress import Cancelled, CancelToken
from inference.workers import WorkersError, run_tasks


@pytest.mark.parametrize("processes", [1, 2])
def test_results_are_in_the_order_of_the_tasks_and_all_steps_are_counted(processes):
    told = []
    results = run_tasks(squared, range(4), processes=processes, on_steps=told.append, cancel=CancelToken())
    assert results == [0, 1, 4, 9]
    assert told == sorted(told)
    assert told[-1] == 12


def test_nothing_to_do_is_done():
    assert run_tasks(squared, [], processes=3, on_steps=print, cancel=CancelToken()) == []


@pytest.mark.parametrize("processes", [1, 2])
def test_what_the_work_raises_comes_through(processes):
    with pytest.raises(ValueError, match="two is too many"):
        run_tasks(refused, range(4), processes=processes, on_steps=lambda done: None, cancel=CancelToken())


@pytest.mark.parametrize("processes", [1, 2])
def test_endless_work_stops_when_cancelled(processes):
    token = CancelToken()
    with pytest.raises(Cancelled):
        run_tasks(
            endless,
            range(2),
            processes=processes,
            on_steps=lambda done: token.cancel() if done > 2 else None,
            cancel=token,
        )


def test_a_process_ended_from_outside_is_said_in_a_sentence():
    with pytest.raises(
        WorkersError, match=r"^A process .* was ended from outside.* with fewer processes if need be\.$"
    ):
        run_tasks(killed, range(2), processes=2, on_steps=lambda done: None, cancel=CancelToken())
