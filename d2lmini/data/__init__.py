"""The airfoil measurements, the handwritten digits, the minibatch iterator, and seeded random numbers."""
from d2lmini.data.airfoil import get_data_ch10
from d2lmini.data.digits import load_digits, split_digits
from d2lmini.data.minibatches import Minibatches, rng, stacked_minibatches

__all__ = ['Minibatches', 'get_data_ch10', 'load_digits', 'rng', 'split_digits', 'stacked_minibatches']
