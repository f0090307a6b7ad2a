"""The address of the repository, `repository_url` in _config.yml, and the services that open its notebooks.

The notebooks that Colab and Binder open are those of the pages. They are on the branch `notebooks`, which
book/along/publish_notebooks.py writes, since a branch with sources should hold nothing that a build makes. As a Sphinx
extension, this module checks the settings before the theme trips over them.
"""
import re
from dataclasses import dataclass
from urllib.parse import quote

from sphinx.errors import ConfigError

ADDRESS = re.compile(r'https://(github|gitlab)\.com/([\w.-]+)/([\w.-]+?)(?:\.git)?/?')
NAME_OF_BRANCH = re.compile(r'[\w.-][\w./-]*')
NOTEBOOKS = 'notebooks'


@dataclass(frozen=True)
class Repository:
    host: str
    owner: str
    name: str
    branch: str

    @property
    def url(self) -> str:
        return f'https://{self.host}.com/{self.owner}/{self.name}'

    @property
    def requirement(self) -> str:
        """What pip installs."""
        return f'd2lmini @ git+{self.url}@{self.branch}'

    def launches(self, notebook: str) -> list[dict]:
        """Return the services that run a notebook of the branch `notebooks`, and where."""
        short, name = {'github': 'gh', 'gitlab': 'gl'}[self.host], f'{self.owner}/{self.name}'
        binder = {'text': 'Open in Binder', 'icon': '_static/images/logo_binder.svg', 'url':
                  f'https://mybinder.org/v2/{short}/{name if short == "gh" else quote(name, safe="")}/{NOTEBOOKS}'
                  f'?urlpath=lab/tree/{quote(notebook)}'}
        colab = {'text': 'Open in Colab', 'icon': '_static/images/logo_colab.png', 'url':
                 f'https://colab.research.google.com/github/{name}/blob/{NOTEBOOKS}/{quote(notebook)}'}
        return [colab, binder] if self.host == 'github' else [binder]       # Colab reads only GitHub


def parse(url: str | None, branch: str | None) -> Repository | None:
    """Return the repository, or None while no address is set.

    Raises:
        ValueError: the address or the branch is malformed.
    """
    if not url:
        return None
    parts = ADDRESS.fullmatch(url)
    if not parts:
        raise ValueError(f'repository_url: {url!r} in _config.yml is not the address of a repository: write '
                         f'https://github.com/owner/name (or gitlab.com), or "" for none')
    branch = branch or 'main'
    if not NAME_OF_BRANCH.fullmatch(branch):
        raise ValueError(f'repository_branch: {branch!r} in _config.yml is not the name of a branch: write one such '
                         'as main')
    return Repository(*parts.groups(), branch)


def of(config) -> Repository | None:
    return parse(config.repository_url, config.repository_branch)


def check(app, config):
    try:
        of(config)
    except ValueError as why:
        raise ConfigError(str(why)) from why


def setup(app):
    app.add_config_value('repository_url', '', 'env', types=(str,))         # a page says it (book/pages/teach.py)
    app.add_config_value('repository_branch', 'main', 'html', types=(str,))
    app.connect('config-inited', check)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
