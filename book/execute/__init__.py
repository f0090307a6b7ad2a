"""Run the chapters: they enter, executed notebooks leave, in the cache of a build or as recordings in tests/recorded.

A cell sees the project's settings alone (kernels.py); what counts as the same output stands in compare.py.

May import what stands in book/ itself.
"""
