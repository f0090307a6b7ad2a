"""The airfoil data set, the minibatch iterator, and seeded chance."""
from d2lmini.data.airfoil import get_data_ch10
from d2lmini.data.minibatches import Minibatches, rng

__all__ = ['Minibatches', 'get_data_ch10', 'rng']
