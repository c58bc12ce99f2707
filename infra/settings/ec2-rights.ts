// What the functions may read of EC2, wherever the right is granted: in the stack's own roles, or in the roles of a spoke.

/** A sweep reads everything that is open, whatever the rules read of an event. */
export const SWEEP_READS = ['ec2:DescribeImages', 'ec2:DescribeInstanceTypes', 'ec2:DescribeInstances'] as const

/** What a hook reads of launches by templates, and of images and types that a request names. */
export const HOOK_READS = [
  'autoscaling:DescribeLaunchConfigurations',
  'ec2:DescribeImages',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeLaunchTemplateVersions',
] as const

/** What else each reads in more than one region: which regions there are. */
export const REGIONS_READ = 'ec2:DescribeRegions'
