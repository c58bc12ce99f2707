import { Code } from 'aws-cdk-lib/aws-lambda'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'

/** The code of a function: a folder, which the CDK uploads, or the object where whoever deploys puts its zip. */
export type Bundle = string | { readonly bucket: string; readonly key: string }

export const loadCode = (scope: Construct, id: string, bundle: Bundle): Code =>
  typeof bundle === 'string'
    ? Code.fromAsset(bundle)
    : Code.fromBucket(Bucket.fromBucketName(scope, `${id}Bundle`, bundle.bucket), bundle.key)
