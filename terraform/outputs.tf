output "outputs" {
  description = "The outputs of the stack, such as AlertsTopicArn."
  value       = aws_cloudformation_stack.virtguard.outputs
}
