#!/usr/bin/env python3
"""A second verifier of the ledger. It shares no code with the product: it reads the events and
seals and recomputes every hash, chain and seal as docs/ledger.md describes them.

    verify_ledger.py DATA_FOLDER | yixian.db | backup.zip
    verify_ledger.py --jsonl event.jsonl seal.jsonl

PostgreSQL: verify a backup (`yixian backup`), or export the two tables as JSON lines. Prints
{"events","sealed_to","ok","faults":[{"event","what"}]}; exit 0 when whole, 1 on a fault, 2 on
wrong usage. Needs Python 3.8 and nothing else.
"""

import hashlib
import io
import json
import os
import sqlite3
import sys
import uuid
import zipfile

GENESIS = "0" * 64
MOST_FAULTS = 1000
EVENT = ("seq", "kind", "record_id", "rev", "code", "happened_at", "recorded_at", "late", "actor", "command_id", "body", "prev", "hash", "version")
SEAL = ("n", "first_seq", "last_seq", "sealed_at", "prev", "hash")


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class NotCanonical(Exception):
    pass


def body_of(text):
    """The body's value; it must be canonical JSON already."""
    try:
        value = json.loads(text)
    except ValueError as e:
        raise NotCanonical from e
    if canonical(value) != text:
        raise NotCanonical
    return value


def event_hash(e):
    fields = {
        "actor": e["actor"], "code": e["code"], "command": e["command_id"], "happened_at": e["happened_at"],
        "kind": e["kind"], "late": bool(e["late"]), "prev": e["prev"], "record": e["record_id"],
        "recorded_at": e["recorded_at"], "rev": e["rev"], "seq": e["seq"],
    }
    # Version 1 is written by absence, in rows and in what is hashed.
    if e.get("version") is not None:
        fields["version"] = e["version"]
    try:
        fields["body"] = body_of(e["body"])
        return sha256(canonical(fields)), True
    except NotCanonical:
        # Hashed as it stands, so that a change of form is told apart from a change of content.
        fields["body"] = 0
        before, after = canonical(fields).split('"body":0', 1)
        return sha256(before + '"body":' + e["body"] + after), False


def seal_hash(s, hashes):
    head = "{prev}\n{n}\n{first_seq}\n{last_seq}\n{sealed_at}\n".format(**s)
    return sha256(head + "".join(h + "\n" for h in hashes))


def verify(events, seals):
    faults, heads = [], {}
    count = seq = seal_n = sealed_to = 0
    seal_at, pending, in_seal = GENESIS, None, []
    seals = iter(seals)

    def fault(event, what):
        if len(faults) < MOST_FAULTS:
            faults.append({"event": event, "what": what})

    def next_seal():
        s = next(seals, None)
        if s and (s["n"] != seal_n + 1 or s["prev"] != seal_at or s["first_seq"] != sealed_to + 1 or s["last_seq"] < s["first_seq"]):
            fault(s["first_seq"], "seal {} does not follow seal {}".format(s["n"], seal_n))
        return s

    def end_seal():
        nonlocal seal_n, seal_at, sealed_to, pending, in_seal
        if seal_hash(pending, in_seal) != pending["hash"]:
            fault(pending["first_seq"], "seal {n} over events {first_seq} to {last_seq} is broken: altered, dropped or reordered".format(**pending))
        seal_n, seal_at, sealed_to = pending["n"], pending["hash"], pending["last_seq"]
        pending, in_seal = None, []

    for e in events:
        if pending is None:
            pending = next_seal()
        while pending is not None and pending["last_seq"] < e["seq"]:
            end_seal()
            pending = next_seal()
        if e["seq"] != seq + 1:
            fault(seq + 1, "dropped: {} to {} are missing".format(seq + 1, e["seq"] - 1))
        count, seq = count + 1, e["seq"]
        digest, is_canonical = event_hash(e)
        if digest != e["hash"]:
            fault(seq, "altered: the hash does not match")
        elif not is_canonical:
            fault(seq, "altered: the body is not canonical JSON")
        rev, prev = heads.get(e["record_id"], (0, GENESIS))
        if e["rev"] != rev + 1:
            fault(seq, "dropped or reordered: event {} of its record follows {}".format(e["rev"], rev))
        elif e["prev"] != prev:
            fault(seq, "altered or reordered: it does not follow the record's event before it")
        heads[e["record_id"]] = (e["rev"], e["hash"])
        in_seal.append(e["hash"])
        if pending is not None and pending["last_seq"] == seq:
            end_seal()

    beyond = pending or next(seals, None)
    if beyond and beyond["last_seq"] > seq:
        fault(seq + 1, "dropped: seal {} speaks of events up to {}".format(beyond["n"], beyond["last_seq"]))
    elif beyond:
        fault(beyond["first_seq"], "seal {} does not follow seal {}".format(beyond["n"], seal_n))
    elif sealed_to < seq:
        fault(sealed_to + 1, "events {} to {} are under no seal".format(sealed_to + 1, seq))
    faults.sort(key=lambda f: f["event"])
    return {"events": count, "sealed_to": sealed_to, "ok": not faults, "faults": faults}


def text_uuid(value):
    return str(uuid.UUID(bytes=value)) if isinstance(value, bytes) else str(uuid.UUID(value))


def from_sqlite(path):
    db = sqlite3.connect("file:{}?mode=ro".format(path.replace("?", "%3f").replace("#", "%23")), uri=True)
    # One view of both tables, while the product goes on writing.
    db.isolation_level = None
    db.execute("BEGIN")

    # Databases before schema 8 have no version: every event is of version 1.
    there = {row[1] for row in db.execute("PRAGMA table_info(event)")}
    columns = [c for c in EVENT if c in there]

    def events():
        for row in db.execute("SELECT {} FROM event ORDER BY seq".format(", ".join(columns))):
            e = dict(zip(columns, row))
            e["record_id"], e["command_id"] = text_uuid(e["record_id"]), text_uuid(e["command_id"])
            yield e

    return verify(events(), (dict(zip(SEAL, row)) for row in db.execute("SELECT {} FROM seal ORDER BY n".format(", ".join(SEAL)))))


def lines(stream):
    return (json.loads(line) for line in io.TextIOWrapper(stream, encoding="utf-8", newline="\n") if line.strip())


def from_backup(path):
    with zipfile.ZipFile(path) as archive, archive.open("tables/event.jsonl") as events, archive.open("tables/seal.jsonl") as seals:
        return verify(lines(events), lines(seals))


def main(args):
    if len(args) == 3 and args[0] == "--jsonl":
        with open(args[1], "rb") as events, open(args[2], "rb") as seals:
            result = verify(lines(events), lines(seals))
    elif len(args) == 1 and not args[0].startswith("-"):
        path = os.path.join(args[0], "yixian.db") if os.path.isdir(args[0]) else args[0]
        if not os.path.exists(path):
            print("{}: no such file".format(path), file=sys.stderr)
            return 2
        result = from_backup(path) if zipfile.is_zipfile(path) else from_sqlite(path)
    else:
        print(__doc__, file=sys.stderr)
        return 2
    print(json.dumps(result, ensure_ascii=False))
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
