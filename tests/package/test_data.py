"""The airfoil data as published, standardized, and cut into minibatches; facts that the chapters stand on."""
import hashlib
from importlib import resources

import numpy
import pytest

import d2lmini as d2l
from d2lmini import engine
from d2lmini.data import airfoil


@pytest.fixture(scope='module')
def content():
    return (resources.files('d2lmini.data') / airfoil.FILE).read_bytes()


@pytest.fixture(scope='module')
def table():
    """All 1503 standardized rows: five features and the target."""
    data_iter, _ = d2l.get_data_ch10(n=1503)
    return numpy.column_stack([data_iter.X, data_iter.y])


def epoch(data_iter):
    """Return the batches of an epoch as NumPy arrays."""
    return [(engine.to_numpy(X), engine.to_numpy(y)) for X, y in data_iter]


def targets(data_iter):
    return numpy.concatenate([y for _, y in epoch(data_iter)])


def numbered(rows, batch_size, seed=0):
    """Return minibatches of rows that tell their own number: X holds (i, -i), y holds 10 i."""
    i = numpy.arange(float(rows))
    return d2l.Minibatches(numpy.stack([i, -i], axis=1), 10 * i, batch_size, seed)


def test_file_is_the_published_one(content):
    assert hashlib.sha256(content).hexdigest() == '6175780c3c69e8bbd417a9de41d44040b6bf072079146dcf5d22c8961ebee223'
    assert len(content) == 58603


def test_table_is_as_measured():
    table = airfoil.read_airfoil()
    assert table.shape == (1503, 6)
    assert table.dtype == float
    assert table[0].tolist() == [800, 0, 0.3048, 71.3, 0.00266337, 126.201]


def test_columns_are_standardized_over_all_rows(table):
    assert table.shape == (1503, 6)
    numpy.testing.assert_allclose(table.mean(axis=0), 0, atol=1e-12)
    numpy.testing.assert_allclose(table.std(axis=0, ddof=0), 1, atol=1e-12)


@pytest.mark.parametrize('n', [1, 10, 1500, 1503])
def test_first_n_rows_are_used_in_their_order(table, n):
    data_iter, feature_dim = d2l.get_data_ch10(n=n)
    assert feature_dim == 5
    numpy.testing.assert_array_equal(numpy.column_stack([data_iter.X, data_iter.y]), table[:n])


def test_defaults_are_batches_of_10_of_1500_rows():
    data_iter, _ = d2l.get_data_ch10()
    batches = epoch(data_iter)
    assert len(batches) == len(data_iter) == 150
    assert {(X.shape, y.shape) for X, y in batches} == {((10, 5), (10,))}
    assert all(engine.owns(x) for x in next(iter(data_iter)))


@pytest.mark.parametrize(('rows', 'batch_size', 'lengths'), [
    (10, 1, [1] * 10), (10, 3, [3, 3, 3, 1]), (10, 5, [5, 5]), (10, 10, [10]), (10, 11, [10]), (1, 1, [1]),
    (5000, 7, [7] * 714 + [2]), (5000, 2048, [2048, 2048, 904]), (5000, 3000, [3000, 2000]), (5000, 5000, [5000]),
])
def test_last_batch_may_be_short_and_none_is_empty(rows, batch_size, lengths):
    data_iter = numbered(rows, batch_size)
    assert [len(y) for _, y in epoch(data_iter)] == lengths
    assert len(data_iter) == len(lengths)


@pytest.mark.parametrize(('rows', 'batch_size'), [(50, 7), (5000, 700), (5000, 3000)])
def test_each_epoch_is_another_permutation_of_all_rows(rows, batch_size):
    data_iter = numbered(rows, batch_size)
    orders = [targets(data_iter) for _ in range(3)]
    for order in orders:
        numpy.testing.assert_array_equal(numpy.sort(order), 10.0 * numpy.arange(rows))
    assert len({tuple(order) for order in (numpy.sort(orders[0]), *orders)}) == 4


@pytest.mark.parametrize(('rows', 'batch_size'), [(50, 7), (5000, 700), (5000, 3000)])
def test_features_and_targets_stay_aligned(rows, batch_size):
    data_iter = numbered(rows, batch_size)
    for _ in range(2):
        for X, y in epoch(data_iter):
            numpy.testing.assert_array_equal(X, numpy.stack([y / 10, -y / 10], axis=1))


def test_restart_repeats_the_epochs_and_seeds_differ():
    data_iter = numbered(50, 7, seed=3)
    first = [targets(data_iter).tolist() for _ in range(2)]
    assert isinstance(data_iter.restart(), numpy.random.Generator)
    assert [targets(data_iter).tolist() for _ in range(2)] == first
    assert [targets(numbered(50, 7, seed=3)).tolist()] == first[:1]
    assert targets(numbered(50, 7, seed=4)).tolist() not in first


