/** EC2's messages about a misfit, with the code that CloudTrail records. */
export const REFUSALS = {
  virtualization: {
    errorCode: 'Client.InvalidParameterCombination',
    errorMessage: "Virtualization type 'hvm' is required for instances of type 't3.micro'.",
  },
  hvmOnOldTypes: {
    errorCode: 'Client.InvalidParameterCombination',
    errorMessage:
      "Non-Windows instances with a virtualization type of 'hvm' are currently not supported for this instance type.",
  },
  ena: {
    errorCode: 'Client.InvalidParameterCombination',
    errorMessage:
      "Enhanced networking with the Elastic Network Adapter (ENA) is required for the 'm5.xlarge' instance type. Ensure that you are using an AMI that is enabled for ENA.",
  },
  bootMode: {
    errorCode: 'Client.InvalidParameterValue',
    errorMessage:
      'The t2.micro instance type does not support an AMI with a boot mode of UEFI. Only instance types built on the Nitro System support UEFI. Specify an instance type that supports UEFI, and try again.',
  },
  architecture: {
    errorCode: 'Client.InvalidParameterValue',
    errorMessage:
      "The architecture 'arm64' of the specified instance type does not match the architecture 'x86_64' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.",
  },
  architectureOld: {
    errorCode: 'Client.InvalidParameterValue',
    errorMessage:
      "The requested instance type's architecture (x86_64) does not match the architecture in the manifest for ami-0abcdef1234567890 (arm64)",
  },
  rootDevice: {
    errorCode: 'Client.UnsupportedOperation',
    errorMessage:
      "AMI 'ami-0abcdef1234567890' with an instance-store root device is not supported for the instance type 'c5d.9xlarge'.",
  },
  allowedTypes: {
    errorCode: 'Client.InvalidParameterCombination',
    errorMessage:
      'This AMI does not support the specified instance type. Check DescribeImages for InstanceTypeSpecification, and try again.',
  },
  tpm: {
    errorCode: 'Client.InvalidParameterValue',
    errorMessage:
      'The t2.small instance type does not support an AMI with TPM version v2.0. Specify an instance type that supports TPM version v2.0, and try again.',
  },
} as const
