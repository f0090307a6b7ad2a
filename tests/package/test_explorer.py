"""An explorer's path is the one of train_2d; its problems have the gradients they claim; a wrong setting is refused."""
import json
import math

import numpy
import pytest

import d2lmini as d2l
from d2lmini import explorer
from d2lmini.problems import PROBLEMS
from helpers import refused

LR, BETA1, BETA2, EPS, DECAY = 0.3, 0.8, 0.95, 1e-6, 0.02


def gd(t, g, v, s, x):
    return LR * g, v, s


def momentum(t, g, v, s, x):
    v = BETA1 * v + g
    return LR * v, v, s


def nesterov(t, g, v, s, x):
    v = BETA1 * v + g
    return LR * (g + BETA1 * v), v, s


def adagrad(t, g, v, s, x):
    s = s + g * g
    return LR * g / math.sqrt(s + EPS), v, s


def rmsprop(t, g, v, s, x):
    s = BETA2 * s + (1 - BETA2) * g * g
    return LR * g / math.sqrt(s + EPS), v, s


def adam(t, g, v, s, x, eps=EPS):
    v, s = BETA1 * v + (1 - BETA1) * g, BETA2 * s + (1 - BETA2) * g * g
    return LR * v / (1 - BETA1 ** t) / (math.sqrt(s / (1 - BETA2 ** t)) + eps), v, s


def yogi(t, g, v, s, x):
    v, s = BETA1 * v + (1 - BETA1) * g, s + (1 - BETA2) * math.copysign(g * g, g * g - s)
    return LR * v / (1 - BETA1 ** t) / (math.sqrt(s / (1 - BETA2 ** t)) + 1e-3), v, s


def adamw(t, g, v, s, x):
    step, v, s = adam(t, g, v, s, x, 1e-8)
    return step + LR * DECAY * x, v, s


def lion(t, g, v, s, x):
    return LR * (math.copysign(1, BETA1 * v + (1 - BETA1) * g) + DECAY * x), BETA2 * v + (1 - BETA2) * g, s


RULES = {f.__name__: f for f in (gd, momentum, nesterov, adagrad, rmsprop, adam, yogi, adamw, lion)}
APART = {'muon', 'schedule_free'}       # which do not go by coordinates, or keep more


def by_train_2d(rule, steps):
    """Return path and states by train_2d, with formulas written out for one coordinate; its two states are pairs."""
    t, kept = 0, [((0.0, 0.0), (0.0, 0.0))]

    def trainer(x1, x2, a, b):
        nonlocal t
        t += 1
        moves = [rule(t, g, *(state or (0.0, 0.0)), x) for g, state, x in ((0.2 * x1, a, x1), (4 * x2, b, x2))]
        kept.append((moves[0][1:], moves[1][1:]))
        return x1 - moves[0][0], x2 - moves[1][0], moves[0][1:], moves[1][1:]

    return d2l.train_2d(trainer, steps), numpy.array(kept)


def rates_by_the_step(name, found, path):
    """Return what each step was, divided by what it averages: the gradient, or v corrected for its start."""
    steps = -numpy.diff(path, axis=0) - (LR * DECAY * numpy.array(path[:-1]) if name == 'adamw' else 0)
    if 'v' not in found['states']:
        return steps / (numpy.array([0.2, 4.0]) * numpy.array(path[:-1]))
    v = numpy.array(found['states']['v'][1:])
    return steps / v * (1 - BETA1 ** numpy.arange(1, len(path))[:, None])


def test_every_method_is_compared():
    assert set(RULES) | APART == set(explorer.METHODS)


