"""Questions to the record: registrations, of oneself or of people one may see."""

import re
from typing import Any

from actions.turn import Answer, Asked, Events, SkillAction
from actions.wording import count_of
from rollcall.forms.kinds import show, show_moment

SHOWN = 10
MOST = 200


class QueryHistory(SkillAction):
    """“My registrations”, “suppliers of EMP004”, “how many trainings have I registered?”"""

    action_name = "action_query_history"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        whose = asked.employee_id or actor.employee_id
        catalogue = self.roll.catalogue
        named = asked.entities.get("registration_type", "")
        form = catalogue.recognise(named) or catalogue.recognise(asked.text)
        page = self.roll.registrations.list(actor, whose, form.name if form else None, MOST)
        found = [one for one in page.items if one.status == "active"]
        mine = whose == actor.employee_id
        subject = "You have" if mine else f"{whose} has"
        more = "at least " if page.next else ""
        noun = (form.label, form.plural) if form else ("registration", "registrations")
        total = f"{subject} {more}{count_of(len(found), *noun)}"
        context = self.roll.drafts.context(actor)
        rows: list[dict[str, Any]] = []
        for one in found[:SHOWN]:
            kind = self.roll.catalogue.get(one.type)
            title = kind.field(kind.title_field)
            rows.append(
                {
                    "registered": show_moment(one.timestamp, actor.timezone),
                    "type": kind.label,
                    "title": show(title, one.data.get(title.name), context),
                    "reference": one.document_id,
                }
            )
        only_count = bool(re.search(r"\bhow many\b|\bcount\b|\bnumber of\b", asked.text, re.I))
        lines = [f"{total}." if only_count or not rows else f"{total}, the latest first:"]
        if not only_count:
            lines += [f"• {one['registered']}: {one['type']} {one['title']}" for one in rows]
            if len(found) > SHOWN:
                lines.append(f"… and {len(found) - SHOWN} more on the dashboard.")
        columns = {
            "registered": "Registered",
            "type": "Type",
            "title": "Name",
            "reference": "Reference",
        }
        answer.say(
            "\n".join(lines),
            {
                "type": "table",
                "columns": [{"name": name, "label": label} for name, label in columns.items()],
                "rows": rows,
                "total": len(found),
                "query": {"employee_id": whose, "type": form.name if form else None},
                "url": f"/dashboard?employee_id={whose}",
                "chips": [str(whose), *([form.plural] if form else [])],
            },
        )
        return []
