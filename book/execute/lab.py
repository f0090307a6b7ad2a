"""Open JupyterLab, in which pages open as notebooks and remain pages when they are saved: `make lab`."""
import os
import subprocess
import sys

from book import ROOT

SETTINGS = ROOT / '.venv' / 'jupyter'           # of this project, not of the user
VIEWERS = SETTINGS / 'labconfig' / 'default_setting_overrides.json'


def main() -> int:
    subprocess.run([sys.executable, '-m', 'jupytext_config', '--settings-file', str(VIEWERS), 'set-default-viewer',
                    'myst', 'markdown'], check=True)
    os.environ['JUPYTER_CONFIG_DIR'] = str(SETTINGS)
    from jupyterlab.labapp import main as lab  # here, because it reads the environment

    sys.argv[1:1] = ['--ServerApp.contents_manager_class=book.execute.faithful.PageManager',
                     f'--ServerApp.root_dir={ROOT}', '--LabApp.default_url=/lab/tree/chapters/adam.md']
    return lab()


if __name__ == '__main__':
    sys.exit(main())
