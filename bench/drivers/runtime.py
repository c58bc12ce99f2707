"""Imitates AWS Lambda's Python runtime for one function, in a fresh process: see runtime.cjs, it is the same in Python.

Usage: python -S runtime.py [FOLDER RUNTIME_FOLDER]; RUNTIME_FOLDER holds what Lambda's image brings: boto3 and what it needs.

The bare runtime loads what AWS's runtime client loads before any function (awslambdaric/bootstrap.py,
lambda_runtime_marshaller.py and lambda_runtime_log_utils.py of aws/aws-lambda-python-runtime-interface-client).
"""

import decimal  # noqa: F401
import enum  # noqa: F401
import importlib  # noqa: F401
import json
import logging
import os
import sys
import time
import traceback  # noqa: F401


def say(answer):
    os.write(3, (json.dumps(answer) + "\n").encode())


def load(folder, runtime_folder):
    sys.path[:0] = [folder, runtime_folder]
    os.chdir(folder)
    # The runtime's own bootstrap puts a handler on the root logger, too.
    logging.basicConfig(stream=sys.stdout)
    import custodian_policy

    return custodian_policy.run


class Context:
    function_name = "custodian-bench"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:custodian-bench"
    memory_limit_in_mb = "512"
    log_group_name = "/aws/lambda/custodian-bench"
    log_stream_name = "bench"

    def __init__(self, invocation):
        self.aws_request_id = "00000000-0000-4000-8000-%012d" % invocation
        self._end = time.time() + 900

    def get_remaining_time_in_millis(self):
        return int((self._end - time.time()) * 1000)


def main():
    handler = load(*sys.argv[1:3]) if len(sys.argv) > 1 else None
    say({"ready": True, "cpu": time.process_time() * 1000})
    invocation = 0
    for line in iter(sys.stdin.readline, ""):
        answer = {"ms": [], "cpu": [], "results": []}
        for event in json.loads(line):
            invocation += 1
            before = time.process_time()
            start = time.perf_counter()
            answer["results"].append(handler(event, Context(invocation)))
            answer["ms"].append((time.perf_counter() - start) * 1000)
            answer["cpu"].append((time.process_time() - before) * 1000)
        say(answer)


main()
