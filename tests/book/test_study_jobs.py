"""The study's jobs: they compute what the package computes otherwise, and a key changes with what they depend on."""
import itertools
import json

import numpy
import pytest

import d2lmini as d2l
from study import StudyError, fingerprint, methods, sizes, verdicts
from study.halton import halton
from study.jobs import run
from study.store import key_of

LINEAR = {'schedule': 'linear', 'steps': 300}
SETTINGS = {        # a point of the search, and the hyperparameters and the update that it means
    'sgd': ({'rate': 0.1}, {'lr': 0.1}, d2l.sgd, None),
    'nesterov': ({'rate': 0.2, 'momentum': 0.75}, {'lr': 0.05, 'momentum': 0.75}, d2l.nesterov,
                 d2l.init_momentum_states),
    'rmsprop': ({'rate': 0.01, 'gamma': 0.5}, {'lr': 0.01, 'gamma': 0.5}, d2l.rmsprop, d2l.init_rmsprop_states),
    'adam': ({'rate': 0.02, 'beta1': 0.9, 'beta2': 0.999}, {'lr': 0.02}, d2l.adam, d2l.init_adam_states),
}


@pytest.mark.parametrize('name', SETTINGS)
@pytest.mark.parametrize('schedule', ['constant', 'linear', 'square_root'])
def test_a_job_on_the_airfoil_data_is_a_run_of_train_seeds(name, schedule):
    point, hyperparams, update, init_states = SETTINGS[name]
    factor = {'constant': None, 'linear': lambda t: 1 - (t - 1) / 300, 'square_root': lambda t: t ** -0.5}[schedule]
    losses = d2l.train_seeds(update, init_states, hyperparams, [7], schedule=factor)[-1]
    found = run({'problem': 'airfoil', 'method': name, 'point': LINEAR | {'schedule': schedule} | point, 'seed': 7})
    assert found['loss'] + 0.241688 == pytest.approx(losses[0], abs=1e-6)


def test_a_job_on_the_network_is_one_of_a_stack():
    training, validation = d2l.split_digits(1000)
    generators = [d2l.rng(seed) for seed in (5, 6)]
    params = d2l.init_network((64, 16, 10), generators)
    states = d2l.init_adam_states(params)
    for t, batch in enumerate(d2l.stacked_minibatches(*training, 10, generators, 300), 1):
        for p, g in zip(params, d2l.network_grad(params, *batch)):
            p.grad = g
        d2l.adam(params, states, {'lr': 0.02 * (1 - (t - 1) / 300), 't': t}, beta1=0.75, beta2=0.875)
    losses, hits = d2l.evaluate_network(params, *training)[0], d2l.evaluate_network(params, *validation)[1]
    for i, seed in enumerate((5, 6)):
        found = run({'problem': 'network', 'method': 'adam', 'seed': seed,
                     'point': LINEAR | {'rate': 0.02, 'beta1': 0.75, 'beta2': 0.875}})
        assert found == {'loss': pytest.approx(losses[i], rel=1e-8), 'right': round(hits[i] * 797)}


@pytest.mark.parametrize('name', methods.METHODS)
def test_each_method_runs_twice_alike(name):
    method = methods.METHODS[name]
    for problem in method.rates:
        point = sizes.point('linear', 5, 8 * method.rates[problem], **method.memories)
        job = {'problem': problem, 'method': name, 'point': point, 'seed': 3}
        first = run(job)
        assert 'loss' in first, first
        assert run(json.loads(json.dumps(job))) == first


def test_a_run_that_overflows_is_no_failure():
    job = {'problem': 'airfoil', 'method': 'sgd', 'point': LINEAR | {'rate': 1e9, 'schedule': 'constant'}, 'seed': 0}
    assert run(job) == {'loss': None}


def test_a_job_that_fails_says_where():
    source = ('from study.methods import Method\ndef update(params, states, hyperparams):\n    [][0]\n'
              'METHOD = Method(update, None, {"airfoil": 0.1})\n')
    found = run({'problem': 'airfoil', 'method': 'mine', 'point': LINEAR | {'rate': 0.1}, 'seed': 0}, source)['error']
    assert found.splitlines()[-2:] == ['mine.py, line 3, in update', 'IndexError: list index out of range']
    assert '/' not in found


def test_halton_points_are_those_of_the_definition():
    assert [halton(i, 1)[0] for i in range(7)] == [1 / 2, 1 / 4, 3 / 4, 1 / 8, 5 / 8, 3 / 8, 7 / 8]
    assert [halton(i, 2)[1] for i in range(4)] == pytest.approx([1 / 3, 2 / 3, 1 / 9, 4 / 9])
    later = sizes.FULL.searches[0].points('network', methods.METHODS['adam'])
    assert len(later) == 256
    assert {p['schedule'] for p in later} == set(sizes.HALTON_SCHEDULES)
    assert sizes.box(300, 20)('network', methods.METHODS['adam']) == later[:20], 'a longer list begins with the shorter'


