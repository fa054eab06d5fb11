"""Those who send what is no request, or none that can be granted."""

import base64
import hashlib
import json
import socket
import threading
import time

from connections import session, socket_request
from promises import API, Broken, require
from site_of import reset, statuses

LARGE = 1 << 20
ENQUEUE = f"{API}/test/enqueue"


def request(method, path, headers=(), body=b"", host=True):
    lines = [f"{method} {path} HTTP/1.1"] + (["Host: x"] if host else []) + list(headers)
    return "\r\n".join([*lines, "", ""]).encode() + body


def post(path, body, headers=(), kind="application/json"):
    return request("POST", path, [f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers], body)


def cut_everywhere(run):
    """A POST with a body, a GET and the handshake of a WebSocket, cut off behind every byte in three ways."""
    question = b'{"decision_id": "cut", "risk_level": "low", "action_type": "block_ip", "target": "192.0.2.7"}'
    whole = [post(ENQUEUE, question), request("GET", f"{API}/pending?limit=1"), socket_request("cut")]
    count = 0
    for text in whole:
        for length in range(0, len(text), max(1, int(0.1 / run.size))):
            prefix = text[:length]
            # Half closed, one waits for what is said to it; otherwise one is gone.
            received = run.server.exchange(prefix)
            require(received is not None, f"{prefix[-40:]!r}, half closed, is left without an end")
            said = statuses(received)
            require(all(400 <= status < 500 for status in said), f"{prefix[-40:]!r} is answered {said}")
            for leave in (socket.socket.close, reset):
                connection = run.server.connect()
                connection.sendall(prefix)
                leave(connection)
            count += 3
    run.remark(f"{count} connections")


def random_bytes(run):
    """Random bytes, some behind a proper beginning."""
    beginnings = [b"", b"GET ", b"POST / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n",
                  b"POST " + ENQUEUE.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n",
                  b"POST " + ENQUEUE.encode() + b" HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"]
    number = run.scaled(2000)
    for _ in range(number):
        noise = run.random.choice(beginnings) + run.random.randbytes(run.random.randrange(1, 600))
        received = run.server.exchange(noise)
        require(received is not None, f"{noise!r} is left without an end")
        said = statuses(received)
        # With a lucky path it is a request for a page that is not there, or for one that is.
        require(all(status < 500 for status in said), f"{noise!r} is answered {said}")
    run.remark(f"{number} connections")


def mutated_requests(run):
    """Good requests with a few bytes changed, dropped or doubled. None of them has the words of a command that is granted."""
    whole = [post(f"{API}/decision/nobody/approve", b'{"session_id": "nobody", "comment": "x"}'),
             request("GET", f"{API}/decisions?status=pending&limit=3", ["Accept: */*", "If-None-Match: x"]),
             socket_request("nobody"), post("/api/auth/refresh", b'{"refresh_token": "x.y.z"}')]
    number = run.scaled(2000)
    for _ in range(number):
        text = bytearray(run.random.choice(whole))
        for _ in range(run.random.randrange(1, 6)):
            place = run.random.randrange(len(text))
            match run.random.randrange(3):
                case 0: text[place] = run.random.randrange(256)
                case 1: del text[place]
                case _: text[place:place] = text[place:place + run.random.randrange(1, 20)]
        received = run.server.exchange(bytes(text))
        require(received is not None, f"{bytes(text)!r} is left without an end")
        said = statuses(received)
        require(all(status < 500 for status in said), f"{bytes(text)!r} is answered {said}")
    run.remark(f"{number} connections")


