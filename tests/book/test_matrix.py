"""The rows of the matrix: which there are, which of them a machine can run, and what a name that is none gets."""
import pytest

from book.execute import provenance
from proof import matrix


def test_a_name_that_is_no_row_is_refused():
    with pytest.raises(SystemExit, match="ROWS='Zuse' names no row: choose a part of one of these names:\n  one"):
        matrix.chosen(['Zuse'])


def test_rows_are_chosen_by_a_part_of_their_name():
    assert list(matrix.chosen(['locale'])) == ['locale C', 'locale de_DE.UTF-8']
    assert matrix.chosen([]) == matrix.ROWS


def test_every_row_that_changes_arithmetic_runs_all_recordings():
    switches = {*provenance.SWITCHES, 'OMP_NUM_THREADS'}
    changing = {name for name, row in matrix.ROWS.items() if switches & set(row.environment)}
    assert changing == {name for name, row in matrix.ROWS.items() if row.recordings == matrix.ALL}
    assert {'NPY_DISABLE_CPU_FEATURES', 'OPENBLAS_CORETYPE', 'GLIBC_TUNABLES', 'DNNL_MAX_CPU_ISA'} <= {
        name for row in matrix.ROWS.values() for name in row.environment}


@pytest.mark.parametrize(('row', 'why'), [
    (matrix.Row(needs='SSE'), ''),
    (matrix.Row(needs='SSE ABACUS'), 'this processor has no ABACUS'),
    (matrix.Row({'LC_ALL': 'tlh_KLINGON'}), 'this machine does not have the locale'),
    (matrix.Row(engines=()), 'MXNet is not here'),
])
def test_a_row_that_this_machine_cannot_run_says_why(row, why, monkeypatch):
    monkeypatch.setattr(provenance, 'features', lambda: ['SSE'])
    assert row.obstacle() == why


def test_another_c_library_has_no_variants_to_switch_off(monkeypatch):
    monkeypatch.setattr(matrix.platform, 'libc_ver', lambda: ('', ''))
    assert matrix.Row({'GLIBC_TUNABLES': 'x'}).obstacle() == 'the C library is not glibc'
