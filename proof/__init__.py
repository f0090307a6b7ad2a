"""What proves the book and the package right: references of other origin, planted bugs, other machines' arithmetic.

Nothing that readers use imports from here. May import from book and d2lmini.
"""
