"""Requests on keep-alive connections, as many a second as a server answers: one thread, one loop over all sockets, just enough HTTP/1.1.
It does not know who answers. `python3 load.py serve` is a server that does nothing, which the client's own limit is measured against."""
import os
import select
import socket
import statistics
import sys
import time
from collections import namedtuple

Turn = namedtuple('Turn', 'rate p50 asks wrong first_wrong')
# An answer that takes longer ends the bench.
PATIENCE = 180


class Unanswered(Exception):
    """A server said nothing, or something that is no HTTP."""


def request(method, path, body=b'', headers=()):
    """The bytes of a request."""
    lines = [f'{method} {path} HTTP/1.1', 'host: 127.0.0.1', *(f'{k}: {v}' for k, v in headers)]
    if body or method != 'GET':
        lines.append(f'content-length: {len(body)}')
    return '\r\n'.join(lines).encode() + b'\r\n\r\n' + body


class Answer:
    """What has come of one answer."""

    def __init__(self):
        self.bytes, self.status, self.body_at, self.length, self.chunk_at, self.closes = bytearray(), 0, 0, None, 0, False

    def take(self, some):
        """Takes what has come; whether that is all."""
        self.bytes += some
        if not self.status:
            end = self.bytes.find(b'\r\n\r\n')
            if end < 0:
                return False
            head = bytes(self.bytes[:end]).lower()
            self.status, self.body_at = int(head[9:12]), end + 4
            self.closes = b'\r\nconnection: close' in head
            at = head.find(b'\r\ncontent-length:')
            if at >= 0:
                self.length = int(head[at + 17:].split(b'\r\n', 1)[0])
            elif b'\r\ntransfer-encoding: chunked' in head:
                self.chunk_at = self.body_at
            elif self.status in (204, 304):
                self.length = 0
            else:
                raise Unanswered(f'an answer without a length: {head[:200]!r}')
        if self.length is not None:
            return len(self.bytes) >= self.body_at + self.length
        while True:
            line = self.bytes.find(b'\r\n', self.chunk_at)
            if line < 0:
                return False
            size = int(self.bytes[self.chunk_at:line].split(b';')[0], 16)
            after = line + 2 + size + 2
            if len(self.bytes) < after:
                return False
            self.chunk_at = after
            if size == 0:
                return True

    def body(self):
        """The body, without its chunks' lengths."""
        if self.length is not None:
            return bytes(self.bytes[self.body_at:self.body_at + self.length])
        at, parts = self.body_at, []
        while True:
            line = self.bytes.find(b'\r\n', at)
            size = int(self.bytes[at:line].split(b';')[0], 16)
            if size == 0:
                return b''.join(parts)
            parts.append(self.bytes[line + 2:line + 2 + size])
            at = line + 2 + size + 2

    def header(self, name):
        """All values of a header."""
        head = bytes(self.bytes[:self.body_at]).decode('latin-1').split('\r\n')
        return [v.strip() for k, _, v in (line.partition(':') for line in head[1:]) if k.lower() == name]


def dial(port, timeout=PATIENCE):
    """A connection to a server on this machine."""
    s = socket.create_connection(('127.0.0.1', port), timeout)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return s


def ask(port, bytes_of_request, timeout=PATIENCE):
    """One question on a connection of its own."""
    with dial(port, timeout) as s:
        s.sendall(bytes_of_request)
        answer = Answer()
        while True:
            some = s.recv(1 << 20)
            if not some:
                raise Unanswered('the server hung up')
            if answer.take(some):
                return answer


def turn(port, connections, make, seconds, good):
    """Asks on so many connections for so long: `make(i)` is the i-th request, `good` the statuses that count as answered."""
    poll, all_of, times, wrong, first_wrong, number = select.epoll(), {}, [], 0, '', 0

    class One:
        def __init__(self):
            self.open()

        def open(self):
            self.socket = dial(port)
            self.socket.setblocking(False)
            all_of[self.socket.fileno()] = self
            poll.register(self.socket.fileno(), select.EPOLLIN)

        def close(self):
            poll.unregister(self.socket.fileno())
            del all_of[self.socket.fileno()]
            self.socket.close()

        def send(self):
            nonlocal number
            data = make(number)
            number += 1
            self.answer, self.began = Answer(), time.perf_counter()
            sent = self.socket.send(data)
            self.rest = memoryview(data)[sent:] if sent < len(data) else None
            if self.rest:
                poll.modify(self.socket.fileno(), select.EPOLLIN | select.EPOLLOUT)

        def send_rest(self):
            sent = self.socket.send(self.rest)
            self.rest = self.rest[sent:]
            if not self.rest:
                self.rest = None
                poll.modify(self.socket.fileno(), select.EPOLLIN)

    ones = [One() for _ in range(connections)]
    began = time.perf_counter()
    end, waiting = began + seconds, connections
    try:
        for one in ones:
            one.send()
        while waiting:
            ready = poll.poll(PATIENCE)
            if not ready:
                raise Unanswered(f'nothing for {PATIENCE} s')
            for fd, what in ready:
                one = all_of[fd]
                if what & select.EPOLLOUT and one.rest:
                    one.send_rest()
                if not what & ~select.EPOLLOUT:
                    continue
                some = one.socket.recv(1 << 18)
                if not some:
                    raise Unanswered('the server hung up')
                if not one.answer.take(some):
                    continue
                now = time.perf_counter()
                if one.answer.status in good:
                    times.append(now - one.began)
                else:
                    wrong += 1
                    first_wrong = first_wrong or f'{one.answer.status} {one.answer.body()[:300]!r}'
                if now >= end:
                    waiting -= 1
                    one.answer = None
                    continue
                if one.answer.closes:
                    one.close()
                    one.open()
                one.send()
        took = time.perf_counter() - began
    finally:
        for one in ones:
            one.socket.close()
        poll.close()
    return Turn(len(times) / took, statistics.median(times) * 1e3 if times else float('nan'), len(times), wrong, first_wrong)


def serve():
    """Answers each request that comes in one piece with a thousand bytes; says its port first."""
    answer = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n' + b'x' * 1000
    door = socket.create_server(('127.0.0.1', 0))
    print(door.getsockname()[1], flush=True)
    poll, all_of = select.epoll(), {}
    poll.register(door.fileno(), select.EPOLLIN)
    parent = os.getppid()
    while os.getppid() == parent:
        for fd, _ in poll.poll(1):
            if fd == door.fileno():
                s, _ = door.accept()
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                all_of[s.fileno()] = s
                poll.register(s.fileno(), select.EPOLLIN)
            elif all_of[fd].recv(1 << 16):
                all_of[fd].send(answer)
            else:
                poll.unregister(fd)
                all_of.pop(fd).close()


if __name__ == '__main__' and sys.argv[1:] == ['serve']:
    serve()
