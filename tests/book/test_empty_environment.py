"""A chapter taken along runs where nothing is: its notebook and the wheel, beside the kernel of Jupyter alone."""
import json
import shutil
import subprocess
import tempfile
import venv
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from book import CHAPTERS, RECORDED, ROOT, wheel
from book.along import portable
from book.execute.kernels import SOCKETS

CHAPTER = CHAPTERS / 'rmsprop.md'


def printed(notebook) -> list[str]:
    """Return what each code cell printed."""
    return [''.join(output.text for output in cell.outputs if output.get('name') == 'stdout')
            for cell in notebook.cells if cell.cell_type == 'code']


@pytest.mark.slow
def test_a_notebook_and_the_wheel_are_enough(tmp_path, monkeypatch):
    empty, folder = tmp_path / 'empty', tmp_path / 'taken along'
    venv.create(empty, with_pip=True)
    python = next(path for path in empty.glob('*/python*') if path.is_file())
    for name in ('PYTHONPATH', 'VIRTUAL_ENV', 'D2LMINI_KERNEL_PATH', 'D2LMINI_ENGINE'):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    pip = [python, '-m', 'pip', 'install', '-q', '--disable-pip-version-check', '--only-binary', ':all:']
    subprocess.run([*pip, 'ipykernel'], check=True, capture_output=True)
    look = [python, '-c', 'import sys; print(sys.path)\nimport d2lmini']
    found = subprocess.run(look, check=False, capture_output=True, text=True)
    assert 'No module named' in found.stderr
    assert str(ROOT) not in found.stdout
    folder.mkdir()
    own = Path(shutil.copy(wheel.current(), folder))
    kernels = tmp_path / 'kernels' / 'kernels' / 'empty'
    kernels.mkdir(parents=True)
    (kernels / 'kernel.json').write_text(json.dumps({
        'argv': [str(python), '-m', 'ipykernel_launcher', '-f', '{connection_file}'], 'display_name': 'empty',
        'language': 'python'}))
    monkeypatch.setenv('JUPYTER_PATH', str(kernels.parent.parent))
    monkeypatch.setenv('PATH', f'{python.parent}:/usr/bin:/bin')
    notebook = portable.with_note(portable.read(CHAPTER), 'The Road to Adam', wheel=own.name)
    with tempfile.TemporaryDirectory() as short:        # the path of a socket must be
        manager = AsyncKernelManager(kernel_name='empty', transport=SOCKETS, connection_file=f'{short}/kernel.json')
        client = NotebookClient(notebook, manager, timeout=600, resources={'metadata': {'path': str(folder)}})
        client.execute(cleanup_kc=True)
    recorded = nbformat.read(RECORDED / f'{CHAPTER.stem}.ipynb', as_version=4)
    _, *mine = printed(notebook)
    assert [text.count('\n') for text in mine] == [text.count('\n') for text in printed(recorded)]
