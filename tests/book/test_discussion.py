"""The link to the discussion of a page, its QR code, and what settings it refuses."""
import html
import subprocess
import sys
from pathlib import Path

import pytest
import segno
from bs4 import BeautifulSoup

from book.pages import discussion

TOOLS = Path(discussion.__file__).parent
PATTERN = 'https://example.org/talk?page={page}&from=book'
BAD = ['example.org/{page}', 'ftp://example.org/{page}', 'https:///{page}', 'https://example.org/discuss',
       'https://example.org/{topic}', 'https://example.org/{page}/{title}', 'https://example.org/{page',
       'https://example.org/ {page}', 42, ['https://example.org/{page}']]


def build(folder: Path, setting: str) -> subprocess.CompletedProcess:
    """Build a book of one page, in a folder of its own, with a line for conf.py."""
    (folder / 'part one').mkdir()
    (folder / 'conf.py').write_text(f'import sys\nsys.path.insert(0, {str(TOOLS)!r})\n'
                                    f'extensions = ["discussion"]\nroot_doc = "part one/page"\n{setting}\n')
    (folder / 'part one' / 'page.rst').write_text('Title\n=====\n\nText.\n')
    command = [sys.executable, '-m', 'sphinx', '-q', '-W', '-b', 'html', folder, folder / 'out']
    return subprocess.run(command, check=False, capture_output=True, text=True)


def page(folder: Path) -> BeautifulSoup:
    return BeautifulSoup((folder / 'out' / 'part one' / 'page.html').read_text(encoding='utf-8'), 'html.parser')


@pytest.mark.slow
@pytest.mark.parametrize('setting', ['', 'discussion = ""'])
def test_without_a_setting_there_is_no_discussion(tmp_path, setting):
    run = build(tmp_path, setting)
    assert (run.returncode, run.stderr) == (0, '')
    assert page(tmp_path).select('.discussion, svg') == []


@pytest.mark.slow
def test_with_a_setting_a_page_has_its_link_and_the_qr_code_of_that_link(tmp_path):
    run = build(tmp_path, f'discussion = {PATTERN!r}')
    assert (run.returncode, run.stderr) == (0, '')
    url = 'https://example.org/talk?page=part%20one%2Fpage&from=book'
    [link] = page(tmp_path).select('.discussion a')
    assert link['href'] == url
    [code] = page(tmp_path).select('.discussion [role=img]')
    assert code['aria-label'] == f'QR code of {url}'
    drawn = {path['d'] for path in code.select('svg path')}
    other = BeautifulSoup(segno.make(url, micro=False).svg_inline(), 'html.parser')
    assert other.path['d'] in drawn
    source = (tmp_path / 'out' / 'part one' / 'page.html').read_text(encoding='utf-8')
    assert html.escape(url) in source       # the ampersand is escaped
    assert 'class="discussion"' not in (tmp_path / 'out' / 'search.html').read_text(encoding='utf-8')


@pytest.mark.slow
def test_a_malformed_setting_stops_the_build_and_says_what_to_write(tmp_path):
    run = build(tmp_path, 'discussion = "https://example.org/discuss"')
    assert run.returncode != 0
    assert 'https://example.org/discuss' in run.stderr
    assert 'has no {page}' in run.stderr
    assert 'such as https://example.org/discuss?page={page}' in run.stderr
    assert not (tmp_path / 'out' / 'part one').exists()


@pytest.mark.parametrize('pattern', BAD)
def test_bad_patterns_are_told(pattern):
    assert discussion.complaint(pattern)


@pytest.mark.parametrize('pattern', [PATTERN, 'http://localhost:8000/{page}', 'https://example.org/{page}.html#talk'])
def test_good_patterns_pass(pattern):
    assert discussion.complaint(pattern) is None
