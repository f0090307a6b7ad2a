"""Figures: what plot draws for each form of its arguments, and where; paths in two dimensions; SVG that repeats.

What a notebook makes of them is tested in a kernel: see test_kernel_figures.py.
"""
import io
import itertools
import os

import numpy
import pytest
from matplotlib.colors import to_hex

os.environ.setdefault('MPLBACKEND', 'agg')

import d2lmini as d2l
from d2lmini import engine, np, plotting
from d2lmini.plotting import plt
from helpers import slow_file_on_mxnet

pytestmark = slow_file_on_mxnet


@pytest.fixture(autouse=True)
def _figures_closed():
    plt.close('all')        # other files may leave some
    yield
    plt.close('all')


def drawn(axes=None):
    """Return the curves on the axes, each as a pair of lists."""
    return [tuple(numpy.asarray(z, dtype=float).tolist() for z in line.get_data())
            for line in (axes or plt.gca()).get_lines()]


def array(*x):
    return engine.array(x)


A, B, C = [0.0, 1.0], [3.0, 5.0], [4.0, 2.0]
FORMS = {
    'one curve': ((A, B), [(A, B)]),
    'a tuple and a range': ((range(2), tuple(B)), [(A, B)]),
    'heights alone': ((B,), [(A, B)]),
    'several heights alone': (([B, C],), [(A, B), (A, C)]),
    'one X for several Y': ((A, [B, C]), [(A, B), (A, C)]),
    'one X in a list': (([A], [B, C]), [(A, B), (A, C)]),
    'as many X as Y': (([A, C], [B, A]), [(A, B), (C, A)]),
    'curves of different lengths': (([A, [1.0]], [B, [2.0]]), [(A, B), ([1.0], [2.0])]),
    'NumPy': ((numpy.array(A), numpy.array(B)), [(A, B)]),
    'arrays of the engine': ((array(*A), array(*B)), [(A, B)]),
    'a list of arrays': ((array(*A), [array(*B), numpy.array(C)]), [(A, B), (A, C)]),
    'rows of an array': ((A, numpy.array([B, C])), [(A, B), (A, C)]),
    'a list of losses of the engine': ((A, [array(*B).sum(), array(*C).sum()]), [(A, [8.0, 6.0])]),
    'a list of losses alone': (([array(*B).sum(), array(*C).sum()],), [(A, [8.0, 6.0])]),
    'keys and values of a dictionary': ((dict(zip(A, B)).keys(), dict(zip(A, B)).values()), [(A, B)]),
    'curves as values of a dictionary': ((A, {'b': B, 'c': C}.values()), [(A, B), (A, C)]),
    'a generator': ((A, (y for y in B)), [(A, B)]),
    'arrays of one number each': (([array(3.0), numpy.array(5.0)],), [(A, B)]),
    'integers, and objects': ((numpy.array([0, 1]), numpy.array([3, numpy.float32(5)], dtype=object)), [(A, B)]),
}


@pytest.mark.parametrize('form', FORMS)
def test_plot_draws_each_form_of_its_arguments(form):
    arguments, curves = FORMS[form]
    d2l.plot(*arguments)
    assert drawn() == curves


def test_plot_refuses_unequal_numbers_of_curves():
    with pytest.raises(ValueError, match='X holds 2 curves and Y 3: pass equally many'):
        d2l.plot([A, B], [A, B, C])
    assert plt.get_fignums() == []


def test_plot_passes_on_labels_limits_scales_legend_and_formats():
    d2l.plot([1, 2], [B, C], xlabel='epoch', ylabel='loss', legend=['b', 'c'], xlim=[1, 2], ylim=[1, 9], xscale='log',
             yscale='log', fmts=['g-.', 'm:'], figsize=(3, 2))
    axes = plt.gca()
    assert (axes.get_xlabel(), axes.get_ylabel()) == ('epoch', 'loss')
    assert (axes.get_xscale(), axes.get_yscale()) == ('log', 'log')
    assert (axes.get_xlim(), axes.get_ylim()) == ((1, 2), (1, 9))
    assert [t.get_text() for t in axes.get_legend().get_texts()] == ['b', 'c']
    assert [(line.get_color(), line.get_linestyle()) for line in axes.get_lines()] == [('g', '-.'), ('m', ':')]
    assert plt.gcf().get_size_inches().tolist() == [3, 2]


