"""Those who hold connections: slow ones, silent ones, very many, ones that vanish and ones that do not read."""

import base64
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time

from promises import API, Broken, require
from site_of import is_dropped, reset, settle


def drip(run, connections, pieces):
    """Sends each connection its next byte every tenth of a second, until all are dropped. Others are served meanwhile."""
    bound = run.server.idle_seconds * 1.5 + 3
    begin = time.monotonic()
    left, place = list(connections), 0
    while left and time.monotonic() - begin < bound:
        for connection in list(left):
            if is_dropped(connection):
                left.remove(connection)
                continue
            try:
                connection.send(pieces[place % len(pieces)])
            except BlockingIOError:
                pass
            except OSError:
                left.remove(connection)
        place += 1
        time.sleep(0.1)
    for connection in connections:
        connection.close()
    require(not left, f"after {bound:.0f} s {len(left)} of {len(connections)} are still connected")
    run.remark(f"{len(connections)} dropped within {time.monotonic() - begin:.1f} s")


def slow_headers(run):
    """Headers byte by byte."""
    connections = [run.server.connect() for _ in range(run.scaled(500))]
    for connection in connections:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    drip(run, connections, [b"a"])


def slow_bodies(run):
    """Bodies byte by byte, of a stated length and in chunks."""
    connections = [run.server.connect() for _ in range(run.scaled(500, 2))]
    for number, connection in enumerate(connections):
        how = b"Content-Length: 100000\r\n\r\n" if number % 2 else b"Transfer-Encoding: chunked\r\n\r\nffff\r\n"
        connection.sendall(b"POST " + API.encode() + b"/test/enqueue HTTP/1.1\r\nHost: x\r\n" + how)
    drip(run, connections, [b" "])


def silent(run):
    """Connections without a word, in the beginning and after an answer."""
    connections = [run.server.connect() for _ in range(run.scaled(500, 2))]
    for connection in connections[::2]:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    drip(run, connections, [b""])


def never_leaving(run):
    """Connections that go on behind the request that they called their last, and do not hang up."""
    connections = [run.server.connect() for _ in range(run.scaled(200, 2))]
    for connection in connections:
        connection.sendall(
            b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    drip(run, connections, [b""])


HOLDER = r"""
import resource, selectors, socket, sys, time
port, number = int(sys.argv[1]), int(sys.argv[2])
limit = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (limit[1], limit[1]))
held = []
try:
    for _ in range(min(number, limit[1] - 50)):
        connection = socket.socket()
        connection.settimeout(5)
        connection.connect(("127.0.0.1", port))
        if len(held) % 2:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n")
        held.append(connection)
        if len(held) % 100 == 0: time.sleep(0.01)
except OSError as error:
    pass
print(len(held), flush=True)
sys.stdin.read()
"""


#: The allocator keeps what connections had, for the next ones: so much each.
KEPT_BYTES_A_CONNECTION = 16 << 10


def many_connections(run):
    """As many connections as descriptors allow, twice: the second time no more memory is taken."""
    server = run.server
    held = hold_many(run)
    settle(2 * server.idle_seconds, lambda: server.connections() < 100)
    kept = server.memory_megabytes() - run.memory_before
    allowed = held * KEPT_BYTES_A_CONNECTION / (1 << 20) + 64
    require(kept <= allowed, f"{kept:.0f} MB stay in use after {held} connections; {allowed:.0f} are allowed")
    run.memory_before += kept
    hold_many(run)


def hold_many(run):
    server = run.server
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(server.port), str(run.scaled(20_000))], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True)
    try:
        held = int(holder.stdout.readline())
        most = server.connections()
        limit = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)[0]
        left = limit - server.descriptors()
        require(left > 50, f"only {left} descriptors are left for the log")
        time.sleep(1)
        peak = server.memory_megabytes()
        server.require_alive()
    finally:
        holder.kill()
        holder.wait()
    begin = time.monotonic()
    status, _ = server.get("/health")
    require(status == 200, f"afterwards /health is answered {status}")
    waited = time.monotonic() - begin
    require(waited < 10, f"a newcomer waits {waited:.1f} s after they are gone")
    run.remark(f"{held} connected, {most} at once, {left} descriptors left, {peak:.0f} MB meanwhile, next in {waited:.1f} s")
    return held


def session(server, name):
    status, body = server.ask(
        "POST", f"{API}/session/create", json.dumps({"operator_id": name, "operator_role": "soc_operator"}),
        {"Content-Type": "application/json"})
    require(status == 200, f"a session is not opened: {status}")
    return json.loads(body)["session_id"]


def stream_request(server, name, session_id):
    """For a stream that begins now: nobody has read all that waits before the patience of the server ends."""
    position = int(server.figures()["verdict_log_position"])
    return (f"GET {API}/stream/{name}?session_id={session_id} HTTP/1.1\r\nHost: x\r\n"
            f"Last-Event-ID: hb_0.0_{position}\r\n\r\n").encode()


