"""The study behind "Which Optimizer?": thousands of training runs, on one processor or on many (README.md).

Nothing that readers import comes from here. May import from d2lmini alone.
"""


class StudyError(Exception):
    """What the person who started the study can put right: the message says how."""
