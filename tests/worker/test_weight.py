"""What a worker need not carry: the web framework and the migrations stay out of its memory."""

import subprocess
import sys

_SAYS = "import sys, app.cli, app.worker.run; print(*sorted({'alembic', 'fastapi', 'uvicorn'} & {*sys.modules}))"


def test_a_worker_loads_neither_the_web_framework_nor_the_migrations() -> None:
    said = subprocess.run([sys.executable, "-c", _SAYS], capture_output=True, text=True, check=True)
    assert said.stdout.split() == []
