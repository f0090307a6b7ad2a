"""Lion in PyTorch, on the steps of the book: prints the loss, draws its curve."""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
import airfoil

airfoil.needs('torch', 'pytorch_optimizer', 'matplotlib')
# shown
import numpy
import pytorch_optimizer
import torch
from airfoil import FILE, Run                               # in the download menu

table = numpy.loadtxt(FILE, delimiter=',', skiprows=1)      # NASA's measurements
table = (table - table.mean(axis=0)) / table.std(axis=0)
X, y = torch.tensor(table[:1500]).split([5, 1], dim=1)
rng = numpy.random.default_rng(0)                           # the page's start, order
run = Run(batch_size=10)

model = torch.nn.Linear(5, 1, dtype=torch.float64)
with torch.no_grad():
    model.weight.copy_(torch.tensor(rng.normal(0, 0.01, (1, 5))))
    model.bias.zero_()
optimizer = pytorch_optimizer.Lion(model.parameters(), lr=0.003,
                                   weight_decay=0.1)

for epoch in range(2):
    for rows in torch.tensor(rng.permutation(1500)).split(10):
        loss = torch.nn.functional.mse_loss(model(X[rows]), y[rows]) / 2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        run.step(model.weight, model.bias)
run.show()
# Defaults of pytorch_optimizer.Lion: lr=0.0001, weight_decay=0.0. The loss then ends
# at 0.460.
# not shown
