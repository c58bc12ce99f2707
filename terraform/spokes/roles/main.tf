# The roles of a spoke, once in each account, as `virtguard spokes template` has written them. docs/organization.md says how.
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

resource "aws_cloudformation_stack" "roles" {
  name          = var.stack_name
  template_body = file("${var.templates}/spoke-roles.json")
  # The hub knows the roles by their names.
  capabilities = ["CAPABILITY_NAMED_IAM"]
  iam_role_arn = var.deployment_role_arn
}
