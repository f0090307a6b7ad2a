"""How training is put together in PyTorch: state, gradients, schedules, groups, precision; each line checked."""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
import airfoil

airfoil.needs('torch')
# shown
import torch

model, X, y = torch.nn.Linear(5, 1), torch.ones(8, 5), torch.ones(8, 1)
optimizer = torch.optim.AdamW([                             # parameter groups:
    {'params': [model.weight]},                             # the decay is for weights,
    {'params': [model.bias], 'weight_decay': 0.0},          # not for biases
], lr=0.01)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)

assert model.weight.grad is None
torch.nn.functional.mse_loss(model(X), y).backward()        # gradients are in p.grad,
once = model.weight.grad.clone()
torch.nn.functional.mse_loss(model(X), y).backward()        # and add up
torch.testing.assert_close(model.weight.grad, 2 * once)
optimizer.zero_grad()                                       # so reset them each step
assert model.weight.grad is None

torch.nn.functional.mse_loss(model(X), y).backward()
assert len(optimizer.state) == 0                            # made by the first step,
optimizer.step()
assert set(optimizer.state[model.weight]) == {'step', 'exp_avg', 'exp_avg_sq'}
scheduler.step()                                            # after the optimizer
assert [group['lr'] for group in optimizer.param_groups] == [0.005, 0.005]

assert torch.tensor(1e-8, dtype=torch.float16) == 0         # ε of Adam, in half precision
assert torch.tensor(1e-8, dtype=torch.bfloat16) > 0
# not shown
