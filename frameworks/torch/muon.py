"""Muon for a network in PyTorch, on the steps of the book: prints the loss, draws its curve."""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
import airfoil

airfoil.needs('torch', 'matplotlib')
# shown
import numpy
import torch
from airfoil import FILE, Run                               # in the download menu

table = numpy.loadtxt(FILE, delimiter=',', skiprows=1)      # NASA's measurements
table = (table - table.mean(axis=0)) / table.std(axis=0)
X, y = torch.tensor(table[:1500]).split([5, 1], dim=1)
rng = numpy.random.default_rng(0)                           # the start, the order
run = Run(batch_size=10, hidden=16)

hidden, output = torch.nn.Linear(5, 16).double(), torch.nn.Linear(16, 1).double()
with torch.no_grad():                                       # weights are (out, in)
    hidden.weight.copy_(torch.tensor(rng.normal(0, 5 ** -0.5, (5, 16)).T))
    output.weight.copy_(torch.tensor(rng.normal(0, 16 ** -0.5, (16, 1)).T))
    hidden.bias.zero_(), output.bias.zero_()
model = torch.nn.Sequential(hidden, torch.nn.Tanh(), output)
others = [hidden.bias, output.weight, output.bias]
optimizers = [torch.optim.Muon([hidden.weight], lr=0.02, weight_decay=0.1),
              torch.optim.AdamW(others, lr=0.02, weight_decay=0.1)]

for epoch in range(2):
    for rows in torch.tensor(rng.permutation(1500)).split(10):
        loss = torch.nn.functional.mse_loss(model(X[rows]), y[rows]) / 2
        model.zero_grad()
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        run.step(hidden.weight.T, *others)
run.show()
# Defaults of torch.optim.Muon: lr=0.001. The loss then ends at 0.204.
# not shown
