"""Drives a running Zammad simulator with two independent clients from PyPI.

    pip install zammad_py==3.2.1 zammadoo==0.3.0
    otai sim zammad --listen 127.0.0.1:8098 --api-key test-key --demo-tickets 20
    NO_PROXY='*' python clients.py http://127.0.0.1:8098 test-key

Ends with a line "N checks, 0 wrong" and exit code 0 if both got what they expect.
"""

import json
import sys
import time
import urllib.request

from zammad_py import ZammadAPI
from zammadoo import Client
from zammadoo.client import APIException

BASE, KEY = sys.argv[1], sys.argv[2]
checks, wrong = 0, 0


def check(what, got, want=True):
    global checks, wrong
    checks += 1
    if got != want:
        wrong += 1
        print(f"WRONG {what}: {got!r}, not {want!r}")


def control(method, path, body=None):
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"{BASE}/_sim{path}", data, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def search_switches(elasticsearch, old_search):
    control("POST", "/account", {"elasticsearch": elasticsearch, "old_search": old_search})


control("POST", "/account", {"user_permissions": ["admin", "ticket.agent"], "token_permissions": ["admin", "ticket.agent"]})
ticket_id = control("POST", "/tickets", {"title": "Printer", "body": "<b>broken</b>", "content_type": "text/html"})["ids"][0]

# --- zammad_py
search_switches(True, False)
one = ZammadAPI(url=f"{BASE}/api/v1/", http_token=KEY)
check("me", one.user.me()["login"], "otai.bot@northwind.example")
check("list", len(list(one.ticket.all())) > 0)
check("find", one.ticket.find(ticket_id)["title"], "Printer")
time.sleep(1.2)  # the index lags behind
found = [t["id"] for t in one.ticket.search('group.name:"Users"')]
check("search", ticket_id in found)
check("search of a moved field name", len(list(one.ticket.search("group:Users"))), 0)
updated = one.ticket.update(ticket_id, {"group": "Users", "priority": "3 high"})
check("update", updated["priority_id"], 3)
made = one.ticket.create({"title": "t", "group": "Users", "customer_id": "guess:new@example.test", "article": {"body": "b"}})
check("create", made["title"], "t")
note = one.ticket_article.create({"ticket_id": ticket_id, "body": "note", "internal": True, "type": "note"})
check("note", (note["internal"], note["sender"]), (True, "Agent"))
articles = one.ticket.articles(ticket_id)
check("articles", [a["body"] for a in articles], ["<b>broken</b>", "note"])
one.ticket_tag.add(ticket_id, "spam")
check("tags", one.ticket.tags(ticket_id), {"tags": ["spam"]})
one.ticket_tag.remove(ticket_id, "spam")
check("no tags", one.ticket.tags(ticket_id), {"tags": []})
check("groups", "Users" in [g["name"] for g in one.group.all()])
check("priorities", [p["name"] for p in one.ticket_priority.all()], ["1 low", "2 normal", "3 high"])
check("states", len(list(one.ticket_state.all())), 6)
try:
    ZammadAPI(url=f"{BASE}/api/v1/", http_token="bad").ticket.find(ticket_id)
    check("bad token", "accepted", "refused")
except Exception as error:
    check("bad token", "401" in str(error) or "Token" in str(error))
one.ticket.destroy(made["id"])

# --- zammadoo, whose search asks for the un-expanded form
two = Client(f"{BASE}/api/v1", http_token=KEY)
check("version", two.server_version.startswith("7"))
search_switches(True, True)
check("old search", ticket_id in [t.id for t in two.tickets.search("group.name:Users")])
check("old version", two.get("version")["version"].startswith("6.2"))
ticket = two.tickets(ticket_id)
check("title", ticket.title, "Printer")
check("group", ticket.group.name, "Users")
check("priority", ticket.priority.name, "3 high")
check("customer", ticket.customer.login, "someone@customer.example")
ticket = ticket.update(priority="1 low")
check("updated", ticket.priority.name, "1 low")
article = ticket.create_article("hidden", internal=True)
check("article", (article.body, article.internal), ("hidden", True))
ticket.reload()
check("all articles", len(ticket.articles), 3)
ticket.add_tags("x", "y")
check("tags", sorted(ticket.tags()), ["x", "y"])
ticket.remove_tags("x")
check("tag removed", ticket.tags(), ["y"])
check("iteration", ticket_id in [t.id for t in two.tickets])
try:
    two.tickets(ticket_id).update(group="not_existing")
    check("unknown group", "accepted", "refused")
except APIException as error:
    check("unknown group", "No lookup value found for 'group': \"not_existing\"" in str(error))
try:
    two.get("nothing")
    check("no route", "found", "refused")
except APIException as error:
    check("no route", "No route matches [GET] /api/v1/nothing" in str(error))

print(f"{checks} checks, {wrong} wrong")
sys.exit(wrong > 0)
