"""The commit that this copy of the project was made from."""
import subprocess
from pathlib import Path

from book import ROOT


def git(*arguments: str, root: Path = ROOT) -> str:
    """Return what git answers, or '' without git or a repository."""
    try:
        # A build runs without the user's settings, in which a folder of another user may be marked as safe.
        command = ['git', '-c', f'safe.directory={root}', '-C', str(root), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.strip()
    except (FileNotFoundError, subprocess.CalledProcessError):
        return ''


def commit_of_this_copy(root: Path = ROOT) -> str:
    """Return the short name of the commit, or '' in a copy without history, such as an unpacked archive."""
    top = git('rev-parse', '--show-toplevel', root=root)
    return git('rev-parse', '--short', 'HEAD', root=root) if top and Path(top).resolve() == root.resolve() else ''