def test_plot_draws_on_given_axes_and_opens_no_figure():
    _, (left, right) = plt.subplots(1, 2)
    d2l.plot(A, B, axes=right)
    assert (drawn(left), drawn(right)) == ([], [(A, B)])
    assert len(plt.get_fignums()) == 1


@pytest.fixture
def usual_size():
    yield
    d2l.set_figsize()


# What draws after set_figsize((6, 2)): the size of its figure.
SIZES = {
    'plot': (lambda: d2l.plot([1, 2]), [6, 2]),
    'plot with a size of its own': (lambda: d2l.plot([1, 2], figsize=(3, 1)), [3, 1]),
    'plot after another': (lambda: [d2l.plot([1, 2]), d2l.plot([1, 2])], [6, 2]),
    'plot after the style is set again': (lambda: [d2l.use_svg_display(), d2l.plot([1, 2])], [6, 2]),
    'points': (lambda: d2l.Animator().add(0, 1), [6, 2]),
    'points with a size of their own': (lambda: d2l.Animator(figsize=(3, 1)).add(0, 1), [3, 1]),
    'training': (lambda: d2l.train_ch10(d2l.sgd, None, {'lr': 0.1}, *d2l.get_data_ch10(n=20), num_epochs=1), [6, 2]),
    'a path': (lambda: d2l.show_trace_2d(lambda x1, x2: x1 ** 2 + x2, [(-1, 0), (0, 0)]), [6, 2]),
    'an empty figure with a size of its own': (lambda: [plt.figure(figsize=(4, 4)), d2l.plot([1, 2])], [4, 4]),
    'the same, and another size': (lambda: [plt.figure(figsize=(4, 4)), d2l.plot([1, 2], figsize=(3, 1))], [3, 1]),
}


@pytest.mark.parametrize('what', SIZES)
def test_set_figsize_holds_until_it_is_called_again(what, usual_size):
    draw, size = SIZES[what]
    d2l.set_figsize((6, 2))
    draw()
    assert plt.gcf().get_size_inches().tolist() == size
    assert plt.figure().get_size_inches().tolist() == [6, 2]
    d2l.set_figsize()
    assert plt.figure().get_size_inches().tolist() == [4.5, 2.8]


def test_settings_of_the_reader_stay():
    with plt.rc_context({'font.size': 14, 'axes.grid': False}):
        d2l.plot(A, B)
        d2l.show_trace_2d(lambda x1, x2: x1 ** 2 + x2, [(-1, 0)])
        assert (plt.rcParams['font.size'], plt.rcParams['axes.grid']) == (14, False)


@pytest.mark.parametrize('legend', [['b', 'c'], ('b', 'c'), {'b': 1, 'c': 2}.keys(), numpy.array(['b', 'c'])], ids=str)
def test_names_of_curves_may_be_any_list(legend):
    d2l.plot(A, [B, C], legend=legend)
    assert [t.get_text() for t in plt.gca().get_legend().get_texts()] == ['b', 'c']


@pytest.mark.parametrize('fmts', ['g--', ['g--']])
def test_one_format_is_for_all_curves(fmts):
    d2l.plot(A, [B, C], fmts=fmts)
    assert [(line.get_color(), line.get_linestyle()) for line in plt.gca().get_lines()] == [('g', '--')] * 2


def test_a_figure_that_cannot_be_drawn_is_not_left_half_drawn():
    with pytest.raises(ValueError, match=r"fmts=\['-', 'zz'\]: .*such as '-' or 'g--'"):
        d2l.plot(A, [B, C], fmts=['-', 'zz'])
    assert plt.get_fignums() == []


