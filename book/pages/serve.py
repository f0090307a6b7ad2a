"""Serve the book at http://localhost:8000, and build a page again as you edit it: `make serve`."""
import subprocess
import sys

from book import ROOT
from book.execute import build, kernels

PORT = 8000
# Not the source of a page, or written by the build.
UNWATCHED = ('_build', 'build', 'tests', 'benchmarks', '.venv', '.git', '.hypothesis')


def main() -> int:
    with kernels.settings() as environment:         # pages that are edited are executed in this process's environment
        # conf.py, which Sphinx's own tools need; made from _config.yml.
        subprocess.run([*build.JUPYTER_BOOK, 'config', 'sphinx', '.'], cwd=ROOT, env=environment, check=True,
                       stdout=subprocess.DEVNULL)
        ignored = [part for name in UNWATCHED for part in ('--ignore', str(ROOT / name))]
        command = [sys.executable, '-m', 'sphinx_autobuild', '--port', str(PORT), *ignored, *sys.argv[1:],
                   '-D', 'live_policy=0', '.', '_build/serve']
        try:
            return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        except KeyboardInterrupt:
            return 0


if __name__ == '__main__':
    sys.exit(main())
