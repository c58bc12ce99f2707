"""Builds the package that `custodian run` would upload for POLICY, and writes it to ZIP: package-c7n.py POLICY ZIP."""

import json
import sys

import boto3
import botocore
import yaml
from c7n.config import Config
from c7n.mu import PolicyLambda
from c7n.policy import PolicyCollection
from c7n.resources import load_resources
from c7n.version import version

policy_file, zip_file = sys.argv[1:]
with open(policy_file) as f:
    data = yaml.safe_load(f)
load_resources(("aws.ec2",))
options = Config.empty(region="us-east-1", account_id="123456789012")
(policy,) = PolicyCollection.from_data(data, options)
policy.validate()
function = PolicyLambda(policy)
archive = function.get_archive()
with open(zip_file, "wb") as f:
    f.write(archive.get_bytes())
print(
    json.dumps(
        {
            "c7n": version,
            "boto3": boto3.__version__,
            "botocore": botocore.__version__,
            "python": sys.version.split()[0],
            "memory": function.memory_size,
        }
    )
)