def test_what_is_masked_is_a_gap():
    d2l.plot(numpy.ma.masked_equal([3.0, -1.0, 5.0], -1), [1, numpy.ma.masked, 2])
    [line] = plt.gca().get_lines()
    assert [numpy.isnan(z).tolist() for z in line.get_data()] == [[False, True, False]] * 2


# What the reader has before `plot`: on which axes it draws, and how many figures there are then.
def own_axes():
    return plt.subplots()[1]


def own_empty_figure():
    plt.figure()


def own_curve():
    own_axes().plot(A, B)


@pytest.mark.parametrize(('before', 'figures'), [(own_axes, 1), (own_empty_figure, 1), (own_curve, 2)])
def test_plot_takes_the_current_axes_while_they_are_empty(before, figures):
    axes = before()
    d2l.plot(A, C)
    assert axes in (None, plt.gca())
    assert len(plt.get_fignums()) == figures
    assert drawn() == [(A, C)]


@pytest.mark.parametrize('draw', [
    lambda: d2l.plot(A, B), lambda: d2l.Animator().add(0, 3),
    lambda: d2l.train_ch10(d2l.sgd, None, {'lr': 0.1}, *d2l.get_data_ch10(n=20), num_epochs=1),
    lambda: d2l.train_gluon_ch10('sgd', {}, d2l.get_data_ch10(n=20)[0], num_epochs=1),
    lambda: d2l.show_trace_2d(lambda x1, x2: x1 ** 2 + x2, [(-1, 0), (0, 0)]),
], ids=['plot', 'points', 'training', 'training by name', 'a path'])
def test_what_is_drawn_stays_the_current_figure(draw):
    draw()
    figure, lines = plt.gcf(), len(drawn())
    d2l.annotate('here', (0, 3), (0.5, 4))
    plt.plot(A, B)
    assert plt.get_fignums() == [figure.number]
    assert len(drawn()) == lines + 1
    assert [note.get_text() for note in plt.gca().texts] == ['here']


def test_animator_draws_its_points_as_they_come():
    animator = d2l.Animator(xlabel='step')
    animator.add(0, 3)
    assert drawn() == [([0.0], [3.0])]
    animator.add(1, array(2.0, 3.0).sum())
    assert (animator.X, animator.Y) == ([[0.0, 1.0]], [[3.0, 5.0]])
    animator.show()
    assert drawn() == [(A, B)]
    assert plt.gca().get_xlabel() == 'step'
    assert len(plt.get_fignums()) == 1


def test_animator_keeps_several_curves_apart():
    animator = d2l.Animator()
    animator.add(0, (3, 4))
    animator.add(0.5, (None, 7))
    animator.add(1, array(5.0, 2.0))
    assert drawn() == [(A, B), ([0.0, 0.5, 1.0], [4.0, 7.0, 2.0])]
    animator.add(2, (1, 1, 9))                      # a curve more
    assert drawn() == [([0, 1, 2], [3, 5, 1]), ([0, 0.5, 1, 2], [4, 7, 2, 1]), ([2], [9])]
    assert len(plt.get_fignums()) == 1


def test_animator_begins_another_figure_where_the_first_is_closed():
    animator = d2l.Animator()
    animator.add(0, 3)
    plt.close()                                     # as when the cell ends
    own_curve()                                     # with the number that the first one had
    animator.add(1, 5)
    assert drawn() == [(A, B)]
    assert len(plt.get_fignums()) == 2


POINTS = [(1, (2, 30)), (2, (0.5, None)), (4, (-1, 3)), (3, (float('nan'), 7)), (9, (1e-3, 0.1))]


@pytest.mark.parametrize('settings', [
    {'yscale': 'log', 'xscale': 'log'}, {'legend': ['a', 'b'], 'xlim': (0, 9), 'fmts': ['-', 'm--']}], ids=str)
