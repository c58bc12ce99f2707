/** Resources and data sources that are or make images. */
export const IMAGES = ['aws_ami', 'aws_ami_copy', 'aws_ami_from_instance']

/** A data source that reads a parameter of Systems Manager, which may name an image. */
export const PARAMETER = 'aws_ssm_parameter'

/** Resources whose launches are read. */
export const LAUNCHING = [
  'aws_instance',
  'aws_spot_instance_request',
  'aws_launch_template',
  'aws_launch_configuration',
  'aws_autoscaling_group',
  'aws_ec2_fleet',
  'aws_spot_fleet_request',
  'aws_eks_node_group',
  'aws_batch_compute_environment',
  'awscc_ec2_instance',
  'awscc_ec2_launch_template',
] as const
export type LaunchingType = (typeof LAUNCHING)[number]

/** Resources that launch too, and are not read yet: each is UNKNOWN. */
export const UNREAD = [
  'aws_emr_cluster',
  'aws_emr_instance_group',
  'aws_emr_instance_fleet',
  'aws_imagebuilder_infrastructure_configuration',
  'aws_cloud9_environment_ec2',
  'awscc_autoscaling_auto_scaling_group',
  'awscc_autoscaling_launch_configuration',
  'awscc_ec2_ec2_fleet',
  'awscc_ec2_spot_fleet',
  'awscc_eks_nodegroup',
  'awscc_batch_compute_environment',
  'awscc_emr_instance_group_config',
  'awscc_emr_instance_fleet_config',
  'awscc_imagebuilder_infrastructure_configuration',
  'awscc_cloud9_environment_ec2',
]

const OF_INTEREST: ReadonlySet<string> = new Set([...IMAGES, PARAMETER, ...LAUNCHING, ...UNREAD])

/** Whether resources of a type are read. A large plan is mostly full of others. */
export const isOfInterest = (type: string | undefined): boolean => type !== undefined && OF_INTEREST.has(type)