@pytest.mark.parametrize('name', RULES)
def test_the_path_is_that_of_train_2d(name):
    path, states = by_train_2d(RULES[name], 60)
    found = explorer.run(steps=60, method=name, lr=LR, beta1=BETA1, beta2=BETA2, decay=DECAY)
    numpy.testing.assert_allclose(found['path'], path, rtol=0, atol=1e-12)
    x1, x2 = numpy.array(path).T
    numpy.testing.assert_allclose(found['losses'], 0.1 * x1 ** 2 + 2 * x2 ** 2, rtol=0, atol=1e-12)
    for i, state in enumerate('vs'):
        if state in found['states']:
            numpy.testing.assert_allclose(found['states'][state], states[:, :, i], rtol=0, atol=1e-12)
    rates = [[LR, LR]] * 60 if name in ('gd', 'momentum', 'nesterov', 'lion') else rates_by_the_step(name, found, path)
    numpy.testing.assert_allclose(found['rates'], rates, rtol=1e-9)
    assert not found['diverged']


def test_muon_moves_both_singular_directions_by_the_polynomial_of_its_singular_values():
    mu, decay = 0.7, 0.05
    found = explorer.run('matrix', steps=25, method='muon', lr=LR, beta1=mu, decay=decay)
    x, v = numpy.array([-5.0, -2.0]), numpy.zeros(2)
    for here in found['path'][1:]:
        g = numpy.array([0.2, 4.0]) * x
        v = mu * v + g
        u = g + mu * v
        u /= numpy.linalg.norm(u) + 1e-7
        for _ in range(5):
            u = 3.4445 * u - 4.775 * u ** 3 + 2.0315 * u ** 5
        x = x - LR * (u + decay * x)
        numpy.testing.assert_allclose(here, x, atol=1e-9)
    assert set(found['states']) == {'v'}
    refused(lambda: explorer.run(method='muon'), ValueError, ["method='muon' needs a matrix", "problem='quadratic'"])


def test_schedule_free_shows_the_average_and_draws_where_its_steps_and_gradients_are():
    found = explorer.run(steps=40, method='schedule_free', lr=LR, beta1=BETA1, beta2=BETA2, decay=DECAY)
    x = z = y = numpy.array([-5.0, -2.0])
    s = numpy.zeros(2)
    for t in range(1, 41):
        g = numpy.array([0.2, 4.0]) * y
        s = BETA2 * s + (1 - BETA2) * g * g
        rate = LR / (numpy.sqrt(s / (1 - BETA2 ** t)) + 1e-8)
        z = z - rate * g - LR * DECAY * y
        x = (1 - 1 / t) * x + z / t
        y = (1 - BETA1) * z + BETA1 * x
        for right, here in ((x, found['path']), (y, found['points']['y']), (z, found['points']['z'])):
            numpy.testing.assert_allclose(here[t], right, atol=1e-10)
        numpy.testing.assert_allclose(found['rates'][t - 1], rate, rtol=1e-9)
    assert found['losses'][-1] == pytest.approx(0.1 * x[0] ** 2 + 2 * x[1] ** 2)


PAIRS = [(problem, method) for problem in PROBLEMS for method, known in explorer.METHODS.items()
         if problem == 'matrix' or not known.matrices]


@pytest.mark.parametrize(('problem', 'method'), PAIRS)
def test_states_go_along_with_the_path_and_all_is_json(problem, method):
    start, known = PROBLEMS[problem](20, 0).start, explorer.METHODS[method]
    found = explorer.run(problem, start=start, steps=30, method=method, lr=0.001)
    assert set(found['states']) == {'v', 's'} & set(known.update.keeps) - ({'s'} if problem == 'matrix' else set())
    assert set(found['points']) == set(known.points)
    assert len(found['rates']) == 30
    curves = (found['path'], *found['states'].values(), *found['points'].values())
    assert {numpy.shape(x) for x in curves} == {(31, len(start))}
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found == explorer.run(problem, start=list(start), steps=30, method=method, lr=0.001)


def test_the_cycle_leads_adam_to_the_worst_point_and_yogi_to_the_best():
    ends = {method: explorer.run('cycle', start=(0.0,), steps=300, method=method, lr=0.3, beta1=0.0, beta2=0.1,
                                 schedule='square_root')['path'][-1][0] for method in ('adam', 'yogi')}
    assert ends['adam'] > 0.95
    assert ends['yogi'] < -0.95


