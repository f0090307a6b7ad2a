"""Measure in one process: warm up, repeat, take the median."""
import statistics
from collections.abc import Callable

CALLS = 3       # measured calls in one process, after one to warm up


def repeat(call: Callable[[], dict]) -> dict:
    """Call once to warm up, then CALLS times; return the medians, and the wall time of the very first call."""
    first = call()
    calls = [call() for _ in range(CALLS)]
    result = {key: statistics.median(one[key] for one in calls) for key in first}
    if 'whole_call_svg' in first:
        result['first_call_svg'] = first['whole_call_svg']
    return result