def test_each_method_tries_as_many_settings_as_the_others():
    for problem, (search, count) in itertools.product(('airfoil', 'network'), zip(sizes.SMALL.searches, (8, 8, 48))):
        for name, method in methods.METHODS.items():
            if problem in method.rates:
                points = search.points(problem, method)
                assert len(sizes.distinct(points)) == count, (problem, search.name, name)


def test_counts_are_what_the_rounds_hold():
    some = {name: methods.METHODS[name] for name in ('sgd', 'adam')}
    size = sizes.TINY
    held = [len(jobs) for jobs in sizes.rounds(size, some, lambda job: 1 + job['point']['rate'])]
    assert [sum(one.values()) for one in sizes.counts(size, some)] == held == [48, 18, 14]


def test_the_chosen_point_is_the_best_of_the_second_round():
    part = sizes.Part('airfoil', sizes.TINY.searches[0], 'sgd', methods.METHODS['sgd'])
    target = 0.128 * 2 ** 0.5
    best = sizes.chosen(sizes.TINY, part, lambda job: 1 + abs(job['point']['rate'] - target))
    assert best['rate'] == pytest.approx(target)
    low = sizes.chosen(sizes.TINY, part, lambda job: 1.0 if job['point']['rate'] < 0.01 else None)
    assert low['rate'] < 0.01, 'a setting that overflows loses'


@pytest.mark.parametrize(('before', 'after', 'same'), [
    ('def f(x):\n    return x', '"""A module."""\n# A comment.\ndef f(x):\n    """Said."""\n\n    return (x)', True),
    ('def f(x):\n    return x', 'def f(x):\n    return -x', False),
    ('x = 1e-6', 'x = 1e-8', False),
    ('x = None', 'x = []', False),
])
def test_a_fingerprint_is_of_what_the_code_says(before, after, same):
    assert (fingerprint.digest(before) == fingerprint.digest(after)) == same


def test_a_fingerprint_is_the_same_in_each_version_of_python():
    source = ('def f(x, *, y: int = 0) -> str:\n'
              '    if x[1:] and not y:\n        return f"{x!r:.3} of {y}"\n    return None\n')
    assert fingerprint.digest(source)[:8] == '61d43150'


@pytest.mark.parametrize(('name', 'called'), [
    ('adam', ['adam', 'init_adam_states', 'zeros_for', 'same', 'plain', 'as_they_are']),
    ('adadelta', ['adadelta_rated', 'adadelta', 'init_adadelta_states', 'zeros_for', 'same', 'root_of_eps',
                  'as_they_are']),
])
def test_a_method_has_the_code_of_the_functions_that_it_calls(name, called):
    method, found = methods.METHODS[name], {}
    for function in (method.update, method.init_states, method.setting, method.result):
        fingerprint.pieces(function, found)
    assert {f.__name__ for f in found} == set(called)


def test_methods_differ_by_their_code():
    codes = {name: fingerprint.code_of(name) for name in methods.METHODS}
    assert len({*codes.values()}) == len(codes)
    assert fingerprint.code_of('mine', 'x = 1') != fingerprint.code_of('mine', 'x = 2')


def test_a_key_is_of_all_of_a_job():
    job = {'problem': 'network', 'method': 'adam', 'point': {'rate': 0.1, 'steps': 3}, 'seed': 1}
    others = [job | {'problem': 'airfoil'}, job | {'method': 'yogi'}, job | {'seed': 2}, job | {'point': {'rate': 0.1}}]
    assert len({key_of(j, 'code') for j in [job, *others]} | {key_of(job, 'other')}) == 6
    assert key_of(job | {'point': {'steps': 3, 'rate': 0.1}, 'loss': 1}, 'code') == key_of(job, 'code')


OWN = 'from study.methods import Method\ndef update(params, states, hyperparams):\n    {}\nMETHOD = Method({})\n'
STEP = 'for p in params: p -= hyperparams["lr"] * p.grad'