@pytest.mark.parametrize('name', ['quadratic', 'rosenbrock', 'saddle'])
def test_gradients_are_those_of_the_values(name):
    task = PROBLEMS[name](37.0, 0)
    for point in ((-1.25, 0.5), (0.75, -0.25)):
        numpy.testing.assert_allclose(task.gradient(*point), d2l.grad(task.value)(*point), rtol=1e-12, atol=1e-12)


def test_minibatch_gradients_average_to_that_of_the_airfoil_loss_and_come_from_the_seed():
    task, x, h = PROBLEMS['airfoil'](1.0, 3), (1.5, -0.5), 1e-4
    mean = numpy.mean([task.gradient(*x) for _ in range(150)], axis=0)
    slope = [(task.value(x[0] + h, x[1]) - task.value(x[0] - h, x[1])) / (2 * h),
             (task.value(x[0], x[1] + h) - task.value(x[0], x[1] - h)) / (2 * h)]
    numpy.testing.assert_allclose(mean, slope, atol=1e-5)
    ends = [explorer.run('airfoil', start=x, lr=0.01, seed=seed)['path'][-1] for seed in (0, 0, 1)]
    assert ends[0] == ends[1] != ends[2]


@pytest.mark.parametrize('name', explorer.SCHEDULES)
def test_schedules_are_the_packages_and_start_or_stay_below_the_rate(name):
    for steps in (1, 2, 5, 40):
        rates = explorer.run(steps=steps, lr=0.25, schedule=name)['rates']
        assert len(rates) == steps
        assert all(0 <= one == other <= 0.25 for one, other in rates)
    assert [rate for rate, _ in explorer.run(steps=40, lr=0.2, schedule='cosine')['rates']] == [
        d2l.schedules.cosine(t, 0.2, 40) for t in range(1, 41)]


def test_a_path_that_diverges_ends_and_says_so():
    found = explorer.run(steps=400, lr=4.0)
    assert found['diverged']
    assert 5 < len(found['path']) < 400
    assert len(found['rates']) == len(found['path']) - 1
    assert numpy.isfinite(found['losses']).all()


def test_a_chart_covers_the_map_and_only_of_two_variables():
    chart = explorer.chart('quadratic', 20.0)
    heights, top = numpy.array(chart['heights']), 0.1 * 36 + 2 * 9          # rows are x2, columns x1
    assert heights[0, 0] == heights.max() == explorer.HEIGHTS
    assert heights[0, -1] == pytest.approx(explorer.HEIGHTS * ((0.1 * 9 + 2 * 9) / top) ** 0.5, rel=1e-3)
    assert heights[60, 80] == heights.min() == 0
    assert chart['levels'] == sorted(chart['levels'])
    assert explorer.chart('cycle') is None


@pytest.mark.parametrize(('name', 'where'), [(name, x) for name in PROBLEMS for x in PROBLEMS[name](20.0, 0).minima])
def test_nothing_around_a_minimum_is_lower(name, where):
    task = PROBLEMS[name](20.0, 0)
    around = numpy.clip(numpy.add(where, numpy.random.default_rng(0).normal(0, 0.05, (200, len(where)))),
                        *numpy.transpose(task.box))
    assert (task.value(*around.T) >= task.value(*where)).all()


def test_a_matrix_stays_on_its_map_where_a_method_keeps_its_singular_vectors():
    task, both = PROBLEMS['matrix'](20.0, 0), {'start': (-5.0, -2.0), 'steps': 30, 'lr': 0.1, 'beta1': 0.5}
    W = task.plane.lift(-1.25, 0.5)
    slope = numpy.array(task.gradient(*W.tolist()))
    numpy.testing.assert_allclose(task.plane.lower(W), (-1.25, 0.5), atol=1e-12)
    assert task.plane.value(W) == pytest.approx(task.value(-1.25, 0.5), rel=1e-12)
    for i, j in numpy.ndindex(2, 2):
        step = numpy.zeros((2, 2))
        step[i, j] = 1e-6
        assert slope[i, j] == pytest.approx((task.plane.value(W + step) - task.plane.value(W - step)) / 2e-6, rel=1e-6)
    matrix, quadratic = (explorer.run(problem, **both, method='momentum') for problem in ('matrix', 'quadratic'))
    numpy.testing.assert_allclose(matrix['path'], quadratic['path'], atol=1e-12)
    adam, own = (explorer.run(problem, **both, method='adam') for problem in ('matrix', 'quadratic'))
    assert adam['losses'][-1] != pytest.approx(own['losses'][-1], rel=0.01)


