"""Run the chapters, into executed notebooks: in the cache of a build, or as recordings in tests/recorded.

A cell sees only the project's settings (kernels.py); compare.py says what counts as the same output.

May import what is in book/ itself.
"""
