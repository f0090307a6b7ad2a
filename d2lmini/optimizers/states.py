"""State of linear regression's optimizers: zeros shaped like the weights w and the bias b."""
from d2lmini import engine


def zeros_for_w_and_b(feature_dim):
    """Return zeros of w's shape (feature_dim, 1) and of b's shape (1,), as arrays of the engine."""
    return engine.np.zeros((feature_dim, 1)), engine.np.zeros((1,))
