"""Thousands of clients on the event stream, in one thread: what each has got, and when."""

import re
import select
import socket
import time

EVENT = re.compile(rb"^id: (?:dec_\S+_)?(\d+)", re.M)


class Watchers:
    def __init__(self, port, path, count):
        self.address, self.path = ("127.0.0.1", port), path
        self.poll = select.epoll()
        self.sockets, self.last, self.got, self.rest = {}, {}, {}, {}
        #: Events that came twice or out of order.
        self.disorder = 0
        for number in range(count):
            self.open(number)
        self.read_until(lambda: len(self.rest) == count, 60)

    def open(self, number, last_event=None):
        connection = socket.create_connection(self.address)
        header = f"Last-Event-ID: {last_event}\r\n" if last_event is not None else ""
        connection.sendall(f"GET {self.path} HTTP/1.1\r\nHost: bench\r\n{header}\r\n".encode())
        connection.setblocking(False)
        self.sockets[connection.fileno()] = (number, connection)
        self.poll.register(connection.fileno(), select.EPOLLIN)

    def drop(self, numbers):
        """Lets go of these, and returns what each has seen last."""
        chosen = set(numbers)
        for descriptor, (number, connection) in list(self.sockets.items()):
            if number in chosen:
                self.poll.unregister(descriptor)
                connection.close()
                del self.sockets[descriptor]
                self.rest[number] = b""
        return {number: self.last.get(number) for number in chosen}

    def read(self, timeout):
        """Takes what has come; the time of each watcher's last event is in `got`."""
        for descriptor, _ in self.poll.poll(timeout, 4096):
            number, connection = self.sockets[descriptor]
            try:
                data = connection.recv(1 << 18)
            except BlockingIOError:
                continue
            if not data:
                self.poll.unregister(descriptor)
                connection.close()
                del self.sockets[descriptor]
                continue
            now = time.monotonic()
            text = self.rest.get(number, b"") + data
            cut = text.rfind(b"\n\n") + 2
            self.rest[number] = text[cut:] if cut > 1 else text
            for position in EVENT.findall(text[:cut] if cut > 1 else b""):
                position = int(position)
                if position <= self.last.get(number, 0):
                    self.disorder += 1
                self.last[number] = position
                self.got[number] = now

    def read_until(self, condition, seconds):
        deadline = time.monotonic() + seconds
        while not condition() and time.monotonic() < deadline:
            self.read(0.05)
        return condition()

    def have(self, position):
        return all(self.last.get(number, 0) >= position for number in range(len(self.rest)))

    def close(self):
        for _, connection in self.sockets.values():
            connection.close()
        self.poll.close()
