# Resolve pyproject.toml into requirements.lock again, pip-audit into audit.lock, and what a study on a cluster needs, in the
# versions of the first, into study/cluster.lock: `make lock` (needs uv).
set -euo pipefail
resolve=(uv pip compile --universal --generate-hashes --python-version 3.11 --no-annotate --no-strip-extras --only-binary :all: --upgrade)
"${resolve[@]}" --group dev pyproject.toml -o requirements.lock
echo pip-audit | "${resolve[@]}" - -o proof/audit.lock
printf '%s\n' autograd distributed numpy pytest | "${resolve[@]}" -c requirements.lock - -o study/cluster.lock
# The programs of frameworks/: all but PyTorch and the drivers of GPUs that its builds bring.
skip=$("${resolve[@]}" -q --no-header frameworks/requirements.in | grep -oE '^(torch|triton|cuda|nvidia)[a-z0-9-]*' | sed 's/^/--no-emit-package=/')
"${resolve[@]}" -q --no-header $skip frameworks/requirements.in -o frameworks/requirements.lock
