"""Names of other editions of the published chapter, as aliases, so that code written for them runs.

The edition of late 2019 calls the chapter 10 and its Gluon trainer `gluon`; later ones call it 11 or 12, and `concise`.
"""
from d2lmini.data import Minibatches, get_data_ch10
from d2lmini.training import train_ch10, train_gluon_ch10

get_data_ch11 = get_data_ch12 = get_data_ch10
train_ch11 = train_ch12 = train_ch10
train_concise_ch11 = train_concise_ch12 = train_gluon_ch10


def load_array(data_arrays, batch_size, is_train=True):
    """Return minibatches of (X, y); shuffled each epoch, which `is_train=False` cannot turn off here."""
    if not is_train:
        raise ValueError('is_train=False asks for minibatches in order: slice the arrays, or pass is_train=True')
    if not isinstance(data_arrays, (list, tuple)) or len(data_arrays) != 2:
        raise TypeError('data_arrays is not a pair: pass (X, y), the features and the targets')
    return Minibatches(*data_arrays, batch_size)
