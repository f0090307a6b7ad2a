"""Two optimizers that PyTorch lacks, and a check of both against the book's golden trajectories.

    python own_optimizer.py golden.json
"""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
import airfoil

airfoil.needs('torch')
# shown: yogi
import torch

class Yogi(torch.optim.Optimizer):
    def __init__(self, params, lr, beta1=0.9, beta2=0.999, eps=1e-3):
        super().__init__(params, {'lr': lr, 'beta1': beta1, 'beta2': beta2, 'eps': eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            lr, beta1, beta2, eps = (group[k] for k in ('lr', 'beta1', 'beta2', 'eps'))
            for p in group['params']:
                state = self.state[p]
                if not state:
                    state |= {'t': 0, 'v': torch.zeros_like(p), 's': torch.zeros_like(p)}
                state['t'] += 1
                t, v, s, square = state['t'], state['v'], state['s'], p.grad ** 2
                v += (1 - beta1) * (p.grad - v)
                s += (1 - beta2) * torch.sign(square - s) * square
                v_hat, s_hat = v / (1 - beta1 ** t), s / (1 - beta2 ** t)
                p -= lr * v_hat / (s_hat.sqrt() + eps)
# shown: lion
class Lion(torch.optim.Optimizer):
    def __init__(self, params, lr, beta1=0.9, beta2=0.99, weight_decay=0.0):
        super().__init__(params, {'lr': lr, 'beta1': beta1, 'beta2': beta2,
                                  'weight_decay': weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            lr, beta1, beta2 = group['lr'], group['beta1'], group['beta2']
            for p in group['params']:
                v = self.state[p].setdefault('v', torch.zeros_like(p))
                u = torch.sign(beta1 * v + (1 - beta1) * p.grad)
                p -= lr * (u + group['weight_decay'] * p)
                v.copy_(beta2 * v + (1 - beta2) * p.grad)
# shown: check
import json

def check(method, optimizer_class, golden):
    cases = [case for case in golden['cases'] if case['method'] == method]
    for case in cases:
        p = torch.nn.Parameter(torch.tensor(golden['start'], dtype=torch.float64))
        optimizer = optimizer_class([p], **case['options'])
        for gradient, expected in zip(golden['gradients'], case['path'], strict=True):
            p.grad = torch.tensor(gradient, dtype=torch.float64)
            optimizer.step()
            torch.testing.assert_close(p, torch.tensor(expected, dtype=torch.float64),
                                       rtol=1e-9, atol=1e-12)
    print(f'{method}: {len(cases)} golden trajectories repeated')
# not shown
if __name__ == '__main__':
    read = json.loads(Path(sys.argv[1]).read_text(encoding='utf-8'))
    check('yogi', Yogi, read)
    check('lion', Lion, read)
