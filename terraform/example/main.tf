provider "aws" {
  region = "eu-central-1"
}

# Before: virtguard package --settings deploy.yaml --bucket my-artifacts --prefix virtguard --output packed
module "virtguard" {
  source  = "../"
  package = "${path.module}/packed"
  bucket  = "my-artifacts"
  prefix  = "virtguard"
}

output "alerts_topic" {
  value = module.virtguard.outputs["AlertsTopicArn"]
}
