# The rules of a spoke, once in each account and region, as `virtguard spokes template` has written them. Deploy the roles first.
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

resource "aws_cloudformation_stack" "rules" {
  name          = var.stack_name
  template_body = file("${var.templates}/spoke-region.json")
  iam_role_arn  = var.deployment_role_arn
}