def bad_requests():
    """Name, bytes, and whether the answer may also be none at all: the connection is dropped."""
    deep = b"[" * 100_000
    bodies = {
        "deep arrays": deep + b"]" * 100_000, "deep and open": deep, "deep objects": b'{"a":' * 100_000,
        "deep in a field": b'{"metadata":' + deep + b"]" * 100_000 + b"}",
        "1e999999": b'{"confidence": 1e999999}', "-1e999999": b'{"confidence": -1e999999}',
        "1e-999999 as risk": b'{"risk_level": 1e-999999}', "400 digits": b'{"confidence": ' + b"9" * 400 + b"}",
        "a million digits": b'{"confidence": 0.' + b"3" * 1_000_000 + b"x}",
        "NaN": b'{"confidence": NaN}', "Infinity": b'{"confidence": -Infinity}', "leading zero": b'{"confidence": 01}',
        "invalid UTF-8": b'{"decision_id": "\xff\xfe"}', "overlong UTF-8": b'{"decision_id": "\xc0\xaf"}',
        "UTF-8 surrogate": b'{"decision_id": "\xed\xa0\x80"}', "cut UTF-8": b'{"decision_id": "\xe2\x82"}',
        "NUL": b'{"decision_id": "a\x00b"}', "escaped NUL": b'{"decision_id": "a\\u0000b"}',
        "NUL bytes": b"\0" * 1000, "lone surrogate": b'{"decision_id": "\\ud800"}',
        "lone low surrogate": b'{"decision_id": "\\udc00"}', "reversed pair": b'{"decision_id": "\\udc00\\ud800"}',
        "duplicate keys": b'{"confidence": 0.5, "confidence": "no number"}',
        "100,000 duplicate keys": b'{"risk_level": 1' + b',"risk_level": 2' * 60_000 + b"}",
        "100,000 keys": b'{"confidence": "x"' + b"".join(b',"k%d":0' % n for n in range(70_000)) + b"}",
        "UTF-16": '{"confidence": "x"}'.encode("utf-16"), "byte order mark": b"\xef\xbb\xbf" + b'{"confidence": "x"}',
        "comment": b'{"confidence": 0.5 /* half */}', "trailing comma": b'{"confidence": 0.5,}',
        "two values": b"{} {}", "single quotes": b"{'confidence': 0.5}", "open string": b'{"decision_id": "' + b"a" * 100_000,
        "raw line end": b'{"decision_id": "a\nb"}', "a string": b'"text"', "null": b"null", "nothing": b"",
        "spaces": b" " * 500_000, "bad escape": b'{"decision_id": "\\x41"}', "cut escape": b'{"decision_id": "\\u12"}',
    }
    for name, body in bodies.items():
        yield name, post(ENQUEUE, body), False
    for path, body in ((f"{API}/session/create", b'{"x": %s}' % (b"[" * 100_000)),
                       ("/api/auth/login", b"username=%ff%fe&password=%00"),
                       ("/api/auth/login", b"&".join(b"a%d=b" % n for n in range(50_000))),
                       ("/api/auth/login", b"username=" + b"%" * 100_000), ("/api/decisions/submit", deep),
                       (f"{API}/decision/nobody/approve", deep), ("/api/auth/refresh", b'{"refresh_token": "' + b"." * 100_000 + b'"}'),
                       ("/api/auth/refresh", b'{"refresh_token": "' + base64.b64encode(b'{"alg":"none"}') + b'.e30."}')):
        kind = "application/x-www-form-urlencoded" if body[:1] in b"ua" else "application/json"
        yield f"{path} {body[:20]!r}", post(path, body, kind=kind), False
    multipart = b"--b\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\n"
    yield "multipart", post("/api/auth/login", multipart, kind="multipart/form-data; boundary=b"), False

    chunked = ["Transfer-Encoding: chunked"]
    yield "giant header", request("GET", "/health", ["X-Giant: " + "a" * 200_000]), True
    yield "giant header without an end", b"GET /health HTTP/1.1\r\nX-Giant: " + b"a" * 200_000, True
    yield "many headers", request("GET", "/health", [f"X-{n}: {n}" for n in range(20_000)]), True
    yield "empty header name", request("GET", "/health", [": x"]), True
    yield "space in header name", request("GET", "/health", ["X y: z"]), True
    yield "control bytes in header", request("GET", "/health", ["X-A: a\x01\x02\x7f"]), True
    yield "NUL in header", b"GET /health HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n", True
    yield "folded header", request("GET", "/nope", ["X-A: a", " b"]), True
    yield "bare CR", b"GET /nope HTTP/1.1\rHost: x\r\r", True
    yield "huge chunk size", request("POST", ENQUEUE, chunked, b"ffffffffffffffff\r\n{}"), True
    yield "overflowing chunk size", request("POST", ENQUEUE, chunked, b"1" + b"0" * 100 + b"\r\n{}"), True
    yield "large chunk, cut", request("POST", ENQUEUE, chunked, b"7fffffff\r\n{}"), True
    yield "negative chunk size", request("POST", ENQUEUE, chunked, b"-2\r\n{}\r\n0\r\n\r\n"), True
    yield "no chunk size", request("POST", ENQUEUE, chunked, b"\r\n{}\r\n0\r\n\r\n"), True
    yield "chunk longer than it says", request("POST", ENQUEUE, chunked, b"1\r\n{}\r\n0\r\n\r\n"), True
    yield "long chunk extension", request("POST", ENQUEUE, chunked, b"2;" + b"a" * 300_000 + b"\r\n[]\r\n0\r\n\r\n"), True
    yield "many chunks over the limit", request("POST", ENQUEUE, chunked, b"400\r\n" + b" " * 1024 + b"\r\n"
                                                + (b"400\r\n" + b" " * 1024 + b"\r\n") * 1100 + b"0\r\n\r\n"), True
    yield "trailers", request("POST", ENQUEUE, chunked, b"2\r\n[]\r\n0\r\nX-A: b\r\n\r\n"), True
    yield "unknown transfer coding", request("POST", ENQUEUE, ["Transfer-Encoding: gzip"], b"{}"), True
    yield "chunked twice", request("POST", ENQUEUE, ["Transfer-Encoding: chunked, chunked"], b"2\r\n[]\r\n0\r\n\r\n"), True
    smuggled = b"0\r\n\r\n" + post(ENQUEUE, b'{"decision_id":"smuggled","risk_level":"low","action_type":"block_ip","target":"1.1.1.1"}')
    yield ("both lengths", request("POST", ENQUEUE, [f"Content-Length: {len(smuggled)}", *chunked], smuggled), True)
    yield ("both lengths, other order", request("POST", ENQUEUE, [*chunked, f"Content-Length: {len(smuggled)}"], smuggled), True)
    yield ("chunked with a space", request("POST", ENQUEUE, [f"Content-Length: {len(smuggled)}", "Transfer-Encoding : chunked"], smuggled), True)
    yield ("chunked with a tab", request("POST", ENQUEUE, ["Content-Length: 2", "Transfer-Encoding:\tchunked"], smuggled), True)
    yield "two lengths", request("POST", ENQUEUE, ["Content-Length: 2", "Content-Length: 40"], b"[]" + b"x" * 38), True
    yield "a list of lengths", request("POST", ENQUEUE, ["Content-Length: 2, 2"], b"[]"), True
    yield "negative length", request("POST", ENQUEUE, ["Content-Length: -1"], b"[]"), True
    yield "signed length", request("POST", ENQUEUE, ["Content-Length: +2"], b"[]"), True
    yield "no number as length", request("POST", ENQUEUE, ["Content-Length: two"], b"[]"), True
    yield "hexadecimal length", request("POST", ENQUEUE, ["Content-Length: 0x2"], b"[]"), True
    yield "overflowing length", request("POST", ENQUEUE, ["Content-Length: 99999999999999999999999"], b"[]"), True
    yield "1 GB", request("POST", ENQUEUE, ["Content-Length: 1073741824"], b" " * 100), False
    yield "over the limit", post(ENQUEUE, b" " * (LARGE + 1)), False
    yield "long path", request("GET", "/" + "a" * 60_000), True
    yield "longer path", request("GET", "/" + "a" * 200_000), True
    yield "long query", request("GET", "/nope?" + "a=b&" * 10_000), True
    yield "percent without digits", request("GET", f"{API}/decision/%zz%"), False
    yield "percent NUL", request("GET", f"{API}/decision/%00"), False
    yield "percent line end", request("GET", f"{API}/decision/a%0d%0ab"), False
    yield "invalid UTF-8 path", b"GET " + API.encode() + b"/decision/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n", True
    yield "up the tree", request("GET", "/../../../../etc/passwd"), True
    yield "up the tree, encoded", request("GET", "/tile/entries/%2e%2e/%2e%2e/events.db"), True
    yield "tile up the tree", request("GET", "/tile/../evidence.key"), True
    yield "tile number", request("GET", "/tile/0/x999/x999/x999/x999/x999/x999/999"), False
    yield "asterisk", request("GET", "*"), True
    yield "no path", b"GET  HTTP/1.1\r\nHost: x\r\n\r\n", True
    yield "relative path", request("GET", "health"), True
    yield "huge limit", request("GET", f"{API}/pending?limit=" + "9" * 300), False
    yield "huge asOf", request("GET", f"{API}/pending?asOf=" + "9" * 300), False
    yield "proof of nothing", request("GET", "/api/v1/evidence/events/-99999999999999999999.tlog-proof"), False
    yield "unknown method", request("BREW", "/health"), True
    yield "long method", request("A" * 10_000, "/health"), True
    yield "lower-case method", request("get", "/health"), True
    yield "TRACE", request("TRACE", "/health"), False
    yield "CONNECT", request("CONNECT", "example.org:443"), True
    yield "HTTP/0.9", b"GET /health\r\n\r\n", True
    yield "HTTP/1.0 POST without length", b"POST " + ENQUEUE.encode() + b" HTTP/1.0\r\n\r\n{}", True
    yield "HTTP/2.0", b"GET /nope HTTP/2.0\r\nHost: x\r\n\r\n", True
    yield "HTTP/9.9", b"GET /nope HTTP/9.9\r\nHost: x\r\n\r\n", True
    yield "HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", True
    yield "TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x11" * 500, True
    yield "unknown expectation", post(ENQUEUE, b"[]", ["Expect: a-miracle"]), True
    yield "100-continue and no body", request("POST", ENQUEUE, ["Expect: 100-continue", "Content-Length: 10"]), True
    upgrade = ["Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    yield "upgrade to nothing", request("GET", "/nope", [*upgrade, "Upgrade: h2c"]), False
    yield "WebSocket without a key", request("GET", "/ws/x", [*upgrade, "Upgrade: websocket"]), False
    yield ("WebSocket with a short key", request("GET", "/ws/x", [*upgrade, "Upgrade: websocket", "Sec-WebSocket-Key: eA=="]), False)
    yield ("WebSocket 12", request("GET", "/ws/x", ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 12",
                                                 "Sec-WebSocket-Key: " + "A" * 22 + "=="]), False)
    yield ("WebSocket by POST", request("POST", "/ws/x", [*upgrade, "Upgrade: websocket", "Content-Length: 2"], b"[]"), False)
    yield ("upgrade with a smuggled request", request("GET", "/ws/x", [*upgrade, "Upgrade: websocket", "Sec-WebSocket-Key: x"])
           + post(ENQUEUE, b'{"decision_id":"smuggled"}'), False)


