"""How a page looks, and what it says about itself: Sphinx extensions and styles, from executed chapters to HTML.

May import book.execute and what is in book/ itself. README.md lists what we change in the code of others.
"""