def test_answer_takes_and_gives_json_and_nothing_else():
    shared = {'problem': 'saddle', 'condition': 1.0, 'start': [1.0, 0.5], 'steps': 5, 'seed': 0}
    found = json.loads(explorer.answer(json.dumps({'shared': shared, 'runs': [{'method': 'adam'}, {}], 'chart': True})))
    assert found['runs'] == [explorer.run(**shared, method='adam'), explorer.run(**shared)]
    assert found['chart'] == explorer.chart('saddle')
    assert json.loads(explorer.answer(json.dumps({'shared': shared, 'runs': [], 'chart': False}))) == {
        'runs': [], 'chart': None}
    refused(lambda: explorer.answer('{"shared": {"code": "1"}, "runs": [{}], "chart": false}'), TypeError, ['code'])


def test_what_a_reader_may_choose_runs():
    known = json.loads(json.dumps(explorer.choices(), allow_nan=False))
    for name, problem in known['problems'].items():
        for side, x in zip(problem['box'], problem['start']):
            assert side[0] <= x <= side[1]
        assert len(problem['axes']) == len(problem['box'])
        explorer.run(name, start=problem['start'], steps=1)
    assert set(known['ranges']) == {'condition', 'steps', 'seed', 'lr', 'beta1', 'beta2', 'decay'}


BAD = [
    ({'method': 'sgdd'}, ValueError, ["method='sgdd'", 'choose one of gd, momentum']),
    ({'method': '__import__'}, ValueError, ["method='__import__'", 'choose one of']),
    ({'method': 3}, TypeError, ['method=3', 'is a int', 'pass one of']),
    ({'problem': ['quadratic']}, TypeError, ['problem=', 'is a list', 'pass one of quadratic']),
    ({'schedule': 'x' * 5000}, ValueError, ['schedule=', 'does not exist', 'constant']),
    ({'lr': -1.0}, ValueError, ['lr=-1.0', 'from 0.0001 to 4.0']),
    ({'lr': float('nan')}, ValueError, ['lr=nan', 'from 0.0001 to 4.0']),
    ({'lr': '0.1'}, TypeError, ["lr='0.1'", 'is a str', 'pass a number']),
    ({'beta1': 1.0}, ValueError, ['beta1=1.0', 'from 0.0 to 0.999']),
    ({'beta2': True}, TypeError, ['beta2=True', 'pass a number']),
    ({'decay': -0.1}, ValueError, ['decay=-0.1', 'from 0.0 to 1.0']),
    ({'condition': 0}, ValueError, ['condition=0', 'from 1.0 to 200.0']),
    ({'steps': 10 ** 9}, ValueError, ['steps=1000000000', 'from 1 to 400']),
    ({'steps': 2.5}, TypeError, ['steps=2.5', 'whole number']),
    ({'seed': -1}, ValueError, ['seed=-1', 'from 0 to 999']),
    ({'start': '12'}, TypeError, ["start='12'", 'pass a pair']),
    ({'start': (1.0,)}, ValueError, ['start=(1.0,)', '1 coordinates', 'pass 2']),
    ({'start': (99.0, 0.0)}, ValueError, ['start[0]=99.0', 'from -6.0 to 3.0']),
]


@pytest.mark.parametrize(('settings', 'error', 'fragments'), BAD, ids=lambda x: str(x)[:30])
def test_a_wrong_setting_is_refused(settings, error, fragments):
    refused(lambda: explorer.run(**settings), error, fragments)
