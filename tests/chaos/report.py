"""What a run came to: a table, and the evidence of everything that is wrong."""

import dataclasses
import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.chaos.due_reminders import able_spans, count_checks
from tests.chaos.facts import Evidence, Finding
from tests.chaos.run import Outcome

SHOWN_FINDINGS = 40
COUNTED = ("repeated", "missing", "forgotten", "wrong pings", "lost answers", "sent while cut", "sent unread")


def table(outcome: Outcome) -> str:
    """Return the figures of a run."""
    evidence = outcome.evidence
    statuses = Counter(batch.status for batch in evidence.ledger.batches)
    late = sorted(lateness(evidence))
    counts = Counter(finding.rule for finding in outcome.findings)
    rows: list[tuple[str, Any]] = [
        ("seed", outcome.plan.seed),
        ("seconds", f"{outcome.plan.seconds:.0f}"),
        ("events, people", f"{len(evidence.events)}, {sum(len(guild.teams) for guild in outcome.plan.guilds)}"),
        ("acts of people", outcome.acts),
        ("faults", sum(outcome.havoc.counts.values())),
        *[(f"  {kind}", count) for kind, count in sorted(outcome.havoc.counts.items())],
        ("kills (SIGKILL)", outcome.kills),
        ("gateway sessions", len(evidence.sessions)),
        ("reminders due", len({(batch.event_id, batch.due) for batch in evidence.ledger.batches})),
        ("messages sent", statuses["sent"]),
        ("messages skipped", statuses["skipped"]),
        ("messages failed", statuses["failed"]),
        ("people pinged", sum(len(post.mentioned) for post in evidence.posts)),
        ("late p50, p99, max", " ".join(f"{_quantile(late, part):.2f} s" for part in (0.5, 0.99, 1.0))),
        ("429 met (not faults)", len(outcome.truth.sandbox.record.rate_limits)),
        ("able to remind", f"{able_part(evidence):.0%} of the time"),
        ("due times checked", count_checks(evidence)),
        *[(rule, counts[rule]) for rule in COUNTED],
        *[(rule, count) for rule, count in sorted(counts.items()) if rule not in COUNTED],
    ]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"  {name:<{width}}  {value}" for name, value in rows)


def lateness(evidence: Evidence) -> list[float]:
    """Return how late each reminder's first message was, in seconds; what faults held up included."""
    return [posts[0].at - due / 1000 for (_event_id, due), posts in evidence.groups().items()]


def able_part(evidence: Evidence) -> float:
    """Return for how much of the time the bot could be expected to remind, on average over the events."""
    able = sum(end - start for event_id in evidence.events for start, end in able_spans(evidence, event_id))
    spans = [min(event.ended_at, evidence.quiet.read_at) - event.watched_at for event in evidence.events.values()]
    return able / max(sum(spans), 1.0)


def describe(finding: Finding) -> str:
    """Return one line of evidence."""
    parts = [
        f"event {finding.event_id}" if finding.event_id else "",
        f"user {finding.user_id}" if finding.user_id else "",
    ]
    parts += [f"due {finding.due / 1000:.3f}" if finding.due else "", f"at {finding.at:.3f}" if finding.at else ""]
    return f"{finding.rule}: {' '.join(part for part in parts if part)}: {finding.text}"


def describe_all(findings: list[Finding]) -> str:
    """Return the evidence, of each rule the first few."""
    shown: Counter[str] = Counter()
    lines: list[str] = []
    for finding in findings:
        shown[finding.rule] += 1
        if shown[finding.rule] <= SHOWN_FINDINGS // 5 and len(lines) < SHOWN_FINDINGS:
            lines.append(describe(finding))
    return "\n".join([*lines, f"{len(findings)} findings in all"])


def keep(outcome: Outcome, folder: Path) -> None:
    """Write everything there is to know about a run beside its database and log."""
    record = outcome.truth.sandbox.record
    parts: dict[str, list[Any]] = {
        "findings": outcome.findings,
        "faults": [{"began_at": at, **dataclasses.asdict(fault)} for at, fault in outcome.havoc.journal],
        "windows": [{**dataclasses.asdict(w), "events": w.events and sorted(w.events)} for w in outcome.truth.windows],
        "stops": outcome.truth.stops,
        "posts": record.posts,
        "calls": record.calls,
        "connections": record.connections,
        "rate_limits": record.rate_limits,
    }
    for name, items in parts.items():
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            for item in items:
                plain = (
                    dataclasses.asdict(item) if dataclasses.is_dataclass(item) and not isinstance(item, type) else item
                )
                file.write(json.dumps(plain, ensure_ascii=False) + "\n")
    (folder / "verdict.txt").write_text(f"{table(outcome)}\n\n{describe_all(outcome.findings)}\n", encoding="utf-8")


def _quantile(ordered: list[float], part: float) -> float:
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else 0.0
