"""matplotlib's backend in a page: figures are shown below their cell."""
from live_shell import show  # noqa: F401 - matplotlib asks for it
from matplotlib.backends.backend_agg import FigureCanvasAgg as FigureCanvas  # noqa: F401 - and for this
