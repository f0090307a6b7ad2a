"""The commit that this copy of the project was made from."""
import subprocess
from pathlib import Path

from book import ROOT


def git(*arguments: str, root: Path = ROOT) -> str:
    """Return what git answers; '' where there is no git, or no repository."""
    try:
        # A build runs without the user's settings, in which a folder of somebody else's may be named safe.
        command = ['git', '-c', f'safe.directory={root}', '-C', str(root), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.strip()
    except (FileNotFoundError, subprocess.CalledProcessError):
        return ''


def commit_of_this_copy(root: Path = ROOT) -> str:
    """Return the short name of the commit, or '' in a copy without a history of its own, as an unpacked archive."""
    top = git('rev-parse', '--show-toplevel', root=root)
    return git('rev-parse', '--short', 'HEAD', root=root) if top and Path(top).resolve() == root.resolve() else ''
