"""Chapters are executed by this interpreter, and see only the project's settings.

The book, the recordings and their comparison start their kernels with the code below. Which settings of a user or a
machine could reach a cell, and what keeps them out:

- PYTHONPATH, PYTHONSTARTUP, PYTHONWARNINGS, PYTHONOPTIMIZE (which drops assertions), and all others with that prefix:
  not passed on. The d2lmini on the path is that of this tree, whichever is installed.
- packages and a usercustomize.py in the user's folders: PYTHONNOUSERSITE.
- a matplotlibrc and styles: MATPLOTLIBRC names matplotlib's own; MPLBACKEND is not passed on, as a kernel shows figures
  with a backend of its own, and another one would show nothing.
- IPython's profile, startup files and history, and everything in a home folder: HOME is an empty folder, and variables
  that name other places (IPYTHONDIR, XDG_CONFIG_HOME, DOCUTILSCONFIG, ...) are not passed on.
- other kernels that are called python3, and JUPYTER_PATH, which leads to them: no kernel is looked up.
- locale and time zone: C.UTF-8 and UTC.

All other variables pass: D2LMINI_ENGINE, and those that decide how numbers are rounded, such as OMP_NUM_THREADS,
OPENBLAS_CORETYPE, NPY_DISABLE_CPU_FEATURES, GLIBC_TUNABLES and DNNL_MAX_CPU_ISA. Folders in D2LMINI_KERNEL_PATH come
first on a kernel's path: a sitecustomize.py there runs before everything else. Files of the machine's administrator
under /etc are not kept out, nor is a matplotlibrc in the folder of the chapters, which belongs to the project.
"""
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import KernelManager

from book import ROOT

FONTS = ROOT / '_build' / '.matplotlib'     # its list of fonts, which takes seconds to make, and a warning
SOCKETS = 'ipc' if os.name == 'posix' else 'tcp'
LONGEST = 95        # bytes in the path of a socket: 103 on macOS, 107 on Linux, less what Jupyter adds to the name
OWN_PATH = 'D2LMINI_KERNEL_PATH'
LEFT_OUT = ('PYTHON', 'IPY', 'JUPYTER', 'JPY_', 'MPL', 'MATPLOTLIB', 'XDG_', 'LC_', 'LANG', 'DOCUTILSCONFIG', OWN_PATH)


class ThisPython(KernelSpecManager):
    """Knows one kernel: the interpreter that runs this module."""

    def get_kernel_spec(self, kernel_name):
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


@contextmanager
def settings() -> Iterator[dict[str, str]]:
    """Give the environment of a kernel, with a home folder that exists as long as the block lasts."""
    path = [*filter(None, os.environ.get(OWN_PATH, '').split(os.pathsep)), str(ROOT)]
    matplotlib = Path(find_spec('matplotlib').origin).parent
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(LEFT_OUT)}
        environment |= dict.fromkeys(('HOME', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'), home)
        environment |= {'PYTHONPATH': os.pathsep.join(path), 'PYTHONNOUSERSITE': '1', 'LC_ALL': 'C.UTF-8', 'TZ': 'UTC',
                        'MATPLOTLIBRC': str(matplotlib / 'mpl-data' / 'matplotlibrc'),
                        'MPLCONFIGDIR': str(fonts(Path(home)))}
        if not any(Path(environment['MPLCONFIGDIR']).glob('fontlist-*')):
            # Now, because a cell that waited for it would say so on stderr.
            subprocess.run([sys.executable, '-c', 'import matplotlib.font_manager'], env=environment, check=False,
                           stderr=subprocess.DEVNULL)
        yield environment


def fonts(home: Path) -> Path:
    """Return where matplotlib keeps its list of fonts: in the project or, if that can't be written, in a home."""
    try:
        FONTS.mkdir(parents=True, exist_ok=True)
    except OSError:
        return home
    return FONTS if os.access(FONTS, os.W_OK) else home


def manager(kind: type[KernelManager], environment: dict[str, str]) -> KernelManager:
    """Return a manager of a kind for one kernel; start it with this environment, which `settings` gave.

    It talks to the kernel through sockets in the home folder, where the system has such. A port that is free when the
    manager chooses it can be taken by another program before the kernel, a second later, opens it, and then dies.
    """
    file = Path(environment['HOME'], 'kernel.json')
    return kind(kernel_name='python3', kernel_spec_manager=ThisPython(), connection_file=str(file),
                transport=SOCKETS if len(os.fsencode(file)) < LONGEST else 'tcp')
