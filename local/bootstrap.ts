/**
 * The part of `cdk bootstrap` that a deployment with root's rights needs: the buckets for the assets, and the version
 * that each template checks.
 */
export function buildBootstrapTemplate(buckets: readonly string[]): string {
  const named = [...new Set(buckets)].map((name, index) => [
    `Assets${index}`,
    { Type: 'AWS::S3::Bucket', Properties: { BucketName: name } },
  ])
  return JSON.stringify({
    Resources: {
      ...Object.fromEntries(named),
      Version: {
        Type: 'AWS::SSM::Parameter',
        Properties: { Type: 'String', Name: '/cdk-bootstrap/hnb659fds/version', Value: '30' },
      },
    },
  })
}
