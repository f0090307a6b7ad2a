# Resolve pyproject.toml into requirements.lock again, and pip-audit into audit.lock: `make lock` (needs uv).
set -euo pipefail
resolve=(uv pip compile --universal --generate-hashes --python-version 3.11 --no-annotate --no-strip-extras --only-binary :all: --upgrade)
"${resolve[@]}" --group dev pyproject.toml -o requirements.lock
echo pip-audit | "${resolve[@]}" - -o proof/audit.lock
