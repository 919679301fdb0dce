"""Hands Schemathesis the questions of known.py as examples: the file that EXAMPLES names has them, and says whether whoever asks
may ask everything."""

import json
import os
import pathlib

import schemathesis
from schemathesis.auths import AuthContext, set_on_case

GIVEN = json.loads(pathlib.Path(os.environ["EXAMPLES"]).read_text())
# The ids of the examples.
ASKED = set()


@schemathesis.hook
def before_add_examples(context, examples):
    operation = context.operation
    for question in GIVEN["questions"]:
        if question["label"] == operation.label:
            parts = {"path_parameters": question.get("path"), "query": question.get("query")}
            parts |= {"body": question["body"], "media_type": "application/json"} if "body" in question else {}
            case = operation.Case(**parts)
            # The tool does so itself only where it makes requests up.
            set_on_case(case, AuthContext(operation=operation, app=None), None)
            ASKED.add(case.id)
            examples.append(case)


@schemathesis.check
def what_is_there_is_told(ctx, response, case):
    """What only reads has its answer: a refusal would be compared with the document just as well."""
    if GIVEN["everything"] and case.id in ASKED and case.method == "GET":
        assert response.status_code == 200, f"{response.status_code} is no answer to what is there"
