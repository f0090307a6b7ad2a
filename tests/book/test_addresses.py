"""The address of the repository, and what opens there."""
import pytest

from book import addresses
from helpers import refused


@pytest.mark.parametrize('url', ['https://github.com/owner/name', 'https://github.com/owner/name.git',
                                 'https://github.com/owner/name/'])
def test_an_address_with_and_without_its_ends(url):
    repo = addresses.parse(url, 'main')
    assert (repo.url, repo.branch) == ('https://github.com/owner/name', 'main')
    assert repo.requirement == 'd2lmini @ git+https://github.com/owner/name@main'


def test_github_opens_in_colab_and_binder_gitlab_in_binder_alone():
    launches = addresses.parse('https://github.com/o/n', '').launches('adam.ipynb')
    assert {launch['text']: launch['url'] for launch in launches} == {
        'Open in Colab': 'https://colab.research.google.com/github/o/n/blob/notebooks/adam.ipynb',
        'Open in Binder': 'https://mybinder.org/v2/gh/o/n/notebooks?urlpath=lab/tree/adam.ipynb'}
    [binder] = addresses.parse('https://gitlab.com/o/n', 'dev').launches('adam.ipynb')
    assert binder['url'] == 'https://mybinder.org/v2/gl/o%2Fn/notebooks?urlpath=lab/tree/adam.ipynb'


def test_no_address_is_no_repository():
    assert addresses.parse('', 'main') is None
    assert addresses.parse(None, None) is None


@pytest.mark.parametrize('url', ['github.com/o/n', 'https://github.com/o', 'https://example.org/o/n', 'o/n',
                                 'https://github.com/o/n/tree/main', 'https://github.com/o/n" onclick="x'])
def test_a_malformed_address_is_named(url):
    refused(lambda: addresses.parse(url, 'main'), ValueError, ['repository_url:', repr(url), 'https://github.com/owner/name'])


def test_a_malformed_branch_is_named():
    refused(lambda: addresses.parse('https://github.com/o/n', 'a b'), ValueError, ['repository_branch:', "'a b'"])
