"""Sphinx extension: no garbage collection, which took a third of the time of a build.

A build keeps nearly everything that it reads until its process ends. It takes 0.6 GB instead of 0.4.
"""
import gc


def setup(app):
    gc.disable()
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
