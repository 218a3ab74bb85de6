"""Inserts that keep ``updated_at`` when they turn into updates."""

from typing import Any

from peewee import ModelInsert


class TouchingInsert(ModelInsert):
    """An insert whose ON CONFLICT … DO UPDATE also brings ``updated_at`` up to date."""

    def on_conflict(self, *args: Any, **kwargs: Any) -> Any:
        """Add ``updated_at`` to what the conflict updates, unless the caller names it."""
        touched = self.model.updated_at
        update, preserve = kwargs.get("update") or {}, kwargs.get("preserve") or ()
        preserve = preserve if isinstance(preserve, list | tuple) else (preserve,)
        named = {getattr(key, "name", key) for key in (*update, *preserve)}
        if named and touched.name not in named:
            kwargs["preserve"] = (*preserve, touched)
        return super().on_conflict(*args, **kwargs)
