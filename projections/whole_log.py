"""The whole log in one statement, to be taken away: each event as `projections.log.envelope` has it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from projections.events import NOT_DATA, Decode
from projections.log import SOURCE, envelope

# An event whose class has changed shape since comes as it is, in `raw`, for `mended` to make.
_EVERYTHING = """
    select '1.0' as specversion, e.originator_id || ':' || e.originator_version as id, %(source)s as source,
           'throughline.' || e.topic as type,
           split_part(e.topic, '.', 1) || '/' || e.originator_id as subject,
           e.recorded_at as time, 'application/json' as datacontenttype,
           e.position, e.originator_version as version, e.data - %(not_data)s::text[] as data,
           case when %(raw)s
                  or coalesce((e.data ->> 'class_version')::int, 1) < (%(versions)s::jsonb ->> e.topic)::int
                then jsonb_build_object(
                    'position', e.position, 'id', e.originator_id, 'version', e.originator_version,
                    'topic', e.topic, 'recorded_at', e.recorded_at, 'data', e.data)::text
           end as raw
      from (
        select *, convert_from(state, 'UTF8')::jsonb as data from store.events
         where position > %(after)s and (%(topics)s::text[] is null or topic = any(%(topics)s))
         order by position offset 0) e
"""


def everything(
    after: int, topics: Collection[str] | None, versions: Mapping[str, int], *, raw: bool = False
) -> tuple[str, dict[str, Any]]:
    """A statement with its parameters: every event beyond a position of these topics or (None) of all, oldest
    first, in columns that are called as the fields of the envelope. `versions` are the present ones of the
    topics that have changed shape; with `raw` every event comes so.
    """
    return _EVERYTHING, {
        "after": after,
        "source": SOURCE,
        "not_data": [*NOT_DATA, "class_version"],
        "versions": orjson.dumps(versions).decode(),
        "raw": raw,
        "topics": None if topics is None else list(topics),
    }


def mended(raw: Mapping[str, Any], decode: Decode) -> dict[str, Any]:
    """The envelope of an event that came in `raw`."""
    return envelope(
        raw["position"],
        UUID(raw["id"]),
        raw["version"],
        raw["topic"],
        datetime.fromisoformat(raw["recorded_at"]),
        decode(raw["topic"], orjson.dumps(raw["data"])),
    )
