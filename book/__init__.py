"""What turns the chapters into a book. Rooms: execute, pages, live, along; what all of them use is here.

Imports go one way: pages, live and along may import execute, and all four what is here; never back.
"""
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = ROOT / 'chapters'
RECORDED = ROOT / 'tests' / 'recorded'