#: These read, and are understood: a limit above the highest is the highest.
TOLERATED = {"huge limit"}


def strange_requests(run):
    """Everything that is no good request: each is answered with a 4xx, or dropped."""
    count = 0
    for name, text, may_be_dropped in bad_requests():
        received = run.server.exchange(text)
        require(received is not None, f"'{name}' is left without an end")
        said = statuses(received)
        require(said or may_be_dropped, f"'{name}' is not answered: {received[:100]!r}")
        good = (200,) if name in TOLERATED else ()
        require(all(400 <= status < 500 or status in good for status in said),
                f"'{name}' is answered {said}: {received[-200:]!r}")
        count += 1
    run.remark(f"{count} requests")


EXTREMES = [2**63 - 1, 2**63 - 2, -2**63, -2**63 + 1, -1, 2**62, 2**53, 2**31, 2**64, 0, "1e400", "9" * 200, "-0", "+1", "1.0"]
#: What the filters of a question without any are called in a cursor's checksum.
QUESTION_NAME = "\n".join(["", "", *["[]"] * 11, "false", "timestamp", "true"])


def audit_cursor(values):
    """A cursor as the server would make it: its checksum keeps no secret."""
    content = json.dumps(values, separators=(",", ":")).encode()
    checksum = hashlib.sha256(f"verdict audit cursor\n{QUESTION_NAME}\n".encode() + content).digest()[:8]
    return base64.urlsafe_b64encode(checksum + content).decode().rstrip("=")


