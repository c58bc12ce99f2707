"""MiniStack's server, taught what AWS knows and MiniStack does not, as far as virtguard asks for it.

- that the right to make a schedule is one for the group that it is made in, not for the group `default`
- which attribute of an instance a call asks for, as a policy's condition `ec2:Attribute` needs it
- to listen on the one port that it is given, and not on 443 beside it, which only one of several can have
- to look for schedules that are due every second, not every ten

And one thing that AWS does not know:

- that the delay of the messages in a queue is over, when the queue is tagged `virtguard:delay-is-over`
"""

import json
import time

from ministack import app
from ministack.core import iam_actions
from ministack.services import scheduler, sqs

scheduler._SCHEDULE_TICK_INTERVAL = 1
app._port_is_bindable = lambda host, port: False

extract_resource_arn = iam_actions.extract_resource_arn


def in_its_group(service, method, path, headers, body, *args):
    arn = extract_resource_arn(service, method, path, headers, body, *args)
    if service != "scheduler" or method != "POST" or ":schedule/default/" not in arn:
        return arn
    group = json.loads(body).get("GroupName", "default")
    return arn.replace(":schedule/default/", f":schedule/{group}/")


iam_actions.extract_resource_arn = in_its_group

request_tag_context = iam_actions.request_tag_context


def with_attribute(service, iam_action, body, params):
    context = request_tag_context(service, iam_action, body, params)
    attribute = iam_actions._query_param(params, "Attribute") if service == "ec2" else ""
    return {**context, "ec2:Attribute": attribute} if attribute else context


iam_actions.request_tag_context = with_attribute

tag_queue = sqs._HANDLERS["TagQueue"]


def with_delays_over(data, url):
    answer = tag_queue(data, url)
    if "virtguard:delay-is-over" in (data.get("Tags") or {}):
        for message in sqs._get_q(data.get("QueueUrl", url))["messages"]:
            if message["receive_count"] == 0:
                message["visible_at"] = min(message["visible_at"], time.time())
    return answer


sqs._HANDLERS["TagQueue"] = with_delays_over

if __name__ == "__main__":
    app.main()
