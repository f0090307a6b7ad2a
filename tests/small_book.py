"""A copy of the project's tools around a book of one small page, for tests that record and build."""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import chapters
import kernels

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
    for name in ('tools', 'd2lmini'):
        shutil.copytree(chapters.ROOT / name, root / name, ignore=shutil.ignore_patterns('__pycache__', 'node_modules'))
    (root / 'tests' / 'recorded').mkdir(parents=True)
    settings = (chapters.ROOT / '_config.yml').read_text(encoding='utf-8')
    without = re.sub(r'(live_elsewhere:) \S+', r'\1 ""', settings)      # else a wheel is built
    (root / '_config.yml').write_text(without, encoding='utf-8')
    shutil.copytree(chapters.CHAPTERS / '_static', root / 'chapters' / '_static')
    if kernels.FONTS.is_dir():      # made anew, it costs each book seconds
        shutil.copytree(kernels.FONTS, root / kernels.FONTS.relative_to(kernels.ROOT))
    (root / 'chapters' / 'references.bib').write_text('')
    (root / '_toc.yml').write_text('format: jb-book\nroot: chapters/page\n')
    write(root, 'print(x * 7)')
    return root


def write(root: Path, code: str):
    (root / 'chapters' / 'page.md').write_text(PAGE.format(code=code))


def run(root: Path, tool: str, *arguments: str, **env: str) -> tuple[int, str]:
    """Run one of the tools, on the engine that is imported sooner; return its exit code and all that it printed."""
    done = subprocess.run([sys.executable, str(root / 'tools' / tool), *arguments], cwd=root, capture_output=True,
                          text=True, check=False, env=os.environ | {'D2LMINI_ENGINE': 'numpy'} | env)
    return done.returncode, done.stdout + done.stderr
