"""The wheel of d2lmini: for Python in the browser, and for notebooks that readers take along."""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from book import ROOT, files

WITH = ('pyproject.toml', 'README.md', 'LICENSE')      # what it is made of beside the modules


def state(root: Path = ROOT) -> str:
    """Return a hash of everything that the wheel is made of."""
    return files.state(*(root / name for name in (*WITH, 'd2lmini')))


def build(folder: Path, root: Path = ROOT) -> Path:
    """Build the wheel in `folder`, from a copy: files deleted since an older build must not get in.

    Raises:
        RuntimeError: with what the build printed.
    """
    source = folder / 'source'
    shutil.copytree(root / 'd2lmini', source / 'd2lmini', ignore=shutil.ignore_patterns('__pycache__'))
    for name in WITH:
        shutil.copy(root / name, source)
    done = subprocess.run([sys.executable, '-m', 'build', '--wheel', '--no-isolation', '--outdir', folder, source],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f'Building d2lmini failed:\n{(done.stderr or done.stdout).strip()[-2000:]}')
    return next(folder.glob('d2lmini-*.whl'))


def current(root: Path = ROOT) -> Path:
    """Return the wheel of this tree, which is built only after a change."""
    kept = root / 'build' / 'wheel' / state(root)[:16]
    if not kept.is_dir():
        with tempfile.TemporaryDirectory() as place, files.whole(kept) as new:
            shutil.copy(build(Path(place), root), new)
        for old in set(kept.parent.iterdir()) - {kept}:
            if len(old.name) == len(kept.name):         # no folder of another build that is under way
                shutil.rmtree(old, ignore_errors=True)
    return next(kept.glob('*.whl'))
