variable "templates" {
  description = "The folder that `virtguard spokes template` has written."
  type        = string
}

variable "stack_name" {
  description = "The name of the stack."
  type        = string
  default     = "virtguard-spoke-roles"
}

variable "deployment_role_arn" {
  description = "The role with which CloudFormation makes the resources. That of the caller if left out."
  type        = string
  default     = null
}
