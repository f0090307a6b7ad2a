"""What turns the chapters into a book. Rooms: execute, pages, live, along; what all of them use is here.

Imports go one way: pages, live and along may import execute, and all four what is here; never back.
"""
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = ROOT / 'chapters'
RECORDED = ROOT / 'tests' / 'recorded'


def settings() -> dict:
    """Return what _config.yml says."""
    import yaml  # here, as the environment of the frameworks has none

    return yaml.safe_load((ROOT / '_config.yml').read_text(encoding='utf-8'))