def test_batch_size_cuts_one_and_the_same_order():
    orders = [targets(numbered(5000, batch_size)).tolist() for batch_size in (9, 2048, 5000)]
    assert orders[0] == orders[1] == orders[2]


def test_an_abandoned_epoch_does_not_disturb_the_next_run():
    data_iter = numbered(50, 7)
    first = targets(data_iter).tolist()
    next(iter(data_iter))
    data_iter.restart()
    assert targets(data_iter).tolist() == first


def test_global_random_numbers_change_nothing_and_stay_unchanged():
    numpy.random.seed(1)
    state = numpy.random.get_state()[1].copy()
    first = targets(numbered(50, 7)).tolist()
    numpy.testing.assert_array_equal(numpy.random.get_state()[1], state)
    numpy.random.seed(2)
    assert targets(numbered(50, 7)).tolist() == first


def test_everything_handed_out_is_of_the_engine():
    data_iter = numbered(50, 7)
    assert all(engine.owns(part) for batch in (*data_iter, data_iter.whole) for part in batch)


def test_the_seed_is_0_if_not_told():
    X, y = numpy.arange(20.0).reshape(10, 2), numpy.arange(10.0)
    [(_, told)], [(_, untold)] = d2l.Minibatches(X, y, 10, 0), d2l.Minibatches(X, y, 10)
    assert engine.to_numpy(untold).tolist() == engine.to_numpy(told).tolist()
    assert d2l.rng().normal() == d2l.rng(0).normal()


def test_rng_is_numpys_generator_of_a_seed():
    assert d2l.rng(5).normal(size=3).tolist() == numpy.random.default_rng(5).normal(size=3).tolist()


def test_minibatches_take_arrays_of_the_engine_and_leave_them_unchanged():
    X, y = engine.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), engine.array([1.0, 3.0, 5.0])
    data_iter = d2l.Minibatches(X, y, batch_size=2)
    for a, b in epoch(data_iter):
        numpy.testing.assert_array_equal(a, numpy.stack([b, b + 1], axis=1))
    assert engine.to_numpy(X).tolist() == [[1, 2], [3, 4], [5, 6]]
    assert [engine.to_numpy(x).tolist() for x in data_iter.whole] == [[[1, 2], [3, 4], [5, 6]], [1, 3, 5]]


def test_changing_a_batch_does_not_change_the_data():
    data_iter = numbered(10, 5)
    before = data_iter.X.copy(), data_iter.y.copy()
    for X, y in data_iter:
        X[:] = 0
        y[:] = 0
    numpy.testing.assert_array_equal(data_iter.X, before[0])
    numpy.testing.assert_array_equal(data_iter.y, before[1])


@pytest.mark.parametrize('damage', [
    lambda b: b[:-100], lambda b: b[:len(b) // 2], lambda b: b'', lambda b: b + b'1,2,3,4,5,6\n',
    lambda b: b.replace(b'126.201', b'126.202', 1), lambda b: b.replace(b'\n', b'\r\n'),
], ids=['last row missing', 'half', 'empty', 'a row more', 'one digit', 'other line ends'])
def test_damaged_file_is_refused_with_its_path_and_a_remedy(content, tmp_path, damage):
    path = tmp_path / 'airfoil.csv'
    path.write_bytes(damage(content))
    with pytest.raises(ValueError, match='damaged') as caught:
        airfoil.read_airfoil(path)
    for fragment in (str(path), 'SHA-256', airfoil.SHA256, 'install d2lmini again'):
        assert fragment in str(caught.value)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match='install d2lmini again') as caught:
        airfoil.read_airfoil(tmp_path / 'none.csv')
    assert str(tmp_path / 'none.csv') in str(caught.value)


def test_intact_copy_is_read(content, tmp_path):
    path = tmp_path / 'copy.csv'
    path.write_bytes(content)
    numpy.testing.assert_array_equal(airfoil.read_airfoil(path), airfoil.read_airfoil())


def test_facts_about_the_least_squares_problem(table):
    A, y = numpy.column_stack([table[:1500, :5], numpy.ones(1500)]), table[:1500, 5]
    best = numpy.linalg.lstsq(A, y, rcond=None)[0]
    half_mse = numpy.mean((A @ best - y) ** 2) / 2
    zero, constant = numpy.mean(y ** 2) / 2, y.var() / 2
    eigenvalues = numpy.linalg.eigvalsh(A.T @ A / 1500)
    assert half_mse == pytest.approx(0.241688, abs=5e-7)
    assert zero == pytest.approx(0.4933, abs=5e-5)              # the mean of all 1503 rows predicts 0
    assert constant == pytest.approx(0.4932, abs=5e-5)          # the best constant for the 1500
    assert 1 - half_mse / constant == pytest.approx(0.51, abs=5e-3)
    numpy.testing.assert_allclose(eigenvalues, [0.1737, 0.6665, 0.9181, 1.0000, 1.1262, 2.0985], atol=5e-5)
    assert eigenvalues[-1] / eigenvalues[0] == pytest.approx(12.08, abs=5e-3)
