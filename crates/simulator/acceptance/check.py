"""The official client for Python against a running simulator, and every answer against OpenAI's specification.

python check.py BASE_URL KEY [SPECIFICATION.yaml]: without the specification that part is skipped, with a line.
"""

import json
import os
import sys
import time
import urllib.request

import yaml
from jsonschema import Draft202012Validator
from openai import AuthenticationError, OpenAI

base_url, key = sys.argv[1:3]
specification = sys.argv[3] if len(sys.argv) > 3 else ""
organization = OpenAI(base_url=base_url, admin_api_key=key, api_key="unused", max_retries=0).admin.organization
start_time = int(time.time()) // 86400 * 86400 - 20 * 86400

WHO = ["project_id", "user_id", "api_key_id"]
# Every endpoint of usage, with everything that it groups by.
USAGE = {
    "completions": [*WHO, "model", "batch", "service_tier"],
    "embeddings": [*WHO, "model"],
    "moderations": [*WHO, "model"],
    "images": [*WHO, "model", "size", "source"],
    "audio_speeches": [*WHO, "model"],
    "audio_transcriptions": [*WHO, "model"],
    "vector_stores": ["project_id"],
    "code_interpreter_sessions": ["project_id"],
    "file_search_calls": [*WHO, "vector_store_id"],
    "web_search_calls": [*WHO, "model", "context_level"],
}


def buckets(ask, **query):
    found, page = [], None
    while True:
        answer = ask(**query, **({"page": page} if page else {}))
        found += answer.data
        if not answer.has_more:
            return found
        page = answer.next_page


costs = buckets(organization.usage.costs, start_time=start_time, group_by=["project_id", "line_item"], limit=6)
assert len(costs) == 21, len(costs)
for name, groups in USAGE.items():
    ask = getattr(organization.usage, name)
    days = buckets(ask, start_time=start_time, bucket_width="1d", group_by=groups, limit=5)
    rows = [row for day in days for row in day.results]
    assert rows and all(getattr(row, group) is not None for row in rows for group in groups), name
    hours = buckets(ask, start_time=start_time, end_time=start_time + 86400, bucket_width="1h", limit=5)
    assert len(hours) == 24, name
projects = list(organization.projects.list(include_archived=True, limit=2))
assert len(projects) == 3
assert sum(1 for project in projects for _ in organization.projects.api_keys.list(project.id, limit=1)) == 6
assert len(list(organization.users.list(limit=3))) == 4
assert len(list(organization.admin_api_keys.list(limit=1))) == 2
try:
    OpenAI(base_url=base_url, admin_api_key="sk-admin-unknown", api_key="unused").admin.organization.usage.costs(start_time=start_time)
    raise AssertionError("an unknown key was accepted")
except AuthenticationError as error:
    assert error.code == "invalid_api_key"
print("the official client for Python lists costs, all usage, projects, keys and users")

if not os.path.exists(specification):
    print("skipped: OpenAI's specification is not here, so answers are not validated against it")
    sys.exit(0)

document = yaml.safe_load(open(specification, encoding="utf-8"))


def openapi_to_schema(node):
    """OpenAPI's `nullable` as JSON Schema says it."""
    if isinstance(node, dict):
        node = {name: openapi_to_schema(value) for name, value in node.items() if name not in ("example", "examples", "x-oaiMeta")}
        if node.pop("nullable", False) and "type" in node:
            node["type"] = [node["type"], "null"] if isinstance(node["type"], str) else node["type"]
        return node
    return [openapi_to_schema(item) for item in node] if isinstance(node, list) else node


def validate(path, template, query):
    request = urllib.request.Request(f"{base_url}{path}?{query}", headers={"Authorization": f"Bearer {key}"})
    body = json.load(urllib.request.urlopen(request))
    schema = document["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    whole = openapi_to_schema({**schema, "components": document["components"]})
    errors = list(Draft202012Validator(whole).iter_errors(body))
    assert not errors, f"{path}: {errors[0].message[:300]} at {list(errors[0].absolute_path)}"


validated = 0
for name in USAGE:
    everything = "".join(f"&group_by={group}" for group in USAGE[name])
    for query in ["", "&group_by=project_id", f"{everything}&limit=31", f"{everything}&bucket_width=1h"]:
        validate(f"/organization/usage/{name}", f"/organization/usage/{name}", f"start_time={start_time}{query}")
        validated += 1
for query in ["", "&group_by=project_id&group_by=line_item&group_by=api_key_id", "&limit=2"]:
    validate("/organization/costs", "/organization/costs", f"start_time={start_time}{query}")
    validated += 1
for path, template in [
    ("/organization/projects", "/organization/projects"),
    (f"/organization/projects/{projects[0].id}", "/organization/projects/{project_id}"),
    (f"/organization/projects/{projects[0].id}/api_keys", "/organization/projects/{project_id}/api_keys"),
    ("/organization/users", "/organization/users"),
    ("/organization/admin_api_keys", "/organization/admin_api_keys"),
]:
    validate(path, template, "limit=2")
    validated += 1
print(f"{validated} answers are valid by OpenAI's specification")
