#!/usr/bin/env python3
"""Listens on Daybook's live socket and prints each frame on a line of its own.

    DAYBOOK_TOKEN=... scripts/live.py http://127.0.0.1:8080 [--after SEQ] [--until EVENT] [--seconds N]

The access token comes by the environment, never by the command line, where others could read it.
What is typed is sent: each line of standard input goes out as one frame, so the socket can be tried
by hand. Ends at the event named by --until, or once the seconds are over: with code 1 if an event was
waited for. Needs Python and nothing else.
"""

import argparse
import base64
import json
import os
import select
import socket
import ssl
import struct
import sys
import time
from urllib.parse import urlsplit

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Live:
    """One WebSocket, from the client's side."""

    def __init__(self, url):
        place = urlsplit(url)
        port = place.port or (443 if place.scheme == "https" else 80)
        self.socket = socket.create_connection((place.hostname, port), timeout=10)
        if place.scheme == "https":
            context = ssl.create_default_context()
            self.socket = context.wrap_socket(self.socket, server_hostname=place.hostname)
        self.waiting = b""
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /api/v1/live HTTP/1.1\r\nHost: {place.netloc}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self.waiting:
            self.read_more()
        head, self.waiting = self.waiting.split(b"\r\n\r\n", 1)
        status = head.split(b"\r\n", 1)[0].decode()
        if " 101 " not in status:
            sys.exit(f"live: the service answered {status}")

    def read_more(self):
        more = self.socket.recv(65536)
        if not more:
            sys.exit("live: the service closed the connection")
        self.waiting += more

    def send(self, kind, payload):
        """Sends one frame; a client's frames are masked."""
        mask = os.urandom(4)
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", 0x80 | kind, 0x80 | size)
        elif size < 65536:
            head = struct.pack("!BBH", 0x80 | kind, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", 0x80 | kind, 0x80 | 127, size)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
        self.socket.sendall(head + mask + masked)

    def say(self, frame):
        self.send(TEXT, json.dumps(frame).encode())

    def take(self):
        """One whole frame out of what has been read, or None."""
        if len(self.waiting) < 2:
            return None
        kind, size, start = self.waiting[0] & 15, self.waiting[1] & 127, 2
        if size == 126 and len(self.waiting) >= 4:
            size, start = struct.unpack("!H", self.waiting[2:4])[0], 4
        elif size == 127 and len(self.waiting) >= 10:
            size, start = struct.unpack("!Q", self.waiting[2:10])[0], 10
        elif size > 125:
            return None
        if len(self.waiting) < start + size:
            return None
        payload = self.waiting[start : start + size]
        self.waiting = self.waiting[start + size :]
        return kind, payload


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("url")
    asked.add_argument("--after", type=int, help="send what came after this event too")
    asked.add_argument("--until", help="end at an event, or a type of frame, of this name")
    asked.add_argument("--seconds", type=float, default=0, help="give up after so long")
    asked = asked.parse_args()
    token = os.environ.get("DAYBOOK_TOKEN") or sys.exit("live: DAYBOOK_TOKEN is not set")

    live = Live(asked.url)
    hello = {"type": "hello", "token": token}
    if asked.after is not None:
        hello["after"] = asked.after
    live.say(hello)
    ends = time.monotonic() + asked.seconds if asked.seconds else None
    inputs = [live.socket, sys.stdin]
    while True:
        while (frame := live.take()) is not None:
            kind, payload = frame
            if kind == PING:
                live.send(PONG, payload)
            elif kind == CLOSE:
                code = struct.unpack("!H", payload[:2])[0] if len(payload) > 1 else 1005
                sys.exit(f"live: closed with {code} {payload[2:].decode(errors='replace')}")
            elif kind == TEXT:
                text = payload.decode()
                print(text, flush=True)
                said = json.loads(text)
                if asked.until and asked.until in (said.get("event"), said.get("type")):
                    return
        left = None if ends is None else ends - time.monotonic()
        if left is not None and left <= 0:
            if asked.until:
                sys.exit("live: it did not come")
            return
        ready, _, _ = select.select(inputs, [], [], left)
        if live.socket in ready:
            live.read_more()
        if sys.stdin in ready:
            line = sys.stdin.readline()
            if line.strip():
                live.send(TEXT, line.strip().encode())
            elif not line:
                inputs.remove(sys.stdin)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