def socket_request(name):
    key = base64.b64encode(os.urandom(16)).decode()
    return (f"GET /ws/{name} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode()


def open_live(run, number):
    """Streams and WebSockets, half and half, all of which have begun to be answered."""
    server = run.server
    session_id = session(server, "watcher")
    run.expected_events += 1
    connections = []
    for count in range(number):
        connection = server.connect()
        request = socket_request("watcher") if count % 2 else stream_request(server, "watcher", session_id)
        connection.sendall(request)
        answer = connection.recv(100)
        require(answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 101")), f"no stream opens: {answer[:80]}")
        connections.append(connection)
    return connections


def vanished_streams(run):
    """Streams and WebSockets whose clients are gone without a farewell."""
    connections = open_live(run, run.scaled(200, 4))
    open_before = run.server.figures()["verdict_open_streams"]
    require(open_before >= len(connections) // 2, f"{open_before:.0f} streams are counted")
    for connection in connections:
        reset(connection)
    gone = settle(10, lambda: run.server.figures()["verdict_open_streams"] == 0
                  and run.server.figures()["verdict_open_sockets"] == 0)
    require(gone, f"10 s later {run.server.figures()['verdict_open_streams']:.0f} streams are counted")
    run.remark(f"{len(connections)} vanished")


STOPPED = r"""
import socket, sys
port, requests = int(sys.argv[1]), [line.encode().decode("unicode_escape").encode() for line in sys.argv[2:]]
held = []
for request in requests:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    connection.sendall(request)
    held.append(connection)
print("connected", flush=True)
sys.stdin.read()
"""


def large_question(number, size):
    return json.dumps({"decision_id": number, "risk_level": "low", "action_type": "block_ip", "target": "192.0.2.7",
                       "reasoning": "x" * size, "confidence": 0.9})


def stopped_readers(run):
    """Clients whose process is stopped (SIGSTOP) while events flow: the kernel still acknowledges, and nobody reads."""
    server = run.server
    session_id = session(server, "stopped")
    run.expected_events += 1
    count = run.scaled(50, 4)
    requests = [stream_request(server, "stopped", session_id), socket_request("stopped")]
    arguments = [repr(requests[number % 2].decode())[1:-1] for number in range(count)]
    client = subprocess.Popen([sys.executable, "-c", STOPPED, str(server.port), *arguments], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    try:
        require(client.stdout.readline() == "connected\n", "the clients do not connect")
        settle(10, lambda: server.figures()["verdict_open_streams"] >= count / 2)
        client.send_signal(signal.SIGSTOP)
        flow_until_cut(run, "stopped")
    finally:
        client.kill()
        client.wait()
    run.remark(f"{count} stopped")


def deaf_readers(run):
    """Streams whose clients live and read nothing while events flow."""
    server = run.server
    session_id = session(server, "deaf")
    run.expected_events += 1
    connections = []
    for number in range(run.scaled(50, 4)):
        connection = server.connect(receive_bytes=4096)
        connection.sendall(socket_request("deaf") if number % 2 else stream_request(server, "deaf", session_id))
        connections.append(connection)
    settle(10, lambda: server.figures()["verdict_open_streams"] >= len(connections) / 2)
    flow_until_cut(run, "deaf")
    for connection in connections:
        connection.close()
    run.remark(f"{len(connections)} deaf")


def flow_until_cut(run, name):
    """Has events flow until nobody is connected any more who does not read; memory stays bounded meanwhile."""
    server = run.server
    before = server.memory_megabytes()
    peak, number = before, 0
    bound = server.idle_seconds * 3 + 20
    begin = time.monotonic()
    while time.monotonic() - begin < bound:
        status, body = server.ask("POST", f"{API}/test/enqueue", large_question(f"{name}-{time.time_ns()}", 30_000),
                                  {"Content-Type": "application/json"})
        require(status == 200, f"a question is answered {status}: {body[:200]}")
        run.expected_events += 1
        number += 1
        peak = max(peak, server.memory_megabytes())
        figures = server.figures()
        if figures["verdict_open_streams"] == 0 and figures["verdict_open_sockets"] == 0:
            break
        time.sleep(0.01)
    else:
        raise Broken(f"after {bound:.0f} s and {number} events {figures['verdict_open_streams']:.0f} streams and "
                     f"{figures['verdict_open_sockets']:.0f} sockets are open that nobody reads")
    # The bound of a stream's buffer, shared by all who wait for the same events, and what the allocator does with it.
    require(peak < before + 200, f"memory grows from {before:.0f} to {peak:.0f} MB")
    run.remark(f"{number} events, cut within {time.monotonic() - begin:.1f} s, {peak:.0f} MB meanwhile")


def pipelined_and_unread(run):
    """Requests one behind the other, whose answers nobody reads."""
    server = run.server
    request = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
    connections = [server.connect(receive_bytes=4096) for _ in range(run.scaled(50, 4))]
    before = server.memory_megabytes()
    peak, left = before, list(connections)
    bound = server.idle_seconds * 3 + 20
    begin = time.monotonic()
    for connection in connections:
        connection.setblocking(False)
    while left and time.monotonic() - begin < bound:
        for connection in list(left):
            try:
                connection.send(request * 200)
            except BlockingIOError:
                pass
            except OSError:
                left.remove(connection)
        peak = max(peak, server.memory_megabytes())
        time.sleep(0.1)
    for connection in connections:
        connection.close()
    require(not left, f"after {bound:.0f} s {len(left)} of {len(connections)} are still connected")
    require(peak < before + 150, f"memory grows from {before:.0f} to {peak:.0f} MB")
    run.remark(f"{len(connections)} cut within {time.monotonic() - begin:.1f} s, {peak:.0f} MB meanwhile")


def storm(run):
    """Connections that come and go as fast as they can."""
    end = time.monotonic() + 2 + 4 * run.size
    count = 0
    while time.monotonic() < end:
        some = [run.server.connect() for _ in range(50)]
        for number, connection in enumerate(some):
            if number % 3 == 0:
                connection.send(b"GET /health HTTP/1.1\r\nHo")
            if number % 2:
                reset(connection)
            else:
                connection.close()
        count += len(some)
        select.select([], [], [], 0.05)
    run.remark(f"{count} connections")


TRIALS = [slow_headers, slow_bodies, silent, never_leaving, many_connections, vanished_streams, stopped_readers,
          deaf_readers, pipelined_and_unread, storm]