def test_points_that_come_one_by_one_look_like_all_at_once(settings):
    animator = d2l.Animator(**settings)
    for point in POINTS:
        animator.add(*point)
    one_by_one = svg_of_current()
    d2l.plot([[1, 2, 4, 3, 9], [1, 4, 3, 9]], [[2, 0.5, -1, float('nan'), 1e-3], [30, 3, 7, 0.1]], **settings)
    assert svg_of_current() == one_by_one


def gradient_descent(lr):
    return lambda x1, x2, s1, s2: (x1 - lr * 0.2 * x1, x2 - lr * 4 * x2, 0, 0)


def momentum(lr, beta):
    def step(x1, x2, v1, v2):
        v1, v2 = beta * v1 + 0.2 * x1, beta * v2 + 4 * x2
        return x1 - lr * v1, x2 - lr * v2, v1, v2
    return step


def scaled(lr, keep, add):
    """Return AdaGrad or RMSProp, ε = 1e-6 inside the root."""
    def step(x1, x2, s1, s2):
        g1, g2 = 0.2 * x1, 4 * x2
        s1, s2 = keep * s1 + add * g1 ** 2, keep * s2 + add * g2 ** 2
        return x1 - lr * g1 / (s1 + 1e-6) ** 0.5, x2 - lr * g2 / (s2 + 1e-6) ** 0.5, s1, s2
    return step


# f(x) = 0.1 x1² + 2 x2² from (-5, -2), 20 steps: the optimizer, where it ends
RUNS = {
    'gradient descent .4': (gradient_descent(0.4), (-0.943467, -0.000073)),
    'gradient descent .6': (gradient_descent(0.6), (-0.387814, -1673.365109)),
    'momentum .5': (momentum(0.6, 0.5), (0.007188, 0.002553)),
    'momentum .25': (momentum(0.6, 0.25), (-0.126340, -0.186632)),
    'AdaGrad .4': (scaled(0.4, 1, 1), (-2.382563, -0.158591)),
    'AdaGrad 2': (scaled(2, 1, 1), (-0.002295, 0)),
    'RMSProp .4': (scaled(0.4, 0.9, 0.1), (-0.010599, 0)),
}


@pytest.mark.parametrize('name', RUNS)
def test_train_2d_ends_where_the_errata_say(name, capsys):
    trainer, end = RUNS[name]
    path = d2l.train_2d(trainer)
    assert len(path) == 21
    assert path[0] == (-5, -2)
    assert path[-1] == pytest.approx(end, abs=6e-7)
    assert capsys.readouterr().out == f'after 20 steps: x1 {path[-1][0]:.6f}, x2 {path[-1][1]:.6f}\n'


def test_train_2d_takes_another_start_and_number_of_steps():
    assert d2l.train_2d(lambda x1, x2, s1, s2: (x1 + 1, x2 + s1, s1 + 1, s2), steps=3, start=(0.0, 0.0)) == [
        (0, 0), (1, 0), (2, 1), (3, 3)]


def test_train_2d_hands_the_gradient_to_the_trainer():
    def trainer(x1, x2, s1, s2, f_grad):
        g1, g2 = f_grad(x1, x2)
        return x1 - g1, x2 - g2, s1, s2

    assert d2l.train_2d(trainer, 1, lambda x1, x2: (2, 3)) == [(-5, -2), (-7, -5)]
    assert d2l.train_2d(trainer, steps=1, f_grad=lambda x1, x2: (x1, x2)) == [(-5, -2), (0, 0)]


def test_a_path_of_arrays_is_a_path_of_floats():
    path = d2l.train_2d(lambda x1, x2, s1, s2: (x1 + array(1.0), x2 + array(2.0), 0, 0), 2)
    assert path == [(-5, -2), (-4, 0), (-3, 2)]
    d2l.show_trace_2d(lambda x1, x2: x1 + x2, [(array(1.0), array(2.0))])
    assert drawn() == [([1], [2])]


