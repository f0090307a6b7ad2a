"""Wrong arguments of schedules, figures and the other small doors: each is refused by name, and nothing is drawn."""
import os

import numpy
import pytest

from helpers import refused

os.environ.setdefault('MPLBACKEND', 'agg')

import d2lmini as d2l
from d2lmini import schedules as s
from d2lmini.plotting import plt

NAN, INF = float('nan'), float('inf')


def data():
    return d2l.get_data_ch10(n=20)[0]


def seeds(hyperparams, states=None, update=d2l.sgd, **options):
    return d2l.train_seeds(update, states, hyperparams, **{'seeds': [1, 2]} | options)


# A call -> the error, and fragments of its message.
SCHEDULES = {
    't 0': (lambda: s.factor(0, 0.1), ValueError, ['t=0', 'at least 1']),
    't 1.5': (lambda: s.square_root(1.5, 0.1), TypeError, ['t=1.5', 'whole number']),
    't None': (lambda: s.cosine(None, 0.1, 5), TypeError, ['t=None', 'whole number']),
    't past 2^53, as a float': (lambda: s.warmup(1e20, 0.1, 5), TypeError, ['t=1e+20', 'whole number']),
    'base_lr -1': (lambda: s.cosine(1, -1, 5), ValueError, ['base_lr=-1', 'at least 0']),
    'base_lr inf': (lambda: s.square_root(1, INF), ValueError, ['base_lr=inf', 'finite']),
    'base_lr a list': (lambda: s.square_root(1, [0.1]), TypeError, ['base_lr=[0.1]', 'list', 'number']),
    'factor NaN': (lambda: s.factor(1, 0.1, factor=NAN), ValueError, ['factor=nan', 'finite']),
    'stop_lr -1': (lambda: s.factor(1, 0.1, stop_lr=-1), ValueError, ['stop_lr=-1', 'at least 0']),
    'stop_lr str': (lambda: s.factor(1, 0.1, stop_lr='0'), TypeError, ["stop_lr='0'", 'number']),
    'milestones a number': (lambda: s.multi_step(1, 0.1, 5), TypeError, ['milestones=5', 'int', '[10, 20]']),
    'milestones a str': (lambda: s.multi_step(1, 0.1, '5'), TypeError, ["milestones='5'", 'str', '[10, 20]']),
    'a milestone 0': (lambda: s.multi_step(1, 0.1, [3, 0]), ValueError, ['milestones[1]=0', 'at least 1']),
    'a milestone str': (lambda: s.multi_step(1, 0.1, ['3']), TypeError, ["milestones[0]='3'", 'whole number']),
    'a milestone NaN': (lambda: s.multi_step(1, 0.1, [NAN]), TypeError, ['milestones[0]=nan', 'whole number']),
    'total 0': (lambda: s.polynomial(1, 0.1, 0), ValueError, ['total=0', 'at least 1']),
    'total 2.5': (lambda: s.cosine(1, 0.1, 2.5), TypeError, ['total=2.5', 'whole number']),
    'power -1': (lambda: s.polynomial(1, 0.1, 5, power=-1), ValueError, ['power=-1', 'at least 0']),
    'power None': (lambda: s.polynomial(1, 0.1, 5, power=None), TypeError, ['power=None', 'number']),
    'final_lr -1': (lambda: s.polynomial(1, 0.1, 5, final_lr=-1), ValueError, ['final_lr=-1', 'at least 0']),
    'final_lr of cosine': (lambda: s.cosine(1, 0.1, 5, final_lr='0'), TypeError, ["final_lr='0'", 'number']),
    'final_lr of restarts': (lambda: s.warm_restarts(1, 0.1, 5, final_lr=NAN), ValueError, ['final_lr=nan', 'finite']),
    'period 0': (lambda: s.warm_restarts(1, 0.1, 0), ValueError, ['period=0', 'at least 1']),
    'growth 1.5': (lambda: s.warm_restarts(1, 0.1, 5, growth=1.5), TypeError, ['growth=1.5', 'whole number']),
    'steps 0': (lambda: s.warmup(1, 0.1, 0), ValueError, ['steps=0', 'at least 1']),
    'then a number': (lambda: s.warmup(1, 0.1, 5, then=0.1), TypeError, ['then=0.1', 'not callable', 'square_root']),
    'max_lr -1': (lambda: s.one_cycle(1, -1, 5), ValueError, ['max_lr=-1', 'at least 0']),
    'rise 1': (lambda: s.one_cycle(5, 0.1, 5, rise=1), ValueError, ['rise=1', 'below 1']),
    'rise 1.5': (lambda: s.one_cycle(1, 0.1, 5, rise=1.5), ValueError, ['rise=1.5', 'from 0 to 1']),
    'rise -0.1': (lambda: s.one_cycle(1, 0.1, 5, rise=-0.1), ValueError, ['rise=-0.1', 'from 0 to 1']),
    'start str': (lambda: s.one_cycle(1, 0.1, 5, start='0'), TypeError, ["start='0'", 'number']),
    'end NaN': (lambda: s.one_cycle(1, 0.1, 5, end=NAN), ValueError, ['end=nan', 'finite']),
}
FIGURES = {
    'curves': (lambda: d2l.plot([[1], [2]], [[1], [2], [3]]), ValueError, ['X holds 2 curves and Y 3', 'one X']),
    'lengths': (lambda: d2l.plot([1, 2, 3], [1, 2]), ValueError, ['curve 0 has 3 values in X and 2 in Y', 'equally']),
    'lengths of the second': (lambda: d2l.plot([1, 2], [[1, 2], [1]]), ValueError, ['curve 1', '2 values in X and 1']),
    'X None': (lambda: d2l.plot(None), TypeError, ['X holds None', 'a list or an array']),
    'X a number': (lambda: d2l.plot(3), TypeError, ['X holds 3', 'a list or an array']),
    'X a str': (lambda: d2l.plot('12', [1, 2]), TypeError, ["X holds '12'", 'pass numbers']),
    'X of three axes': (lambda: d2l.plot(numpy.ones((1, 2, 3))), TypeError, ['X holds array', 'pass numbers']),
    'Y of words': (lambda: d2l.plot([1, 2], ['a', 'b']), TypeError, ["Y holds ['a', 'b']", 'pass numbers']),
    'Y with a gap': (lambda: d2l.plot([1, 2], [1, None]), TypeError, ['Y holds [1, None]', 'pass numbers']),
    'Y an array of words': (lambda: d2l.plot([1], numpy.array(['a'])), TypeError, ['Y holds array', 'pass numbers']),
    'legend a str': (lambda: d2l.plot([1, 2], legend='loss'), TypeError, ["legend='loss'", 'str', 'a list']),
    'legend a number': (lambda: d2l.plot([1], legend=3), TypeError, ['legend=3', 'int', 'a list']),
    'fmts a number': (lambda: d2l.plot([1], fmts=3), TypeError, ['fmts=3', 'formats']),
    'fmts with a gap': (lambda: d2l.plot([1], fmts=['-', None]), TypeError, ["fmts=['-', None]", 'formats']),
    'fmts unknown': (lambda: d2l.plot([1], fmts='zz'), ValueError, ["fmts=['zz']", "such as '-' or 'g--'"]),
    'xscale': (lambda: d2l.plot([1], xscale='lin'), ValueError, ["xscale='lin'", 'linear, log']),
    'yscale None': (lambda: d2l.plot([1], yscale=None), TypeError, ['yscale=None', 'linear, log']),
    'xlim a str': (lambda: d2l.plot([1], xlim='09'), TypeError, ["xlim='09'", 'a pair of numbers']),
    'ylim a number': (lambda: d2l.plot([1], ylim=3), TypeError, ['ylim=3', 'a pair of numbers']),
    'ylim NaN': (lambda: d2l.plot([1], ylim=(NAN, 1)), ValueError, ['ylim=(nan, 1)', 'finite']),
    'a dictionary': (lambda: d2l.plot({1: 2}), TypeError, ['X holds {1: 2}', 'a list or an array']),
    'a set': (lambda: d2l.plot([1, 2], {3, 4}), TypeError, ['Y holds {3, 4}', 'a list or an array']),
    'numbers as text': (lambda: d2l.plot(['1', '2']), TypeError, ["X holds ['1', '2']", 'pass numbers']),
    'complex numbers': (lambda: d2l.plot(numpy.array([1j])), TypeError, ['X holds array', 'pass numbers']),
    'a gap in an array': (lambda: d2l.plot(numpy.array([1, None])), TypeError, ['X holds array', 'pass numbers']),
    'figsize of plot': (lambda: d2l.plot([1], figsize=(3, 0)), ValueError, ['figsize=(3, 0)', 'inches', '(4.5, 2.8)']),
    'figsize a number': (lambda: d2l.set_figsize(3), ValueError, ['figsize=3', 'width and height']),
    'figsize of one': (lambda: d2l.set_figsize((3,)), ValueError, ['figsize=(3,)', 'width and height']),
    'figsize NaN': (lambda: d2l.set_figsize((NAN, 1)), ValueError, ['figsize=(nan, 1)', 'width and height']),
    'figsize inf': (lambda: d2l.set_figsize((2, INF)), ValueError, ['figsize=(2, inf)', 'width and height']),
    'x of a point': (lambda: d2l.Animator().add('a', 1), TypeError, ["x holds ['a']", 'pass numbers']),
    'x None': (lambda: d2l.Animator().add(None, 1), TypeError, ['x holds [None]', 'pass numbers']),
    'y of a point': (lambda: d2l.Animator().add(1, 'a'), TypeError, ["y holds ['a']", 'pass numbers']),
    'y of several': (lambda: d2l.Animator().add(1, (2, 'a')), TypeError, ["y holds [2, 'a']", 'pass numbers']),
    'trainer None': (lambda: d2l.train_2d(None), TypeError, ['trainer=None', 'not callable', 's1 and s2']),
    'steps -1': (lambda: d2l.train_2d(max, steps=-1), ValueError, ['steps=-1', 'at least 0']),
    'steps 2.5': (lambda: d2l.train_2d(max, steps=2.5), TypeError, ['steps=2.5', 'whole number']),
    'f_grad a start': (lambda: d2l.train_2d(max, 3, (0, 0)), TypeError, ['f_grad=(0, 0)', 'not callable', 'start=']),
    'start of one': (lambda: d2l.train_2d(max, start=(1,)), TypeError, ['start=(1,)', 'pair of numbers']),
    'start of words': (lambda: d2l.train_2d(max, start='ab'), TypeError, ["start='ab'", 'pair of numbers']),
    'trainer of nothing': (lambda: d2l.train_2d(lambda *x: None), TypeError, ['trainer returned None', 's1 and s2']),
    'trainer of two': (lambda: d2l.train_2d(lambda *x: x[:2]), TypeError, ['returned (-5.0, -2.0)', 's1 and s2']),
    'trainer of words': (lambda: d2l.train_2d(lambda *x: 'abcd'), TypeError, ["'a', 'b'", 'pair of numbers']),
    'results a number': (lambda: d2l.show_trace_2d(max, 3), TypeError, ['results=3', 'train_2d']),
    'results of numbers': (lambda: d2l.show_trace_2d(max, [1, 2]), TypeError, ['results[0]=1', 'pair of numbers']),
    'xlim of a path': (lambda: d2l.show_trace_2d(max, [(0, 0)], xlim=3), TypeError, ['xlim=3', 'a pair of numbers']),
    'f None': (lambda: d2l.show_trace_2d(None, [(0, 0)]), TypeError, ['f=None', 'not callable', 'x1 and x2']),
    'no path': (lambda: d2l.show_trace_2d(max, []), ValueError, ['results is empty', 'train_2d']),
}
OTHERS = {
    'net': (lambda: d2l.evaluate_loss(3, data()), TypeError, ['net=3', 'not callable', 'linreg']),
    'loss': (lambda: d2l.evaluate_loss(abs, data(), 'mse'), TypeError, ["loss='mse'", 'not callable', 'squared_loss']),
    'load_array of one': (lambda: d2l.load_array((data().X,), 5), TypeError, ['data_arrays', 'not a pair', '(X, y)']),
    'load_array of an array': (lambda: d2l.load_array(data().X, 5), TypeError, ['data_arrays', 'not a pair', '(X, y)']),
    'load_array in order': (lambda: d2l.load_array((data().X, data().y), 5, False), ValueError, ['is_train=False']),
    'digits from a number': (lambda: d2l.load_digits(3), TypeError, ['path=3', 'int', 'path of a file']),
    'seeds a number': (lambda: seeds({'lr': 0.1}, seeds=5), TypeError, ['seeds=5', 'int', 'range(100)']),
    'seeds a str': (lambda: seeds({'lr': 0.1}, seeds='12'), TypeError, ["seeds='12'", 'str', 'range(100)']),
    'seeds of words': (lambda: seeds({'lr': 0.1}, seeds=['1']), TypeError, ["seeds[0]='1'", 'whole number']),
    'states, not their maker': (lambda: seeds({'lr': 0.1, 't': 1}, d2l.init_adam_states(5), d2l.adam), TypeError,
                                ['init_states=', 'not callable', 'init_adam_states itself']),
    'no states': (lambda: seeds({'lr': 0.1, 't': 1}, None, d2l.adam), TypeError, ['states=None', 'adam', 'init_']),
    'schedule a number': (lambda: seeds({'lr': 0.1}, schedule=0.5), TypeError, ['schedule=0.5', 'not callable']),
    'schedule without lr': (lambda: seeds({'rho': 0.9}, d2l.init_adadelta_states, d2l.adadelta, schedule=abs), KeyError,
                            ["lacks 'lr'", "add 'lr'"]),
    'a rate of several -1': (lambda: seeds({'lr': numpy.array([0.1, -1])}), ValueError, ["hyperparams['lr']=-1.0"]),
    'a rate of several NaN': (lambda: seeds({'lr': numpy.array([NAN, 1])}), ValueError, ["hyperparams['lr']=nan"]),
    'rates of two axes': (lambda: seeds({'lr': numpy.ones((2, 1))}), ValueError, ['(2, 1)', 'expected (2,)', 'seed']),
    'batch_size of seeds': (lambda: seeds({'lr': 0.1}, batch_size=2.5), TypeError, ['batch_size=2.5', 'whole number']),
    'num_epochs of seeds': (lambda: seeds({'lr': 0.1}, num_epochs='2'), TypeError, ["num_epochs='2'", 'whole number']),
}
EVERY = {s.factor: (), s.multi_step: ([3],), s.square_root: (), s.polynomial: (9,), s.cosine: (9,), s.warmup: (3,),
         s.one_cycle: (9,), s.warm_restarts: (3,)}
