"""The planted bugs are where the code is: every file, test and equation that they name is found."""
import pytest

from book import ROOT
from proof import mutants, text_mutants
from proof.known_mutants import EQUIVALENT, HISTORIC


@pytest.mark.parametrize('path', mutants.TESTS)
def test_a_file_and_its_tests_are_there(path):
    assert (ROOT / path).is_file()
    assert all((ROOT / test).is_file() for test in mutants.where(path))


def test_known_bugs_can_be_planted():
    assert all((ROOT / path).is_file() for path in {path for _, path, *_ in HISTORIC} | EQUIVALENT.keys())
    assert [name for name, path, right, _ in HISTORIC if right not in (ROOT / path).read_text(encoding='utf-8')] == []


def test_signs_of_equations_are_found():
    assert len(list(text_mutants.equations(ROOT))) > 20
