"""What a reader takes along of a real chapter runs, and repeats its recording; the citation has its form."""
import json
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import pytest
import yaml

from book import CHAPTERS, RECORDED, ROOT
from book.along import portable
from book.execute import compare, kernels
from book.execute.running import run

pytestmark = pytest.mark.slow
SHORT = CHAPTERS / 'conventions.md'


def test_a_real_chapter_taken_along_runs_and_repeats_its_recording(tmp_path):
    taken = portable.with_note(portable.read(SHORT), 'The Road to Adam')
    run(taken, tmp_path)
    recorded = nbformat.read(RECORDED / f'{SHORT.stem}.ipynb', as_version=4)
    _, *mine = [cell for cell in taken.cells if cell.cell_type == 'code']      # without the one that installs
    compared = 0
    for new, old in zip(mine, [cell for cell in recorded.cells if cell.cell_type == 'code'], strict=True):
        assert new.source == old.source
        for key, slots in compare.values(old.outputs).items():
            for (reference, kind), (computed, _) in zip(slots, compare.values(new.outputs)[key], strict=True):
                rule = compare.svg if kind == compare.SVG else compare.text
                assert not rule(reference[kind], computed[kind])
                compared += 1
    assert compared == recorded.metadata['compared']


def test_a_real_chapter_as_a_script_runs(tmp_path):
    path = tmp_path / f'{SHORT.stem}.py'
    path.write_text(portable.script(SHORT, 'The Road to Adam'), encoding='utf-8')
    code = [cell.source for cell in jupytext.read(path).cells if cell.cell_type == 'code']
    assert code == [cell.source for cell in portable.read(SHORT).cells if cell.cell_type == 'code']
    with kernels.settings() as environment:
        done = subprocess.run([sys.executable, '-W', 'error::SyntaxWarning', path.name], cwd=tmp_path, check=False,
                              capture_output=True, text=True, env=environment | {'MPLBACKEND': 'agg'})
    assert done.returncode == 0, done.stderr
    recorded = json.loads((RECORDED / f'{SHORT.stem}.ipynb').read_text(encoding='utf-8'))
    printed = ''.join(''.join(output['text']) for cell in recorded['cells'] for output in cell.get('outputs', [])
                      if output['output_type'] == 'stream')
    assert len(done.stdout.splitlines()) == len(printed.splitlines())


def test_the_citation_file_has_what_the_format_asks_for():
    cited = yaml.safe_load(Path(ROOT, 'CITATION.cff').read_text(encoding='utf-8'))
    assert cited['cff-version'] == '1.2.0'
    assert {'message', 'title', 'authors'} <= set(cited)
    assert all('name' in author or 'family-names' in author for author in cited['authors'])
    assert set(cited) <= {'cff-version', 'message', 'title', 'authors', 'type', 'version', 'abstract', 'keywords',
                          'license', 'date-released', 'repository-code', 'url', 'doi'}
    pyproject = (ROOT / 'pyproject.toml').read_text(encoding='utf-8')
    assert f'version = "{cited["version"]}"' in pyproject


def test_a_figure_to_hold_leaves_a_word_in_what_is_taken_along():
    chapter = CHAPTERS / 'adam.md'
    notebook = portable.with_note(portable.read(chapter), 'The Road to Adam')
    for text in ('\n'.join(cell.source for cell in notebook.cells), portable.script(chapter, 'The Road to Adam')):
        assert text.count('there is an interactive figure here') == 2
        assert text.count('figure here. Momentum beside Adam') == 1
        assert '{explorer}' not in text
        assert ':runs:' not in text
