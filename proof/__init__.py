"""What proves the book and the package right: independent references, planted bugs, the arithmetic of other machines.

Nothing that readers use imports from here. May import from book and d2lmini.
"""
