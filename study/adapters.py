"""What the rate and the memories of a point mean to a method: its hyperparameters, and its constants."""
import d2lmini as d2l


def plain(method, point) -> tuple[dict, dict]:
    """Return ({'lr': rate, ...}, constants): memories that the update does not look up are arguments."""
    uses = getattr(method.update, 'uses', None)
    memories = {key: point[key] for key in method.memories}
    constants = {key: value for key, value in memories.items() if uses is not None and key not in uses}
    return {'lr': point['rate']} | {key: memories[key] for key in memories.keys() - constants.keys()}, constants


def as_they_are(params, states):
    """Return what a run has learned: its parameters."""
    return params


def long_run(method, point) -> tuple[dict, dict]:
    """Momentum's rate in a search is the long-run rate η/(1 − β), by which a steady gradient is multiplied."""
    beta = point['momentum']
    return {'lr': point['rate'] * (1 - beta), 'momentum': beta}, {}


def root_of_eps(method, point) -> tuple[dict, dict]:
    """Adadelta has no rate; √ε acts as one."""
    return {'lr': 1.0, 'root_eps': point['rate'], 'rho': point['rho']}, {}


def adadelta_rated(params, states, hyperparams):
    """Adadelta with the root of its ε as the rate, and its step multiplied by lr."""
    before = [p.copy() for p in params]
    d2l.adadelta(params, states, {'rho': hyperparams['rho']}, eps=hyperparams['root_eps'] ** 2)
    for p, old in zip(params, before):
        p += (1 - hyperparams['lr']) * (old - p)


def of_adafactor(method, point) -> tuple[dict, dict]:
    """Adafactor with the rate of the search, not its own schedule."""
    return {'lr': point['rate']}, {'relative': False}


def of_adamw(method, point) -> tuple[dict, dict]:
    """AdamW with the decay that PyTorch takes."""
    hyperparams, constants = plain(method, point)
    return hyperparams | {'weight_decay': 0.01}, constants


def matrices(params) -> list[int]:
    """Return which parameters are matrices; a bias has the shape (runs, 1, out)."""
    return [i for i, p in enumerate(params) if p.shape[-2] > 1]


def init_muon_and_adamw(params):
    """Return states of Muon for matrices and of AdamW for the rest, in the order of the parameters."""
    inner = matrices(params)
    return [d2l.init_muon_states([p])[0] if i in inner else d2l.init_adamw_states([p])[0] for i, p in enumerate(params)]


def muon_and_adamw(params, states, hyperparams):
    """Muon for matrices, AdamW for biases, at one rate."""
    inner = matrices(params)
    rest = [i for i in range(len(params)) if i not in inner]
    lr, t, momentum = (hyperparams[key] for key in ('lr', 't', 'momentum'))
    d2l.muon([params[i] for i in inner], [states[i] for i in inner], {'lr': lr, 'momentum': momentum})
    d2l.adamw([params[i] for i in rest], [states[i] for i in rest], {'lr': lr, 't': t})


def average(params, states):
    """Schedule-Free has learned the average of its path."""
    return d2l.schedule_free_average(states)
