#!/usr/bin/env python3
"""A second verifier of the ledger. It shares no code with the product: it reads the events and
seals and recomputes every hash, chain and seal as docs/ledger.md describes them, holds the rows of
the other tables against what events say of them, and hashes every photo.

    verify_ledger.py DATA_FOLDER | yixian.db | backup.zip   [--seals FILE]
    verify_ledger.py --jsonl event.jsonl seal.jsonl         [--seals FILE]

PostgreSQL: verify a backup (`yixian backup`), or export the two tables as JSON lines; of those two
alone no row and no photo can be told. --seals: exported seals that the ledger must have; those in
seals/seals.txt of a data folder are taken in any case. Prints
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


def verify(events, seals, exported="", told=None):
    """`exported`: text of exported seals. `told`: takes each event in, for the rows."""
    faults, heads = [], {}
    kept_seals = {}
    count = seq = seal_n = sealed_to = 0
    seal_at, pending, in_seal = GENESIS, None, []
    seals = iter(seals)

    def fault(event, what):
        if len(faults) < MOST_FAULTS:
            faults.append({"event": event, "what": what})

    def next_seal():
        s = next(seals, None)
        if s:
            kept_seals[s["n"]] = s
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
        if told is not None:
            told.take(e)
        in_seal.append(e["hash"])
        if pending is not None and pending["last_seq"] == seq:
            end_seal()

    beyond = pending or next(seals, None)
    if beyond:
        kept_seals[beyond["n"]] = beyond
    if beyond and beyond["last_seq"] > seq:
        fault(seq + 1, "dropped: seal {} speaks of events up to {}".format(beyond["n"], beyond["last_seq"]))
    elif beyond:
        fault(beyond["first_seq"], "seal {} does not follow seal {}".format(beyond["n"], seal_n))
    elif sealed_to < seq:
        fault(sealed_to + 1, "events {} to {} are under no seal".format(sealed_to + 1, seq))
    for event, what in exported_faults(exported, kept_seals, seq):
        fault(event, what)
    return {"events": count, "sealed_to": sealed_to, "faults": faults}


def exported_faults(text, seals, last):
    for n, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        words = line.split()
        if len(words) != 6 or words[1] != "seal" or words[3] != "events" or not (words[2].isdigit() and words[4].isdigit()):
            yield 0, "exported seals: line {} cannot be read".format(n)
            continue
        at, seal, events, digest = words[0], int(words[2]), int(words[4]), words[5]
        found = seals.get(seal)
        if found is None:
            yield last + 1, "dropped: seal {} was exported on {} and is not in the ledger".format(seal, at)
        elif found["hash"] != digest or found["last_seq"] != events:
            yield found["first_seq"], "seal {} is not the one that was exported on {}: the ledger was written anew".format(seal, at)


# Rows of which events hold a hash: how events name them, the table, the key, the columns, and whether
# the key itself is hashed. docs/ledger.md has the same list.
HASHED = {
    "command": ("command", ("id",), ("sha", "actor", "recorded_at", "receipt"), False),
    "notice": ("notice", ("id",), ("person_id", "code", "record_kind", "record_id", "at"), False),
    "matter_link": ("matter_link", ("token_hash",), ("matter_id", "contact_id", "created_at"), False),
    "credential": ("credential", ("token_hash",), ("kind", "person_id", "made_at", "until", "ended_at"), False),
    "second_factor": ("second_factor", ("person_id",), ("nonce", "made_at", "off_at"), False),
    "file_use": ("file_use", ("sha", "record_id"), (), False),
    "import_row": ("import_row", ("source", "row_key"), ("matter_id",), True),
    "matter.n": ("matter", ("id",), ("n",), False),
    "matter.body": ("matter", ("id",), ("body",), False),
    "visit.n": ("visit", ("id",), ("n",), False),
    "programme.body": ("programme", ("id",), ("body",), False),
    "section.body": ("section", ("id",), ("body",), False),
    "partner.body": ("partner", ("id",), ("body",), False),
    "conference.body": ("conference", ("id",), ("body",), False),
    "indicator.body": ("indicator", ("id",), ("body",), False),
    "breakdown.body": ("breakdown", ("id",), ("body",), False),
    "campaign.body": ("campaign", ("id",), ("body",), False),
    "meeting.body": ("meeting", ("id",), ("body",), False),
    "topic.body": ("topic", ("id",), ("body",), False),
    "agreement.body": ("agreement", ("id",), ("body",), False),
    "team.body": ("team", ("id",), ("body",), False),
    "household.body": ("household", ("id",), ("body",), False),
    "done_sheet.body": ("done_sheet", ("id",), ("body",), False),
    "document.body": ("document", ("id",), ("body",), False),
    "citation.body": ("citation", ("id",), ("body",), False),
    "recognition.body": ("recognition", ("id",), ("body",), False),
    "service_day.body": ("service_day", ("id",), ("body",), False),
    "member.body": ("member", ("id",), ("body",), False),
    "pairing.body": ("pairing", ("id",), ("body",), False),
    "service_session.body": ("service_session", ("id",), ("body",), False),
    "sign_in.body": ("sign_in", ("id",), ("body",), False),
    "praise.body": ("praise", ("id",), ("body",), False),
    "publication.body": ("publication", ("id",), ("body",), False),
    "served_base.body": ("served_base", ("id",), ("body",), False),
    "outage": ("outage", ("id",), ("code", "started_at", "ended_at", "day", "district", "unit_id", "level", "kind", "customers", "cause", "voided",
                                   "file_id", "line", "recorded_at", "changed_at", "rev"), False),
    "visit.body": ("visit", ("id",), ("body",), False),
}
# Of these a row that no event speaks of is a fault: by an instant in it, or by the record it names.
SINCE = {"command": "recorded_at", "credential": "made_at", "second_factor": "made_at", "notice": "at", "matter_link": "created_at",
         "outage": "recorded_at"}
RECORD = {"file_use": "record_id", "import_row": "matter_id", "matter.n": "id", "visit.n": "id", "contact": "matter_id"}
# What a unit's and a place's event call a column of its row, where they call it otherwise.
UNIT = {"from_day": "from", "to_day": "to"}
PLACE = {"unit_id": "unit"}
PERSON = {"unit_id": "unit", "from_day": "from", "to_day": "to"}
# Columns of a matter and of a visit that its text says in the same words.
IN_TEXT = {"matter": {"kind": "kind", "origin": "origin", "unit_id": "unit", "handler": "handler", "on_the_spot": "on_the_spot",
                      "escalated": "escalated", "reopened": "reopened", "verdict": "verdict", "rev": "rev", "solved_at": "solved_at",
                      "answered_at": "answered_at", "closed_at": "closed_at"},
           "visit": {"rev": "rev"}}
OF_PLAN = {"kind": "kind", "place_id": "place", "host_id": "host", "leader_id": "leader", "day": "day", "announced": "announced"}


# What the versions of a place or a person hold, and what their events call it.
VERSIONS = {
    "place": {"kind": "kind", "district": "district", "area": "area", "unit_id": "unit"},
    "person": {"unit_id": "unit", "level": "level", "specialty": "specialty", "duty": "duty", "from_day": "from", "to_day": "to"},
}


class Told:
    """What events say of the rows of other tables. It knows the forms of events and no law: what a matter's or a visit's
    text has to be is the product's to say, here its hash is compared."""

    def __init__(self):
        self.rows, self.since, self.born = {}, None, {}
        self.last, self.roles, self.exempt, self.words = {}, {}, {}, {}
        self.policies, self.plans, self.adopted = {}, {}, {}
        self.erased, self.versions = set(), {}

    def take(self, e):
        try:
            body = json.loads(e["body"])
        except ValueError:
            return
        if not isinstance(body, dict):
            return
        seq, record, kind, code = e["seq"], e["record_id"], e["kind"], e["code"]
        if e["rev"] == 1:
            self.born[record] = e["recorded_at"]
        for name, rows in (body.get("rows") or {}).items():
            self.since = e["recorded_at"] if self.since is None else self.since
            for key, what in rows.items():
                self.rows.setdefault(name, {})[key] = (what, seq)
        self.find_words(body, seq)
        if code == "erased":
            self.erased.update(body.get("photos") or ())
        if kind == "person" and code == "exempted":
            self.exempt.setdefault(record, []).append((seq, e["recorded_at"], body))
        elif kind == "person":
            self.last[kind, record] = (seq, body)
            self.note_version(e, body)
            if body.get("roles") is not None:
                self.roles[record] = (seq, {(r["role"], r["unit"]) for r in body["roles"]})
        elif kind in ("unit", "place"):
            self.last[kind, record] = (seq, body.get(kind) or {})
            if kind == "place":
                self.note_version(e, body.get(kind) or {})
        elif kind == "policy" and code == "put_in_force":
            self.policies[body["policy"], body["version"]] = (seq, body)
        elif kind == "plan" and code == "plan_made":
            self.plans[record] = (seq, e, body)
        elif kind == "plan" and code == "plan_adopted":
            self.adopted[record] = (seq, e, body)

    def note_version(self, e, said):
        """What a place or a person was from this event on."""
        names = VERSIONS[e["kind"]]
        held = {column: said.get(name) for column, name in names.items()}
        held.update(known_from=e["recorded_at"], valid_from=e["happened_at"])
        self.versions[e["kind"], e["record_id"], e["seq"]] = held

    def find_words(self, value, seq):
        if isinstance(value, dict):
            if set(value) == {"id", "hash"} and isinstance(value["id"], str):
                self.words[value["id"]] = (value["hash"], seq)
                return
            value = list(value.values())
        if isinstance(value, list):
            for v in value:
                self.find_words(v, seq)

    def hold(self, table, photo):
        """`table(name)`: its rows as dicts; none where it is not there. `photo(sha)`: its bytes, or none."""
        words = {w["id"]: w for w in table("words")}
        kept = lambda named: (words.get((named or {}).get("id")) or {}).get("body")
        yield from self.hold_words(words)
        for kind, names in (("unit", UNIT), ("place", PLACE), ("person", PERSON)):
            yield from self.hold_register(kind, names, table(kind), kept)
        yield from self.hold_roles(table("role_grant"))
        yield from self.hold_exemptions(table("exemption"), kept)
        # Schemas before 16 kept no versions; a program of a later one notes when it has made them.
        if any(note["key"] == "past" for note in table("meta")):
            for kind in VERSIONS:
                yield from self.hold_versions(kind, table(kind + "_version"))
        yield from self.hold_policies(table("policy"))
        yield from self.hold_plans(table)
        yield from self.hold_contacts(table("contact"), words)
        yield from self.hold_texts(table)
        for name, (of, key, columns, hashed) in HASHED.items():
            yield from self.hold_hashed(name, table(of), key, columns, hashed)
        for name, rows in self.rows.items():
            for key, (_, seq) in rows.items():
                yield seq, "the row of {} {} is missing".format(name, key)
        yield from self.hold_outage_sums(table)
        yield from self.hold_photos(table, photo)

    def hold_outage_sums(self, table):
        """What outages add up to, by day and month of each, and by day of the company."""
        want = {}
        for o in table("outage"):
            if o["voided"]:
                continue
            lasted = None if o["ended_at"] is None else o["ended_at"] - o["started_at"]
            counts = lasted is not None and lasted > 300000
            adds = (1, int(lasted is None), int(counts), o["customers"] if counts else 0,
                    o["customers"] * (lasted // 1000) if counts else 0)
            cell = (o["district"], o["unit_id"], o["level"], o["kind"])
            nobody = ("", str(uuid.UUID(int=0)), "", "")
            for key in (("day", o["day"]) + cell, ("month", o["day"][:7] + "-01") + cell, ("total", o["day"]) + nobody):
                want[key] = tuple(a + b for a, b in zip(want.get(key, (0,) * 5), adds))
        for s in table("outage_sum"):
            key = tuple(s[c] for c in ("grain", "first_day", "district", "unit_id", "level", "kind"))
            kept = tuple(s[c] for c in ("events", "open", "sustained", "interruptions", "customer_seconds"))
            if want.pop(key, (0,) * 5) != kept:
                yield 0, "outage_sum of {} is not what its outages give".format(" ".join(key))
        for key, sums in want.items():
            if any(sums):
                yield 0, "outage_sum of {} is missing".format(" ".join(key))

    def hold_words(self, words):
        for id, (digest, seq) in self.words.items():
            w = words.get(id)
            if w is None:
                yield seq, "its words {} are missing".format(id)
            elif w["body"] is None and w["erased_at"] is None:
                yield seq, "its words {} are gone and were not erased".format(id)
            elif w["body"] is not None and sha256(w["salt"] + w["body"]) != digest:
                yield seq, "its words {} were altered".format(id)

    def hold_register(self, kind, names, rows, kept):
        left = {record: said for (k, record), said in self.last.items() if k == kind}
        for row in rows:
            seq, said = left.pop(row["id"], (0, None))
            if said is None:
                yield 0, "{} {} has no events".format(kind, row["id"])
                continue
            point = said.get("point") or {}
            differs = []
            for column, value in row.items():
                if column in ("id", "password", "locale"):
                    continue
                if kind == "person" and column == "name":
                    want = kept(said.get("name"))
                    want = value if want is None else want
                elif column in ("lat", "lon"):
                    want = point.get(column)
                else:
                    want = said.get(names.get(column, column))
                if same(want) != same(value):
                    differs.append(column)
            if differs:
                yield seq, "the row of {} {} is not what its events give: {}".format(kind, row["id"], ", ".join(differs))
        for record, (seq, _) in left.items():
            yield seq, "the row of {} {} is missing".format(kind, record)

    def hold_versions(self, kind, rows):
        left = {key[1:]: held for key, held in self.versions.items() if key[0] == kind}
        for row in rows:
            record = row[kind + "_id"]
            want = left.pop((record, row["seq"]), None)
            if want is None:
                yield 0, "{}_version of {} by event {}: no event knows it".format(kind, record, row["seq"])
            elif any(same(want[column]) != same(row[column]) for column in want):
                yield row["seq"], "{}_version of {} is not what its event says".format(kind, record)
        for record, seq in left:
            yield seq, "{}_version of {} by event {} is missing".format(kind, record, seq)

    def hold_roles(self, rows):
        held = {}
        for r in rows:
            held.setdefault(r["person_id"], set()).add((r["role"], r["unit_id"]))
        for person in set(held) | set(self.roles):
            seq, given = self.roles.get(person, (0, set()))
            for role, unit in held.get(person, set()) - given:
                yield seq, "role_grant: nobody gave person {} the role {} over unit {}".format(person, role, unit)
            for role, unit in given - held.get(person, set()):
                yield seq, "role_grant: the role {} over unit {} of person {} is missing".format(role, unit, person)

    def hold_exemptions(self, rows, kept):
        rows = list(rows)
        for person, told in self.exempt.items():
            for seq, recorded, said in sorted(told, key=lambda t: "exemption" not in t[2]):
                days = (said["from"], said["to"])
                fits = lambda r: r["id"] == said["exemption"] if "exemption" in said else (r["from_day"], r["to_day"]) == days
                row = next((r for r in rows if r["person_id"] == person and fits(r)), None)
                if row is None:
                    yield seq, "exemption of person {} from {} to {} is missing".format(person, *days)
                    continue
                rows.remove(row)
                reason = kept(said.get("reason"))
                known = row.get("known_from", recorded)
                if (row["from_day"], row["to_day"], known) != days + (recorded,) or reason not in (None, row["reason"]):
                    yield seq, "exemption {} of person {} is not what its event says".format(row["id"], person)
        for row in rows:
            yield 0, "exemption {} of person {} was never recorded".format(row["id"], row["person_id"])

    def hold_policies(self, rows):
        left = dict(self.policies)
        for row in rows:
            name = "policy {} {}".format(row["kind"], row["version"])
            seq, said = left.pop((row["kind"], row["version"]), (0, None))
            if said is None:
                yield 0, name + " was never put in force"
            elif said["sha256"] != sha256(row["body"]):
                yield seq, name + " is not what was put in force"
            elif said["label"] != row["label"]:
                yield seq, name + " has another label"
        for (kind, version), (seq, _) in left.items():
            yield seq, "policy {} {} is missing".format(kind, version)

    def hold_plans(self, table):
        person = lambda e: e["actor"][7:] if e["actor"].startswith("person:") else None
        left = dict(self.plans)
        for row in table("plan"):
            seq, e, said = left.pop(row["id"], (0, None, None))
            if said is None:
                yield 0, "plan {} has no events".format(row["id"])
                continue
            want = {"unit_id": said["unit"], "month": said["month"], "from_day": said["from"], "to_day": said["to"], "base": said["base"],
                    "sha": said["sha256"], "made_by": person(e), "made_at": e["happened_at"],
                    "n": said.get("n", row["n"]), "adoptions": said.get("adoptions", row["adoptions"])}
            differs = [c for c, v in want.items() if row[c] != v]
            if sha256(row["body"]) != said["sha256"]:
                differs.append("body")
            if "summary_sha256" in said and sha256(row["summary"]) != said["summary_sha256"]:
                differs.append("summary")
            if differs:
                yield seq, "the row of plan {} is not what its events give: {}".format(row["id"], ", ".join(differs))
        for record, (seq, _, _) in left.items():
            yield seq, "the row of plan {} is missing".format(record)
        adoptions = {row["plan_id"]: row for row in table("plan_adoption")}
        visits = {}
        for row in table("plan_visit"):
            visits.setdefault(row["plan_id"], set()).add(row["visit_id"])
        for plan in set(adoptions) | set(self.adopted) | set(visits):
            seq, e, said = self.adopted.get(plan, (0, None, None))
            row = adoptions.get(plan)
            if said is None:
                yield 0, "plan_adoption, plan_visit: plan {} was never adopted".format(plan)
                continue
            want = dict({k: said[k] for k in ("made", "kept", "moved", "dropped")}, adopted_by=person(e), adopted_at=e["happened_at"])
            if row is None:
                yield seq, "plan_adoption of plan {} is missing".format(plan)
            elif any(row[c] != v for c, v in want.items()):
                yield seq, "plan_adoption of plan {} is not what its event says".format(plan)
            ids = "".join(v + "\n" for v in sorted(visits.get(plan, ())))
            if said.get("visits_sha256") not in (None, sha256(ids)):
                yield seq, "plan_visit of plan {} is not what its event says".format(plan)

    def hold_contacts(self, rows, words):
        contacts, codes = self.rows.pop("contact", {}), self.rows.pop("contact.credit_code", {})
        for row in rows:
            said = canonical({"matter": row["matter_id"], "name": row["name"], "phone": row["phone"]})
            gone = row["name"] is None and row["phone"] is None and row["erased_at"] is not None
            what, seq = contacts.pop(row["id"], (None, 0))
            if what is None:
                if self.known_since(row, "contact"):
                    yield 0, "no event knows the row of contact {}".format(row["id"])
            else:
                # Words that are missing were told with their event.
                kept = words.get(what["id"])
                if kept and (kept["body"] != said if kept["body"] is not None else not gone):
                    yield seq, "the row of contact {} is not what its words say".format(row["id"])
            what, seq = codes.pop(row["id"], (None, 0))
            kept = what and words.get(what["id"])
            if kept and kept["body"] != row.get("credit_code"):
                yield seq, "the credit code of contact {} is not what its words say".format(row["id"])
        for key, (_, seq) in contacts.items():
            yield seq, "the row of contact {} is missing".format(key)

    def hold_texts(self, table):
        """Columns of matters and visits that their text says; the text itself is hashed."""
        parties = {}
        for row in table("visit_party"):
            parties.setdefault(row["visit_id"], set()).add((row["person_id"], bool(row["duty"])))
        for kind, columns in IN_TEXT.items():
            for row in table(kind):
                try:
                    text = json.loads(row["body"])
                except ValueError:
                    text = {}
                pairs = [(c, text.get(n)) for c, n in columns.items() if c in row and n in text]
                if kind == "visit":
                    plan = text.get("plan") or {}
                    pairs += [(c, plan[n]) for c, n in OF_PLAN.items() if n in plan]
                    want = {(c["person"], bool(c["duty"])) for c in plan.get("companions", ())}
                    if parties.pop(row["id"], set()) != want:
                        yield 0, "visit_party of visit {} is not what the visit says".format(row["id"])
                differs = [c for c, want in pairs if same(want) != same(row[c])]
                if differs:
                    yield 0, "the row of {} {} is not what its text says: {}".format(kind, row["id"], ", ".join(differs))
        for visit in parties:
            yield 0, "visit_party speaks of visit {}, which is not there".format(visit)

    def known_since(self, row, name):
        """Whether the row is younger than the first hash of a row, so that an event must speak of it."""
        if self.since is None:
            return False
        at = row[SINCE[name]] if name in SINCE else self.born.get(row[RECORD[name]]) if name in RECORD else None
        return at is not None and at >= self.since

    def hold_hashed(self, name, rows, key, columns, hashed):
        told = self.rows.get(name, {})
        for row in rows:
            named = " ".join(str(row[k]) for k in key)
            named = sha256(named) if hashed else named
            what, seq = told.pop(named, (None, 0))
            digest = sha256(canonical({c: bool(row[c]) if c in YES_NO else row[c] for c in key + columns}))
            if what is None:
                if self.known_since(row, name):
                    yield 0, "no event knows the row of {} {}".format(name, named)
            elif what != digest:
                yield seq, "the row of {} {} is not what its event says".format(name, named)

    def hold_photos(self, table, photo):
        uses = {}
        for row in table("file_use"):
            uses.setdefault(row["sha"], []).append(row["record_id"])
        for row in table("file"):
            if row.get("erased_at") is not None:
                if row["sha"] not in self.erased:
                    yield 0, "photo {} is marked as erased, and no event says so".format(row["sha"])
                continue
            data = photo(row["sha"])
            users = "; used by " + ", ".join(sorted(uses.get(row["sha"], ()))) if row["sha"] in uses else ""
            if data is None:
                yield 0, "photo {} is missing{}".format(row["sha"], users)
            elif hashlib.sha256(data).hexdigest() != row["sha"]:
                yield 0, "photo {} is damaged{}".format(row["sha"], users)
            elif len(data) != row["bytes"]:
                yield 0, "the row of photo {} is not what its file says: bytes".format(row["sha"])


def same(value):
    """Booleans of SQLite are numbers; what is not there is none."""
    return int(value) if isinstance(value, bool) else value


def whole(found, told=None, table=None, photo=None):
    """The ledger's faults with those of rows and photos, in the order of events."""
    faults = found["faults"]
    if told is not None:
        for event, what in told.hold(table, photo):
            if len(faults) < MOST_FAULTS:
                faults.append({"event": event, "what": what})
    faults.sort(key=lambda f: f["event"])
    return {"events": found["events"], "sealed_to": found["sealed_to"], "ok": not faults, "faults": faults}


def text_uuid(value):
    return str(uuid.UUID(bytes=value)) if isinstance(value, bytes) else str(uuid.UUID(value))


IDS = {"id", "record_id", "command_id", "person_id", "unit_id", "parent", "place_id", "visit_id", "host_id", "leader_id", "planned_by", "raiser",
       "recorder", "handler", "doer", "merged_into", "matter_id", "contact_id", "plan_id", "base", "made_by", "adopted_by",
       "file_id"}
# SQLite keeps yes and no as numbers; where they are hashed they are what they are.
YES_NO = {"voided"}


def from_sqlite(path, exported):
    db = sqlite3.connect("file:{}?mode=ro".format(path.replace("?", "%3f").replace("#", "%23")), uri=True)
    # One view of all tables, while the product goes on writing.
    db.isolation_level = None
    db.execute("BEGIN")

    def columns_of(name):
        return [row[1] for row in db.execute("PRAGMA table_info({})".format(name))]

    # Databases before schema 8 have no version: every event is of version 1.
    there = set(columns_of("event"))
    columns = [c for c in EVENT if c in there]

    def events():
        for row in db.execute("SELECT {} FROM event ORDER BY seq".format(", ".join(columns))):
            e = dict(zip(columns, row))
            e["record_id"], e["command_id"] = text_uuid(e["record_id"]), text_uuid(e["command_id"])
            yield e

    def table(name):
        names = columns_of(name)
        rows = db.execute("SELECT {} FROM {}".format(", ".join(names), name)) if names else ()
        return [{c: text_uuid(v) if c in IDS and v is not None else v for c, v in zip(names, row)} for row in rows]

    folder = os.path.join(os.path.dirname(os.path.abspath(path)), "files")

    def photo(sha):
        try:
            with open(os.path.join(folder, sha[:2], sha), "rb") as file:
                return file.read()
        except OSError:
            return None

    told = Told()
    seals = (dict(zip(SEAL, row)) for row in db.execute("SELECT {} FROM seal ORDER BY n".format(", ".join(SEAL))))
    return whole(verify(events(), seals, exported, told), told, table, photo)


def lines(stream):
    return (json.loads(line) for line in io.TextIOWrapper(stream, encoding="utf-8", newline="\n") if line.strip())


def from_backup(path, exported):
    with zipfile.ZipFile(path) as archive:
        there = set(archive.namelist())

        def table(name):
            entry = "tables/{}.jsonl".format(name)
            if entry not in there:
                return []
            with archive.open(entry) as rows:
                return list(lines(rows))

        def photo(sha):
            entry = "files/" + sha
            return archive.read(entry) if entry in there else None

        told = Told()
        with archive.open("tables/event.jsonl") as events, archive.open("tables/seal.jsonl") as seals:
            found = verify(lines(events), lines(seals), exported, told)
        return whole(found, told, table, photo)


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def main(args):
    exported = ""
    if "--seals" in args[:-1]:
        at = args.index("--seals")
        exported = text_of(args[at + 1])
        args = args[:at] + args[at + 2:]
    if len(args) == 3 and args[0] == "--jsonl":
        with open(args[1], "rb") as events, open(args[2], "rb") as seals:
            result = whole(verify(lines(events), lines(seals), exported))
    elif len(args) == 1 and not args[0].startswith("-"):
        path = os.path.join(args[0], "yixian.db") if os.path.isdir(args[0]) else args[0]
        if not os.path.exists(path):
            print("{}: no such file".format(path), file=sys.stderr)
            return 2
        if zipfile.is_zipfile(path):
            result = from_backup(path, exported)
        else:
            own = os.path.join(os.path.dirname(os.path.abspath(path)), "seals", "seals.txt")
            if os.path.exists(own):
                exported = text_of(own) + "\n" + exported
            result = from_sqlite(path, exported)
    else:
        print(__doc__, file=sys.stderr)
        return 2
    print(json.dumps(result, ensure_ascii=False))
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
