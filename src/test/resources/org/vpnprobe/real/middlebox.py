"""A middlebox on a router's way: packets come in on a tun device, are held, dropped, answered.

Usage: middlebox.py DEVICE JSON, where JSON is {"delay": seconds each way, "rules": [...]}.
A rule looks at packets of clients: {"proto": "tcp" or "udp", "to": address, "port": number,
"contains": text, "hex": bytes anywhere, "at": offset for hex, "action": "drop", "reset" (from the hop,
the packet is lost), "inject" (resets to both ends, the packet passes) or "answer" (a forged DNS answer,
the question passes), "residual": seconds in which all of the client to that address and port gets
the same, "address": for answer}.  Only the standard library is used.
"""
import fcntl
import heapq
import json
import os
import select
import socket
import struct
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
FIN, SYN, RST, ACK = 1, 2, 4, 16
SERVERS = socket.inet_aton("10.90.0.0")[:2]


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Packet:
    """The parts of an IPv4 packet that rules look at; proto is 0 for what none looks at."""

    def __init__(self, raw):
        self.raw = raw
        self.proto = 0
        if len(raw) < 20 or raw[0] >> 4 != 4 or struct.unpack("!H", raw[6:8])[0] & 0x1FFF:
            return
        head = (raw[0] & 15) * 4
        self.src, self.dst = raw[12:16], raw[16:20]
        rest = raw[head:]
        if raw[9] == 6 and len(rest) >= 20:
            self.sport, self.dport, self.seq, self.ack = struct.unpack("!HHII", rest[:12])
            self.flags = rest[13]
            self.data = rest[(rest[12] >> 4) * 4:]
            self.proto = 6
        elif raw[9] == 17 and len(rest) >= 8:
            self.sport, self.dport = struct.unpack("!HH", rest[:4])
            self.data = rest[8:]
            self.proto = 17


def ip(proto, src, dst, sport, dport, payload):
    """payload: a TCP or UDP packet with its checksum field (at 16 or 6) zero."""
    at = 16 if proto == 6 else 6
    pseudo = src + dst + struct.pack("!BBH", 0, proto, len(payload))
    payload = payload[:at] + struct.pack("!H", checksum(pseudo + payload)) + payload[at + 2:]
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, 61, proto, 0, src, dst)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def reset(src, dst, sport, dport, seq, ack):
    tcp = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, 0x50, RST | ACK, 0, 0, 0)
    return ip(6, src, dst, sport, dport, tcp)


def forged(p, address):
    question = p.data[12:]
    end = question.index(b"\0") + 5
    kind = struct.unpack("!H", question[end - 4:end - 2])[0]
    answers = 1 if kind == 1 else 0
    dns = p.data[:2] + struct.pack("!HHHHH", 0x8180, 1, answers, 0, 0) + question[:end]
    if answers:
        dns += struct.pack("!HHHIH", 0xC00C, 1, 1, 60, 4) + socket.inet_aton(address)
    udp = struct.pack("!HHHH", p.dport, p.sport, 8 + len(dns), 0) + dns
    return ip(17, p.dst, p.src, p.dport, p.sport, udp)


class Middlebox:
    def __init__(self, settings):
        self.delay = settings.get("delay", 0)
        self.rules = settings.get("rules", [])
        self.punished = {}

    def matches(self, rule, p):
        if p.proto != {"tcp": 6, "udp": 17}[rule["proto"]]:
            return False
        if "to" in rule and socket.inet_aton(rule["to"]) != p.dst:
            return False
        if "port" in rule and rule["port"] != p.dport:
            return False
        penalty = (rule["number"], p.src, p.dst, p.dport)
        if self.punished.get(penalty, 0) > time.monotonic():
            return bool(p.data)
        if not p.data or p.dst[:2] != SERVERS:
            return False
        if "contains" in rule and rule["contains"].encode() not in p.data:
            return False
        if "hex" in rule:
            wanted = bytes.fromhex(rule["hex"])
            at = rule.get("at")
            if p.data.find(wanted) < 0 if at is None else p.data[at:at + len(wanted)] != wanted:
                return False
        if "residual" in rule:
            self.punished[penalty] = time.monotonic() + rule["residual"]
        return True

    def handle(self, raw):
        """What to send, and how much later."""
        p = Packet(raw)
        for number, rule in enumerate(self.rules):
            rule["number"] = number
            if not p.proto or not self.matches(rule, p):
                continue
            action = rule["action"]
            if action == "drop":
                return []
            if action == "answer":
                return [(0, forged(p, rule["address"])), (self.delay, raw)]
            length = len(p.data)
            back = (0, reset(p.dst, p.src, p.dport, p.sport, p.ack, p.seq + length & 0xFFFFFFFF))
            if action == "reset":
                return [back]
            on = reset(p.src, p.dst, p.sport, p.dport, p.seq + length & 0xFFFFFFFF, p.ack)
            return [back, (self.delay, raw), (self.delay, on)]
        return [(self.delay, raw)]


def main():
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH14x", sys.argv[1].encode(), IFF_TUN | IFF_NO_PI))
    box = Middlebox(json.loads(sys.argv[2]))
    held, number = [], 0
    print("ready", flush=True)
    while True:
        wait = max(0, held[0][0] - time.monotonic()) if held else None
        if select.select([tun], [], [], wait)[0]:
            try:
                raw = os.read(tun, 65536)
            except OSError:
                raw = b""
            now = time.monotonic()
            for later, packet in box.handle(raw) if raw else []:
                number += 1
                heapq.heappush(held, (now + later, number, packet))
        while held and held[0][0] <= time.monotonic():
            try:
                os.write(tun, heapq.heappop(held)[2])
            except OSError:
                pass


main()
