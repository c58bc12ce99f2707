# Deploys what `virtguard package` has written. docs/package.md says how.
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

data "aws_s3_bucket" "artifacts" {
  bucket = var.bucket
}

locals {
  prefix   = var.prefix == "" || endswith(var.prefix, "/") ? var.prefix : "${var.prefix}/"
  template = "${var.package}/template.json"
}

resource "aws_s3_object" "zips" {
  for_each = fileset(var.package, "*.zip")
  bucket   = data.aws_s3_bucket.artifacts.id
  key      = "${local.prefix}${each.value}"
  source   = "${var.package}/${each.value}"

  # CloudFormation reads the zips of before if it has to roll back, so that they go after its update.
  lifecycle {
    create_before_destroy = true
  }
}

# A new template has a new key, so that Terraform sees that the stack changes.
resource "aws_s3_object" "template" {
  bucket = data.aws_s3_bucket.artifacts.id
  key    = "${local.prefix}template-${filesha256(local.template)}.json"
  source = local.template

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudformation_stack" "virtguard" {
  name         = var.stack_name
  template_url = "https://${data.aws_s3_bucket.artifacts.bucket_regional_domain_name}/${aws_s3_object.template.key}"
  # The roles of the hub of an organization have names.
  capabilities = ["CAPABILITY_NAMED_IAM"]
  iam_role_arn = var.deployment_role_arn

  depends_on = [aws_s3_object.zips]
}
