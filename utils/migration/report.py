"""What an import did, as a record and as the JSON file that `--report` writes."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from utils.legacy.records import Finding
from utils.legacy.stage import Stage
from utils.migration.plan import Totals
from utils.migration.reading import FileSummary


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an import; ``run`` is None when nothing was written, ``people`` how many are new."""

    run: str | None
    files: tuple[FileSummary, ...]
    totals: Totals
    people: int
    rejected: int
    warnings: int
    is_refused: bool
    """Whether somebody was asked, and said no."""

    @property
    def usable(self) -> int:
        """How many events of the files are in the database now, or would be."""
        return self.totals.imported + self.totals.updated + self.totals.unchanged

    @property
    def exit_code(self) -> int:
        """0: all in, or nothing new; 1: some rejected, the rest in; 2: nothing usable, or nothing done."""
        if not self.usable or self.is_refused:
            return 2
        return 1 if self.rejected else 0


def write_report(path: Path, outcome: Outcome, stage: Stage) -> None:
    """Write the report, as JSON; the findings are written one by one, for there may be as many as entries.

    Raises:
        OSError: it cannot be written.
    """
    totals = outcome.totals
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{{"run": {_json(outcome.run)},\n"files": {_json([asdict(each) for each in outcome.files])},\n')
        file.write(f'"events": {{"imported": {totals.imported}, "updated": {totals.updated}, ')
        file.write(f'"unchanged": {totals.unchanged}, "rejected": ')
        _write_list(file, (_rejection(finding) for finding in stage.findings(rejections=True)))
        file.write(f'}},\n"answers": {{"imported": {totals.answers}}},\n"users": {{"imported": {outcome.people}}},\n')
        file.write('"warnings": ')
        _write_list(file, (asdict(finding) for finding in stage.findings(rejections=False)))
        file.write("}\n")


def _rejection(finding: Finding) -> dict[str, object]:
    return {"file": finding.file, "key": finding.key, "reason": finding.message}


def _write_list(file: TextIO, items: Iterable[dict[str, object]]) -> None:
    separators: Iterator[str] = iter(("[\n",))
    has_items = False
    for item in items:
        file.write(next(separators, ",\n"))
        file.write(_json(item))
        has_items = True
    file.write("\n]" if has_items else "[]")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