def extreme_numbers(run):
    """Numbers at the ends of what can be counted, wherever a number is taken."""
    server = run.server
    session_id = session(server, "extreme")
    run.expected_events += 1
    paths = ["/pending?limit={}", "/pending?asOf={}", "/decisions?limit={}&offset={}", "/decision/nobody?asOf={}",
             "/escalations?limit={}", "/decisions?offset={}&asOf=1", "/session/extreme/stats?asOf={}"]
    others = ["/api/v1/audit/events?limit={}", "/api/v1/audit/events?offset={}", "/api/v1/audit/events?start_time={}",
              "/api/v1/audit/events?asOf={}", "/api/v1/audit/report?hasty_seconds={}", "/tile/{}/000", "/tile/0/{}",
              "/tile/entries/{}", "/api/v1/evidence/events/{}.tlog-proof", "/api/decisions/pending?limit={}",
              "/api/v1/admin/projections/dead-letters?from={}", "/api/decisions/x/response?wait={}"]
    requests = []
    for number in EXTREMES:
        requests += [request("GET", path.replace("{}", str(number))) for path in [API + path for path in paths] + others]
        stream = f"{API}/stream/extreme?session_id={session_id}"
        for last in ("{}", "hb_0_{}", "dec_x_{}~0~0~0", "dec_x_1~{}~0~0", "dec_x_1~0~{}~{}", "dec_x_0~0~0~{}", "conn_{}", "{}~{}~{}~{}"):
            requests.append(request("GET", stream, ["Last-Event-ID: " + last.replace("{}", str(number))]))
        requests.append(post(f"{API}/decision/nobody/approve", b'{"session_id": %s}' % str(number).encode()))
        for place in range(5):
            values = [1, 1, True, 0, 0, None]
            values[place] = number
            requests.append(request("GET", f"/api/v1/audit/events?cursor={audit_cursor(values)}"))
    for text in requests:
        received = server.exchange(text, half_close=True, seconds=10)
        require(received is not None, f"{text[:200]!r} is left without an end")
        said = statuses(received)
        require(all(status < 500 for status in said), f"{text[:200]!r} is answered {said}")
        server.require_alive()
    run.remark(f"{len(requests)} requests")


