"""How a page looks, and what it says of itself: Sphinx extensions and styles. Executed chapters enter, HTML leaves.

May import book.execute and what stands in book/ itself. README.md lists what of other people's code is changed here.
"""
