"""What readers take along: notebooks, scripts, the numbers of figures, PDF, EPUB, slides. Made from the built book.

May import book.execute and what is in book/ itself.
"""
