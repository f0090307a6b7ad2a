"""The handwritten digits: what they should be, and a damaged file refused."""
import numpy
import pytest

import d2lmini as d2l
from d2lmini.data import digits


def test_images_and_labels_are_the_published_ones():
    X, y = d2l.load_digits()
    assert X.shape == (1797, 64)
    assert X.min() == 0
    assert X.max() == 1
    assert numpy.bincount(y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_a_truncated_file_is_refused_by_name(tmp_path):
    whole = digits.verified(digits.FILE, digits.SHA256)
    damaged = tmp_path / 'digits.csv.gz'
    damaged.write_bytes(whole[:-1])
    with pytest.raises(ValueError, match=r'digits\.csv\.gz is damaged.*install d2lmini again'):
        d2l.load_digits(damaged)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'nothing\.gz'):
        d2l.load_digits(tmp_path / 'nothing.gz')
