# Before: virtguard spokes template --organization o-a1b2c3d4e5 --hub 123456789012/eu-central-1 --policy policy.yaml --output spokes
provider "aws" {
  region = "eu-central-1"
  assume_role {
    role_arn = "arn:aws:iam::210987654321:role/deployment"
  }
}

provider "aws" {
  alias  = "us_east_1"
  region = "us-east-1"
  assume_role {
    role_arn = "arn:aws:iam::210987654321:role/deployment"
  }
}

module "roles" {
  source    = "../roles"
  templates = "${path.module}/spokes"
}

module "eu_central_1" {
  source    = "../region"
  templates = "${path.module}/spokes"

  # The rules name the role that forwards.
  depends_on = [module.roles]
}

module "us_east_1" {
  source    = "../region"
  templates = "${path.module}/spokes"
  providers = {
    aws = aws.us_east_1
  }

  depends_on = [module.roles]
}
