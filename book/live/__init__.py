"""Python in the page: what Sphinx writes for it, what is packed for it and, in web/, the program that runs there.

May import book.execute and what is in book/ itself. README.md explains how the parts work together.
"""
