variable "package" {
  description = "The folder that `virtguard package` has written."
  type        = string
}

variable "bucket" {
  description = "The bucket that was given to `virtguard package`, in the region of the stack."
  type        = string
}

variable "prefix" {
  description = "The prefix that was given to `virtguard package`."
  type        = string
  default     = ""
}

variable "stack_name" {
  description = "The name of the stack. With a namePrefix in the settings, the name that `virtguard package` says."
  type        = string
  default     = "Virtguard"
}

variable "deployment_role_arn" {
  description = "The role with which CloudFormation makes the resources. That of the caller if left out."
  type        = string
  default     = null
}