def test_show_trace_2d_takes_a_function_of_the_engine():
    d2l.show_trace_2d(lambda x1, x2: np.exp(-x1 ** 2) * np.cos(x2), [(0, 0)])
    assert len(plt.gca().collections) > 0


def test_show_trace_2d_draws_the_path_on_contour_lines():
    seen = []

    def f(x1, x2):
        seen.append((x1.dtype, x1.min(), x1.max(), x2.min(), x2.max()))
        return 0.1 * x1 ** 2 + 2 * x2 ** 2

    d2l.show_trace_2d(f, [(-5.0, -2.0), (-4.0, 0.5), (-3.0, 0.0)])
    assert drawn() == [([-5.0, -4.0, -3.0], [-2.0, 0.5, 0.0])]
    assert plt.gca().get_lines()[0].get_marker() == 'o'
    assert len(plt.gca().collections) > 0
    [(dtype, *limits)] = seen
    assert dtype == 'float64'
    assert limits == pytest.approx([-5.5, 1.0, -3.0, 1.0])


def test_annotate_writes_on_the_current_axes():
    d2l.plot(A, B)
    d2l.annotate('here', (0, 3), (0.5, 4))
    [note] = plt.gca().texts
    assert (note.get_text(), note.xy, note.get_position()) == ('here', (0, 3), (0.5, 4))


def svg_of_current():
    buffer = io.BytesIO()
    plt.gcf().savefig(buffer, format='svg', metadata={'Date': None})
    plt.close('all')
    return buffer.getvalue()


def named_by_plot():
    d2l.plot(A, [B, C], legend=['up', 'down'])


def named_by_matplotlib():
    plt.plot(A, B, label='up')
    plt.errorbar(A, C, 1.0, label='down')


def steps():
    plt.stairs([1.0, 2.0], color=plotting.COLORS[0], label='up')
    plt.stairs([2.0, 1.0], color=plotting.COLORS[1], label='down')


@pytest.mark.parametrize('draw', [named_by_plot, named_by_matplotlib, steps], ids=lambda draw: draw.__name__)
def test_label_curves_writes_each_name_in_the_color_of_its_curve_in_place_of_the_legend(draw):
    draw()
    d2l.label_curves([(0.5, 4.5), (0.25, 2.5)])
    axes = plt.gca()
    assert [(t.get_text(), t.get_position(), to_hex(t.get_color())) for t in axes.texts] == [
        ('up', (0.5, 4.5), plotting.COLORS[0]), ('down', (0.25, 2.5), plotting.COLORS[1])]
    assert axes.get_legend() is None


def test_curves_keep_the_names_that_plot_gave_them_when_the_legend_has_gone():
    named_by_plot()
    d2l.label_curves([(0.5, 4.5), (0.25, 2.5)])
    assert [line.get_label() for line in plt.gca().get_lines()] == ['up', 'down']


def test_label_curves_wants_a_point_for_each_name_and_leaves_the_legend_otherwise():
    named_by_plot()
    with pytest.raises(ValueError, match=r'at=.* has 1 points for 2 named curves: pass one for each'):
        d2l.label_curves([(0, 1)])
    assert plt.gca().get_legend()


def test_svg_is_the_same_in_two_runs():
    d2l.plot(A, [B, C], legend=['b', 'c'])
    first = svg_of_current()
    assert b'<svg' in first
    d2l.plot(A, [B, C], legend=['b', 'c'])
    assert svg_of_current() == first


def test_curves_differ_in_color_and_in_dash():
    d2l.plot(A, [B] * len(plotting.COLORS))
    lines = plt.gca().get_lines()
    for one, other in itertools.combinations(lines, 2):
        assert one.get_color() != other.get_color()
        assert one._dash_pattern != other._dash_pattern


def test_long_curves_keep_all_their_points():
    plotting.use_svg_display()
    assert plt.rcParams['path.simplify'] is False
    d2l.plot(numpy.arange(2000), numpy.zeros(2000))
    assert len(drawn()[0][0]) == 2000
