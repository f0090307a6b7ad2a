"""Which chapters there are, and which of them have code to execute."""
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = ROOT / 'chapters'
RECORDED = ROOT / 'tests' / 'recorded'


def with_code(folder: Path = CHAPTERS) -> list[Path]:
    """Return the chapters that hold code cells, in the order of their names."""
    return [path for path in sorted(folder.glob('*.md')) if '\n```{code-cell}' in path.read_text(encoding='utf-8')]
