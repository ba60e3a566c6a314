"""Make `.venv` hold what a make target needs: `setup_venv.py run|dev|spark|bench|mutate`.

Needs nothing but Python and a package index. Several make targets may call it at once: the first
works, the others wait and find the work done. Adding a set never changes a pin of another.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
SETUP_LOCK = ROOT / "requirements-setup.lock"
LOCKS = {
    "run": ROOT / "requirements.lock",
    "dev": ROOT / "requirements-dev.lock",
    "spark": ROOT / "requirements-spark.lock",
    "bench": ROOT / "requirements-bench.lock",
    "mutate": ROOT / "requirements-mutate.lock",
}
# The development set holds the run-time set whole, with the same pins.
INCLUDES = {
    "run": ("run",),
    "dev": ("dev", "run"),
    "spark": ("spark",),
    "bench": ("bench", "run"),
    "mutate": ("mutate",),
}
# uv reads its own variables, not pip's settings: what pip is told of the index goes for uv too.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}


def stamp(kind: str) -> Path:
    """Return the file that says which lock file's set is installed whole."""
    return VENV / f".installed-{kind}"


def digest(kind: str) -> str:
    """Return what the stamp holds when this set, as locked now, is installed."""
    parts = [LOCKS[kind], SETUP_LOCK, ROOT / "pyproject.toml"]
    text = sys.version.encode() + str(ROOT).encode() + b"".join(p.read_bytes() for p in parts)
    return hashlib.sha256(text).hexdigest()


def is_installed(kind: str) -> bool:
    """Say whether the set is there, as the lock file now has it."""
    path = stamp(kind)
    return path.exists() and path.read_text(encoding="ascii") == digest(kind)


def pip(*arguments: str) -> None:
    """Run the environment's own pip."""
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603


def uv_environment() -> dict[str, str]:
    """Return the environment for uv: this one, and pip's settings where uv has none of its own."""
    listing = subprocess.run(  # noqa: S603
        [str(PYTHON), "-m", "pip", "config", "list"], check=True, capture_output=True, text=True
    ).stdout
    environment = dict(os.environ, UV_INDEX_STRATEGY="unsafe-best-match", UV_LINK_MODE="copy")
    for line in listing.splitlines():
        key, _, value = line.partition("=")
        variable = PIP_TO_UV.get(key.split(".")[-1])
        if variable:
            environment.setdefault(variable, value.strip("'\"").replace("\\n", " "))
    return environment


def install(lock: Path) -> None:
    """Install a lock file with uv, or with pip where uv cannot."""
    command = [str(UV), "pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes"]
    done = subprocess.run([*command, "-r", str(lock)], cwd=ROOT, env=uv_environment())  # noqa: S603
    if done.returncode != 0:
        print("uv could not install; going on with pip, which takes longer", flush=True)
        pip("install", "--quiet", "--require-hashes", "-r", str(lock))


def set_up(kind: str) -> None:
    """Create the environment where it is missing, then add the set and the project itself."""
    print(f"setting up .venv for {kind}", flush=True)
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)  # noqa: S603
    if not UV.exists():
        pip("install", "--quiet", "--require-hashes", "-r", str(SETUP_LOCK))
    install(LOCKS[kind])
    if not (VENV / "bin" / "rollcall").exists():
        pip("install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    for included in INCLUDES[kind]:
        stamp(included).write_text(digest(included), encoding="ascii")


def main() -> None:
    """Set up the set named on the command line, once, whoever else asks at the same time."""
    kind = sys.argv[1] if len(sys.argv) == 2 else ""
    if kind not in LOCKS:
        sys.exit(f"usage: setup_venv.py {'|'.join(LOCKS)}")
    if sys.version_info[:2] != (3, 11):
        sys.exit(f"Python 3.11 is needed, this is {sys.version.split()[0]}: make PYTHON=…")
    if is_installed(kind):
        return
    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build" / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_installed(kind):
            set_up(kind)


if __name__ == "__main__":
    main()
