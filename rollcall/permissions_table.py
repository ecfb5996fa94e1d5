"""The table of who may do what, written out for people: docs/permissions.md."""

from rollcall.permissions import MEANS, PEOPLE_ONLY, TABLE, Scope
from rollcall.principal import Role

WORDS = {
    Scope.NONE: "–",
    Scope.OWN: "own",
    Scope.TEAM: "team",
    Scope.BRANCH: "branch",
    Scope.ALL: "all",
}
INTRODUCTION = """\
# Who may do what

One table, `TABLE` in `rollcall/permissions.py`, decides for the chat, the API, the pages and the
live events. This page is made from it by `rollcall permissions > docs/permissions.md`; a test holds
the two together.

What a cell says is whose records the permission covers: `own`, one's own; `team`, one's own and
those of the people whose manager one is; `branch`, one's own and those of the people of one's
branch; `all`, everyone's; `–`, nobody's. What somebody may not see answers 404, as if it weren't
there. A role that is changed counts from the next call on.

"""
NOTES = """
- Somebody's **manager** is the one person that their entry names as `manager_id`; being the manager
  of a manager gives nothing.
- A **branch admin** works within their own branch: they add people to it, change them and leave
  them in it. Admins and branch admins of the branch are out of their reach (`people.grant_admin`).
- Nobody changes their own role, closes their own account or resets their own passphrase as an
  admin: another one does.
- An **API token** has the permissions of the person it stands for that are among its scopes. Where
  the last column is empty no token can have it. What belongs to one person alone (the chat,
  unfinished forms, one's devices) takes no token at all.
"""


def as_markdown() -> str:
    """The page."""
    roles = list(Role)
    rows = [
        ["permission", "lets one", *(role.value for role in roles), "API token"],
        ["---"] * (len(roles) + 3),
    ]
    for permission, scopes in TABLE.items():
        cells = [WORDS[scopes[role]] for role in roles]
        token = "" if permission in PEOPLE_ONLY else "yes"
        rows.append([f"`{permission}`", MEANS[permission], *cells, token])
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return f"{INTRODUCTION}{table}{NOTES}"
