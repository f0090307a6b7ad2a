"""SGD in PyTorch, on the steps of the book: prints the loss, draws its curve."""
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
rng = numpy.random.default_rng(0)                           # the page's start, order
run = Run(batch_size=1)

model = torch.nn.Linear(5, 1, dtype=torch.float64)
with torch.no_grad():
    model.weight.copy_(torch.tensor(rng.normal(0, 0.01, (1, 5))))
    model.bias.zero_()
optimizer = torch.optim.SGD(model.parameters(), lr=0.005)

for epoch in range(1):
    for rows in torch.tensor(rng.permutation(1500)).split(1):
        loss = torch.nn.functional.mse_loss(model(X[rows]), y[rows]) / 2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        run.step(model.weight, model.bias)
run.show()
# Defaults of torch.optim.SGD: lr=0.001. The loss then ends at 0.281.
# not shown
