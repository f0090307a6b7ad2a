"""Learning-rate schedules: plain functions of the step t, which counts from 1.

Each returns the learning rate of step t. With base_lr = 1 it returns the factor that `train_seeds(schedule=...)` wants.
"""
import math
from collections.abc import Callable, Sequence

from d2lmini import checks


def factor(t: int, base_lr: float, factor: float = 0.99, stop_lr: float = 0.0) -> float:
    """Multiply by a constant each step: base_lr · factorᵗ⁻¹, never below stop_lr."""
    checks.schedule(t=t, base_lr=base_lr, factor=factor, stop_lr=stop_lr)
    return max(stop_lr, base_lr * factor ** (t - 1))


def multi_step(t: int, base_lr: float, milestones: Sequence[int], factor: float = 0.5) -> float:
    """Multiply by a factor at each milestone that the step has passed: base_lr · factor^(number of milestones < t)."""
    checks.schedule(t=t, base_lr=base_lr, milestones=milestones, factor=factor)
    return base_lr * factor ** sum(milestone < t for milestone in milestones)


def square_root(t: int, base_lr: float) -> float:
    """Fall as the theory of convex problems requires: base_lr / √t."""
    checks.schedule(t=t, base_lr=base_lr)
    return base_lr / math.sqrt(t)


def polynomial(t: int, base_lr: float, total: int, power: float = 1.0, final_lr: float = 0.0) -> float:
    """Fall from base_lr at t = 1 to final_lr at t = total, as (1 − (t − 1)/(total − 1))^power; power 1 is linear."""
    checks.schedule(power=power, final_lr=final_lr)
    progress = _progress(t, base_lr, total)
    return final_lr + (base_lr - final_lr) * (1 - progress) ** power


def cosine(t: int, base_lr: float, total: int, final_lr: float = 0.0) -> float:
    """Fall from base_lr at t = 1 to final_lr at t = total along half a cosine, flat at both ends."""
    checks.schedule(final_lr=final_lr)
    progress = _progress(t, base_lr, total)
    return final_lr + (base_lr - final_lr) * (1 + math.cos(math.pi * progress)) / 2


def warmup(t: int, base_lr: float, steps: int, then: Callable[[int, float], float] | None = None) -> float:
    """Rise linearly to base_lr at t = steps, then follow `then(t − steps, base_lr)`, or stay there."""
    checks.schedule(t=t, base_lr=base_lr, steps=steps)
    if then is not None:
        checks.function('then', then, 'a schedule of t and base_lr such as schedules.square_root')
    if t <= steps:
        return base_lr * t / steps
    rate = base_lr if then is None else then(t - steps, base_lr)
    checks.coefficient('what then returned', rate)
    return rate


def one_cycle(t: int, max_lr: float, total: int, rise: float = 0.3, start: float = 0.04, end: float = 1e-4) -> float:
    """Rise from start · max_lr to max_lr in the fraction `rise` of the steps, then fall to end · max_lr, by cosines."""
    checks.schedule(max_lr=max_lr, rise=rise, start=start, end=end)
    progress = _progress(t, max_lr, total)
    if progress < rise:
        return max_lr + (start - 1) * max_lr * (1 + math.cos(math.pi * progress / rise)) / 2
    return max_lr * (end + (1 - end) * (1 + math.cos(math.pi * (progress - rise) / (1 - rise))) / 2)


def warm_restarts(t: int, base_lr: float, period: int, growth: int = 1, final_lr: float = 0.0) -> float:
    """Fall along half a cosine for `period` steps, start again, and make each period `growth` times as long."""
    checks.schedule(t=t, base_lr=base_lr, period=period, growth=growth, final_lr=final_lr)
    while t > period:
        t, period = t - period, period * growth
    return final_lr + (base_lr - final_lr) * (1 + math.cos(math.pi * (t - 1) / period)) / 2


def _progress(t, base_lr, total):
    """Return how far step t is on the way from 1 to total, in [0, 1]; past the end it stays 1."""
    checks.schedule(t=t, base_lr=base_lr, total=total)
    return min(1.0, (t - 1) / max(1, total - 1))
