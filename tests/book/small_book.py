"""A copy of what makes a book, around a book of one small page, for tests that record and build."""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from book import CHAPTERS, ROOT, wheel
from book.execute import kernels

PAGE = """---
jupytext: {{text_representation: {{extension: .md, format_name: myst}}}}
kernelspec: {{display_name: Python 3, language: python, name: python3}}
---
# A page

```{{code-cell}} ipython3
x = 6
```

```{{code-cell}} ipython3
{code}
```
"""


def make(root: Path) -> Path:
    for name in ('book', 'd2lmini'):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns('__pycache__', 'node_modules'))
    for name in wheel.WITH:
        shutil.copy(ROOT / name, root)
    shutil.copytree(wheel.current().parent, root / 'build' / 'wheel' / wheel.state(root)[:16])
    (root / 'tests' / 'recorded').mkdir(parents=True)
    settings = (ROOT / '_config.yml').read_text(encoding='utf-8')
    without = re.sub(r'(live_elsewhere:) \S+', r'\1 ""', settings)      # else a wheel is built
    (root / '_config.yml').write_text(without, encoding='utf-8')
    shutil.copytree(CHAPTERS / '_static', root / 'chapters' / '_static')
    if kernels.FONTS.is_dir():      # made anew, it costs each book seconds
        shutil.copytree(kernels.FONTS, root / kernels.FONTS.relative_to(ROOT))
    (root / 'chapters' / 'references.bib').write_text('')
    (root / '_toc.yml').write_text('format: jb-book\nroot: chapters/page\n')
    write(root, 'print(x * 7)')
    return root


def write(root: Path, code: str):
    (root / 'chapters' / 'page.md').write_text(PAGE.format(code=code))


def program(root: Path, name: str, *arguments: str, **env: str) -> tuple[int, str]:
    """Run a program on the engine that is imported sooner; return its exit code and all that it printed."""
    done = subprocess.run([name, *arguments], cwd=root, capture_output=True, text=True, check=False,
                          env=os.environ | {'D2LMINI_ENGINE': 'numpy'} | env)
    return done.returncode, done.stdout + done.stderr


def run(root: Path, module: str, *arguments: str, **env: str) -> tuple[int, str]:
    """Run a module of the book, as `program` does."""
    return program(root, sys.executable, '-m', module, *arguments, **env)