for schedule, options in EVERY.items():
    name, rate = schedule.__name__, 'max_lr' if schedule is s.one_cycle else 'base_lr'
    SCHEDULES[f't of {name}'] = (lambda f=schedule, o=options: f(0, 0.1, *o), ValueError, ['t=0', 'at least 1'])
    SCHEDULES[f'rate of {name}'] = (lambda f=schedule, o=options: f(1, NAN, *o), ValueError, [f'{rate}=nan', 'finite'])
CALLS = {f'{group}: {what}': row for group, table in (('schedule', SCHEDULES), ('figure', FIGURES), ('other', OTHERS))
         for what, row in table.items()}


@pytest.mark.parametrize('what', CALLS)
def test_is_refused_by_name_and_nothing_is_drawn(what, capsys):
    call, error, fragments = CALLS[what]
    plt.close('all')
    refused(call, error, fragments)
    assert plt.get_fignums() == []
    assert capsys.readouterr().out == ''


def test_a_refused_point_leaves_the_curve_as_it_was():
    animator = d2l.Animator()
    animator.add(0, (1, 2))
    refused(lambda: animator.add(1, (3, 'a')), TypeError, ['y holds'])
    assert (animator.X, animator.Y) == ([[0.0], [0.0]], [[1.0], [2.0]])


@pytest.mark.parametrize('call', [
    lambda: s.factor(1, 0.1, stop_lr=0), lambda: s.multi_step(1, 0.1, []), lambda: s.multi_step(1, 0.1, (5, 6)),
    lambda: s.multi_step(1, 0.1, range(1, 9)), lambda: s.polynomial(1, 0, 1, power=0), lambda: s.one_cycle(1, 0.1, 1),
    lambda: s.one_cycle(1, 0.1, 9, rise=0), lambda: s.warmup(1, 0.1, 1, then=None),
    lambda: s.cosine(numpy.int64(3), numpy.float64(0.1), 5),
])
def test_the_edge_of_what_is_right_is_accepted(call):
    assert 0 <= call() <= 0.1