@pytest.mark.parametrize(('body', 'arguments', 'said'), [
    ('pass', 'update, None, {"network": 0.1}', 'leave all parameters as they were'),
    ('for p in params: p = p - p.grad', 'update, None, {"network": 0.1}', 'in place'),
    ('for p in params: p += float("nan")', 'update, None, {"network": 0.1}', 'nan'),
    ('params[0] -= lr', 'update, None, {"network": 0.1}', "name 'lr' is not defined"),
    (STEP, '"update", None, {"network": 0.1}', "update='update' is no function"),
    (STEP, 'lambda x: x, None, {"network": 0.1}', 'must take (params, states, hyperparams)'),
    (STEP, 'update, 3, {"network": 0.1}', 'init_states=3 is no function'),
    (STEP, 'update, None, {"digits": 0.1}', 'for each problem'),
    (STEP, 'update, None, {"network": -1}', 'for each problem'),
    (STEP, 'update, None, 0.1', 'for each problem'),
    (STEP, 'update, None, {}', 'rates is empty'),
    (STEP, 'update, None, {"network": 0.1}, {"beta3": 0.9}', "'beta3': 0.9; a memory is one of momentum"),
    (STEP, 'update, None, {"network": 0.1}, {"beta1": 1}', "'beta1': 1"),
    (STEP, 'update, None, {"network": 0.1}, {"beta1": .9, "beta2": .9, "rho": .9}', 'at most two'),
    (STEP, 'update, None, {"network": 0.1}, 0.9', 'memories=0.9 must give each memory its usual value'),
    (STEP, 'update, None, {"network": 0.1}, schedule="step"', "schedule='step' must be one of constant, linear"),
    (STEP, 'update, None, {"network": 0.1}, setting=3', 'setting=3 is no function'),
    (STEP, 'update, None, {"network": 0.1}, result=lambda params, states: params[:1]', 'must return the weights'),
    (STEP, 'update, None, {"network": 0.1}, result=lambda params: params', 'TypeError'),
    ('raise SystemExit', 'update, None, {"network": 0.1}', 'its first steps raise SystemExit'),
])
def test_what_is_no_optimizer_is_refused(tmp_path, body, arguments, said):
    file = tmp_path / 'mine.py'
    file.write_text(OWN.format(body, arguments))
    with pytest.raises(StudyError) as caught:
        methods.own(str(file))
    assert said in str(caught.value)
    assert 'mine' in str(caught.value)


@pytest.mark.parametrize(('name', 'text', 'said'), [
    ('mine.py', 'x = 1', 'defines no METHOD'), ('mine.py', 'METHOD = 3', 'has METHOD=3, a int'),
    ('mine.py', '1 / 0', 'does not run: ZeroDivisionError'), ('mine.py', 'raise SystemExit(3)', 'SystemExit: 3'),
    ('mine.py', 'x = "\0"', 'does not run: '), ('mine.py', '\udcff', 'cannot be read'),
    ('mine.py', 'METHOD = ', 'does not run: SyntaxError'), ('mine.py', 'import nowhere', "No module named 'nowhere'"),
    ('adam.py', 'x = 1', 'name of a method of the book'), ('my-own.py', 'x = 1', "'my-own' is no name of Python"),
])
def test_a_file_without_a_method_is_refused(tmp_path, name, text, said):
    (tmp_path / name).write_bytes(text.encode('utf-8', 'surrogateescape'))
    with pytest.raises(StudyError) as caught:
        methods.own(str(tmp_path / name))
    assert said in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(StudyError) as caught:
        methods.own(str(tmp_path / 'mine.py'))
    assert 'cannot be read' in str(caught.value)


def test_the_threshold_of_verdicts_is_that_of_all_flips():
    values = d2l.rng(1).normal(size=(9, 3)) + [0, 0, 2]
    t, limit = verdicts.compare(values, flips=20000)
    pairs = [(0, 1), (0, 2), (1, 2)]

    def t_of(d):
        return d.mean() / (d.std(ddof=1) / len(d) ** 0.5)

    assert t == pytest.approx([t_of(values[:, a] - values[:, b]) for a, b in pairs])
    centered = [d - d.mean() for d in (values[:, a] - values[:, b] for a, b in pairs)]
    largest = [max(abs(t_of(numpy.array(signs) * d)) for d in centered)
               for signs in itertools.product((-1, 1), repeat=9)]
    assert limit == pytest.approx(numpy.quantile(largest, 0.95), rel=0.02)


def test_intervals_and_verdicts_agree():
    logs = d2l.rng(2).normal(0, 0.1, (40, 3)) + [0, 0.5, 0.01]
    rows = [verdicts.Row(name, {'rate': 1.0}, numpy.exp(column).tolist(), None) for name, column in zip('abc', logs.T)]
    rows.append(verdicts.Row('lost', {'rate': 1.0}, [None] * 40, None))
    a, b, c, lost = verdicts.judged(rows, 'a')
    assert (b.verdict, c.verdict, a.verdict, lost.verdict) == ('>', '.', '', '')
    assert b.ratio[0] == pytest.approx(numpy.exp((logs[:, 1] - logs[:, 0]).mean()))
    assert b.ratio[1] > 1
    assert c.ratio[1] < 1 < c.ratio[2]
    assert verdicts.judged(rows, 'b')[0].verdict == '<'
