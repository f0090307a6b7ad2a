"""States of the optimizers: zeros shaped like the parameters."""
import numpy

from d2lmini import checks, engine


def zeros_for(params):
    """Return zeros for each parameter: of its shape and kind, or for the w and b of a linear regression.

    Args:
        params: a list of float arrays, or the number of features, for w of shape (features, 1) and b of shape (1,).
    """
    if not isinstance(params, (list, tuple)):
        features = checks.whole_number('feature_dim', params, 1, why=', as get_data_ch10 returned it, or a list of '
                                                                     'parameters')
        return engine.np.zeros((features, 1)), engine.np.zeros((1,))
    for i, p in enumerate(params):
        checks.float_array(f'feature_dim[{i}]', p)
    return tuple((engine.np if engine.kind(p) == 'mxnet' else numpy).zeros(p.shape, dtype=p.dtype) for p in params)
