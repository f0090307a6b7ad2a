"""What readers take along: notebooks, scripts, numbers of figures, the PDF. Chapters and the built book enter.

May import book.execute and what stands in book/ itself.
"""
