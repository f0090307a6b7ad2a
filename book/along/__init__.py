"""What readers take along: notebooks, scripts, the numbers of figures, the PDF. Made from chapters and the built book.

May import book.execute and what is in book/ itself.
"""