def socket_frames(run):
    """WebSockets on which come frames that are none."""
    frames = {
        "unmasked": b"\x81\x02{}", "reserved bits": b"\xf1\x80abcd", "unknown kind": b"\x83\x80abcd",
        "giant length": b"\x81\xff\x7f" + b"\xff" * 7 + b"abcd", "negative length": b"\x81\xff" + b"\xff" * 8 + b"abcd",
        "long ping": b"\x89\xfe\x01\x00abcd" + b"a" * 256, "split ping": b"\x09\x80abcd", "half a close": b"\x88\x81abcd\x03",
        "continuation of nothing": b"\x80\x80abcd", "invalid UTF-8": b"\x81\x82\0\0\0\0\xff\xfe",
        "deep JSON": b"\x81\xfe\x1f\x40\0\0\0\0" + b"[" * 8000, "no JSON": b"\x81\x81\0\0\0\0x", "binary": b"\x82\x81\0\0\0\0x",
        "fragments without an end": b"\x01\xfe\x10\x00\0\0\0\0" + b"a" * 4096 + (b"\x00\xfe\x10\x00\0\0\0\0" + b"a" * 4096) * 3,
    }
    noises = [run.random.randbytes(run.random.randrange(1, 300)) for _ in range(run.scaled(300))]
    for name, frame in [*frames.items(), *((noise.hex(), noise) for noise in noises)]:
        with run.server.connect(seconds=10) as connection:
            connection.sendall(socket_request("frames"))
            received = connection.recv(1000)
            require(received.startswith(b"HTTP/1.1 101 "), f"a WebSocket is answered {received[:80]!r}")
            try:
                connection.sendall(frame)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass
            except TimeoutError:
                raise Broken(f"a WebSocket with '{name}' is left without an end") from None
            except OSError:
                pass
    run.remark(f"{len(frames) + len(noises)} WebSockets")


def expected_and_granted(run):
    """A client that waits for 100 Continue before it sends a body gets it, and one whose body is too long is told so."""
    head = ["Expect: 100-continue", "Content-Type: application/json"]
    with run.server.connect(seconds=5) as connection:
        connection.sendall(request("POST", ENQUEUE, [*head, "Content-Length: 2"]))
        require(connection.recv(1000).startswith(b"HTTP/1.1 100 "), "100 Continue is not said")
        connection.sendall(b"[]")
        require(statuses(connection.recv(65536)) == [422], "the body behind 100 Continue is not read")
    with run.server.connect(seconds=5) as connection:
        connection.sendall(request("POST", ENQUEUE, [*head, "Content-Length: 99999999"]))
        require(connection.recv(1000).startswith(b"HTTP/1.1 413 "), "a body that is too long is asked for")


def flood(run):
    """Large bodies that are no good, from several at once, without a pause."""
    deep = post(ENQUEUE, b'{"metadata": ' + b'{"a":' * 150_000)
    wide = post(ENQUEUE, b"[" + b'"' + b"\\u0041" * 150_000 + b'"')
    seconds, counts, wrong = 2 + 6 * run.size, [0] * 4, []
    end = time.monotonic() + seconds

    def attack(number):
        while time.monotonic() < end and not wrong:
            said = statuses(run.server.exchange(deep if number % 2 else wide))
            counts[number] += 1
            if not all(400 <= status < 500 for status in said):
                wrong.append(said)

    threads = [threading.Thread(target=attack, args=(number,)) for number in range(len(counts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    require(not wrong, f"a flood is answered {wrong}")
    run.remark(f"{sum(counts) / seconds:.0f} bodies a second")


# The numbers first: among them are streams that are sent everything that waits, which the others make much of.
TRIALS = [extreme_numbers, cut_everywhere, random_bytes, mutated_requests, strange_requests, socket_frames, expected_and_granted, flood]
