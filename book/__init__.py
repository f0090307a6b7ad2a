"""What makes a book of the chapters. Rooms: execute, pages, live, along; here stands what all of them use.

Imports go one way: pages, live and along may import execute, execute and all of them what stands here; never back.
"""
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = ROOT / 'chapters'
RECORDED = ROOT / 'tests' / 'recorded'
