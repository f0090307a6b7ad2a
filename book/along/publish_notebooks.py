"""Put the notebooks of the built book on the branch `notebooks` of a remote: what Colab and Binder open.

The branch has one commit, without history. It holds the executed notebooks, and what Binder installs for them.
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from book import ROOT, addresses, settings
from book.along import downloads

README = """The executed notebooks of the book, written by its build: changes made here are lost. The sources are at
{url}
"""


def fill(folder: Path, built: Path, repo: addresses.Repository):
    """Write the files of the branch to `folder`."""
    pages = sorted(built.glob('*-executed.ipynb'))
    if not pages:
        raise FileNotFoundError(f'{built} holds no notebooks: build the book first, with make book')
    for page in pages:
        name = downloads.FORMS['plain'][2].format(page.stem.removesuffix('-executed'))
        (folder / name).write_bytes(page.read_bytes())
    (folder / 'requirements.txt').write_text(f'{repo.requirement}\n', encoding='utf-8')
    (folder / 'runtime.txt').write_text('python-3.12\n', encoding='utf-8')     # the NumPy engine, in a small image
    (folder / 'README.md').write_text(README.format(url=repo.url), encoding='utf-8')


def publish(remote: str, repo: addresses.Repository, built: Path, root: Path = ROOT) -> str:
    """Push the notebooks in `built` to the branch of `remote`, and return the commit."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as scratch:
        fill(Path(folder), built, repo)
        # An index and a tree of its own: the files and the branch that are checked out do not change.
        env = os.environ | {'GIT_INDEX_FILE': str(Path(scratch, 'index'))}

        def git(*arguments):
            done = subprocess.run(['git', *arguments], cwd=root, env=env, check=True, stdout=subprocess.PIPE, text=True)
            return done.stdout.strip()

        git('--work-tree', folder, 'add', '--all', '--force', '.')
        commit = git('commit-tree', git('write-tree'), '-m', f'Notebooks of {git("rev-parse", "--short", "HEAD")}')
        git('push', '--quiet', '--force', remote, f'{commit}:refs/heads/{addresses.NOTEBOOKS}')
        return commit


def main(arguments: list[str]) -> int:
    config = settings()['sphinx']['config']
    try:
        repo = addresses.parse(config['repository_url'], config['repository_branch'])
        if repo is None:
            print('No repository is set in _config.yml: there is nothing to publish.')
            return 0
        publish(arguments[0] if arguments else 'origin', repo, ROOT / '_build' / 'html' / 'downloads')
    except (ValueError, OSError, subprocess.CalledProcessError) as why:
        print(f'The notebooks were not published: {why}', file=sys.stderr)
        return 1
    print(f'The notebooks are on the branch {addresses.NOTEBOOKS}.')
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
