"""`throughline serve` as its user meets it: it comes up, stays up, and leaves nothing behind."""

import signal
import socket
from pathlib import Path

from tests.web.serve.processes import Service, ends, service, status, wait_until
from tests.web.webhooks.receiver import Receiver, receiving


def test_serve_on_the_embedded_server_answers_and_a_signal_leaves_nothing(
    data_dir: Path, tmp_path: Path
) -> None:
    arguments = ("serve", "--port", "0", "--data-dir", str(data_dir))
    with (
        receiving() as collector,
        service(*arguments, log=tmp_path / "log", **spans_to(collector)) as running,
    ):
        url = running.url()
        assert (status(f"{url}/livez"), status(f"{url}/readyz")) == (200, 200)
        everything = running.processes()
        assert "postgres" in {process.name() for process in everything}
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(60) == 0
        assert running.stdout.read() == "", "one line on standard output, and no more"
        assert b"GET /livez" in collector.received[-1].body, "spans that are left are sent at last"
    ends(everything)


def test_a_killed_supervisor_takes_everything_along(data_dir: Path, tmp_path: Path) -> None:
    with service("serve", "--port", "0", "--data-dir", str(data_dir), log=tmp_path / "log") as running:
        running.url()
        everything = running.processes()
        running.process.kill()
        ends(everything)


def test_when_the_holder_of_the_database_is_killed_another_takes_hold(data_dir: Path, tmp_path: Path) -> None:
    with service("serve", "--port", "0", "--data-dir", str(data_dir), log=tmp_path / "log") as running:
        url = running.url()
        (holder,) = running.children("web.ops.serve.database")
        holder.kill()
        wait_until(
            lambda: any(child.pid != holder.pid for child in running.children("web.ops.serve.database"))
        )
        wait_until(lambda: "postgres" in {process.name() for process in running.processes()})
        assert status(f"{url}/readyz") == 200
        everything = running.processes()
    ends(everything)


def test_a_killed_child_is_started_again(dsn: str, tmp_path: Path) -> None:
    with service("serve", "--port", "0", log=tmp_path / "log", DATABASE_URL=dsn) as running:
        url = running.url()
        for module in ("web.ops.serve.projector", "web.ops.serve.web"):
            _kill_and_wait_for_another(running, module)
            wait_until(lambda: status(f"{url}/readyz") == 200)


def spans_to(collector: Receiver) -> dict[str, str]:
    """By themselves they would be sent much later."""
    return {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url(""), "OTEL_BSP_SCHEDULE_DELAY": "600000"}


def _kill_and_wait_for_another(running: Service, module: str) -> None:
    (killed,) = running.children(module)
    family = [killed, *killed.children(recursive=True)]
    killed.kill()
    wait_until(lambda: any(child.pid != killed.pid for child in running.children(module)))
    ends(family)


def test_a_killed_web_worker_is_started_again(dsn: str, tmp_path: Path) -> None:
    options = ("serve", "--port", "0", "--workers", "2")
    with service(*options, log=tmp_path / "log", DATABASE_URL=dsn) as running:
        url = running.url()
        killed, spared = running.children("web.ops.serve.web")
        killed.kill()
        wait_until(lambda: len(running.children("web.ops.serve.web")) == 2)
        assert spared in running.children("web.ops.serve.web")
        wait_until(lambda: status(f"{url}/readyz") == 200)


def test_serve_without_a_projector_starts_none(dsn: str, tmp_path: Path) -> None:
    options = ("serve", "--port", "0", "--no-projector")
    with service(*options, log=tmp_path / "log", DATABASE_URL=dsn) as running:
        url = running.url()
        assert not running.children("web.ops.serve.projector")
        assert (status(f"{url}/livez"), status(f"{url}/readyz")) == (200, 503)


def test_a_port_that_is_taken_is_said_in_one_sentence(dsn: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        options = ("serve", "--port", str(port))
        with service(*options, log=tmp_path / "log", DATABASE_URL=dsn) as refused:
            assert refused.process.wait(60) == 1
            assert refused.stdout.read() == ""
    said = (tmp_path / "log").read_text()
    assert said == f"throughline: Port {port} on 127.0.0.1 cannot be listened on: Address already in use.\n"


def test_a_second_serve_on_the_same_port_is_refused(dsn: str, tmp_path: Path) -> None:
    with service("serve", "--port", "0", log=tmp_path / "one", DATABASE_URL=dsn) as first:
        port = first.url().rsplit(":", 1)[1]
        options = ("serve", "--port", port)
        with service(*options, log=tmp_path / "two", DATABASE_URL=dsn) as second:
            assert second.process.wait(60) == 1
    assert "cannot be listened on" in (tmp_path / "two").read_text()


def test_a_command_uses_the_server_that_serve_runs(data_dir: Path, tmp_path: Path) -> None:
    data = ("--data-dir", str(data_dir))
    with service("serve", "--port", "0", *data, log=tmp_path / "log") as running:
        url = running.url()
        with service("check", *data, log=tmp_path / "check") as check:
            assert check.process.wait(60) == 0, check.stdout.read()
        assert status(f"{url}/readyz") == 200
