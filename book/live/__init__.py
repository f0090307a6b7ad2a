"""Python in the page: what Sphinx writes for it, what is packed for it, and in web/ the program that runs there.

May import book.execute and what stands in book/ itself. README.md tells how the parts work together.
"""
