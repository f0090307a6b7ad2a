"""What the programs here share: where the data are, the record of a run, and a word about a library that is missing."""
import sys
from importlib import metadata
from pathlib import Path

import numpy

NAME = 'airfoil_self_noise.csv'
HERE = Path(__file__).resolve().parent
FILE = next((p for p in (HERE / NAME, HERE.parent / 'd2lmini' / 'data' / NAME) if p.exists()), HERE / NAME)
EVALUATE_EVERY = 200            # examples between two points of the loss curve, as in the book


def needs(*packages: str):
    """End the program, plainly, if one of its packages is not installed: with the command that installs them."""
    for package in packages:
        try:
            metadata.version(package)
        except metadata.PackageNotFoundError:
            sys.exit(f'This program needs {package}, which is not installed here: pip install {" ".join(packages)}')
    if not FILE.exists():
        sys.exit(f'This program needs the data, {NAME}: put the file beside {Path(__file__).name}')


class Run:
    """The parameters after each step of a run on the airfoil data, and what the book's trainer makes of them.

    The model is linear, or a network with one layer of `hidden` tanh units.
    """

    def __init__(self, batch_size: int, hidden: int = 0):
        self.batch_size, self.hidden, self.path = batch_size, hidden, []

    def step(self, *params):
        """Take down the parameters after a step, tensors, arrays or variables: weights (in, out) and bias by layer."""
        values = [numpy.ravel(p.detach() if hasattr(p, 'detach') else p) for p in params]
        self.path.append(numpy.concatenate(values).astype(float))

    def losses(self) -> tuple[list[float], list[float]]:
        """Return (epochs, losses): half the mean squared error, every 200 examples and at the end of each epoch."""
        table = numpy.loadtxt(FILE, delimiter=',', skiprows=1)
        table = (table - table.mean(axis=0)) / table.std(axis=0)
        X, y, rows, examples, epochs, losses = table[:1500, :5], table[:1500, 5], 1500, 0, [], []
        for p in self.path:
            left = rows - examples % rows                   # in this epoch
            before, examples = examples, examples + min(self.batch_size, left)
            if examples // EVALUATE_EVERY > before // EVALUATE_EVERY or examples % rows == 0:
                epochs.append(examples / rows)
                losses.append(float(((self.predicted(X, p) - y) ** 2).mean() / 2))
        return epochs, losses

    def predicted(self, X, p):
        """Return what the model with parameters p, all in one row, predicts for each row of X."""
        if not self.hidden:
            return X @ p[:5] + p[5]
        W, b, v, c = numpy.split(p, numpy.cumsum([5 * self.hidden, self.hidden, self.hidden]))
        return numpy.tanh(X @ W.reshape(5, self.hidden) + b) @ v + c

    def show(self):
        """Print the last loss, and draw the curve."""
        import matplotlib.pyplot as plt

        epochs, losses = self.losses()
        print(f'loss: {losses[-1]:.3f}')
        plt.plot(epochs, losses)
        plt.xlabel('epoch')
        plt.ylabel('loss')
        if not self.hidden:
            plt.ylim(0.22, 0.35)
        plt.grid()
        plt.show()
