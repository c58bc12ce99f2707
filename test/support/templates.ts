/** Calls that make launch templates and launch configurations, with the shapes of real records. */
import { anEnvelope } from './builders.ts'
import { aRecord, type Json, type RecordOptions } from './record-shape.ts'

type Made = RecordOptions & { readonly data?: Json; readonly request?: Json; readonly answer?: Json | null }

const PAIR: Json = { ImageId: 'ami-0abcdef1234567890', InstanceType: 'm5.large' }

/** A launch template that somebody made: by default with an image and a type. */
export const aTemplateCreation = (made: Made = {}): Json =>
  aRecord('CreateLaunchTemplate', made, {
    requestParameters: {
      CreateLaunchTemplateRequest: {
        LaunchTemplateName: 'web',
        LaunchTemplateData: made.data ?? PAIR,
        ...made.request,
      },
    },
    responseElements:
      made.answer === null
        ? null
        : {
            CreateLaunchTemplateResponse: {
              requestId: '1',
              launchTemplate: {
                launchTemplateId: 'lt-0abc',
                launchTemplateName: 'web',
                defaultVersionNumber: 1,
                latestVersionNumber: 1,
                ...made.answer,
              },
            },
          },
  })

/** Another version of a template, made from version 3. The answer has what it takes from that one. */
export const aTemplateVersion = (made: Made = {}): Json =>
  aRecord('CreateLaunchTemplateVersion', made, {
    requestParameters: {
      CreateLaunchTemplateVersionRequest: {
        LaunchTemplateId: 'lt-0abc',
        SourceVersion: 3,
        LaunchTemplateData: made.data ?? { ImageId: 'ami-0abcdef1234567890' },
        ...made.request,
      },
    },
    responseElements:
      made.answer === null
        ? null
        : {
            CreateLaunchTemplateVersionResponse: {
              requestId: '1',
              launchTemplateVersion: {
                launchTemplateId: 'lt-0abc',
                launchTemplateName: 'web',
                versionNumber: 4,
                launchTemplateData: { imageId: 'ami-0abcdef1234567890', instanceType: 'm5.large' },
                ...made.answer,
              },
            },
          },
  })

/** A launch configuration that somebody made, in the envelope of EventBridge. */
export const aLaunchConfiguration = (request: Json = {}, more: Json = {}): Json => {
  const record = aRecord(
    'CreateLaunchConfiguration',
    { more },
    {
      requestParameters: {
        launchConfigurationName: 'web-1',
        imageId: 'ami-0abcdef1234567890',
        instanceType: 'm5.large',
        ...request,
      },
      responseElements: null,
    },
  )
  return anEnvelope({ ...record, eventSource: 'autoscaling.amazonaws.com' }, { source: 'aws.autoscaling' })
}

const OF_ARM = { launchTemplateId: 'lt-0arm', version: '7' }

/** An Auto Scaling group that somebody made or changed, in the envelope of EventBridge. */
export const aGroupGiven = (request: Json = {}, name = 'CreateAutoScalingGroup', made: RecordOptions = {}): Json => {
  const record = aRecord(name, made, {
    requestParameters: { autoScalingGroupName: 'web', minSize: 0, maxSize: 2, ...request },
    responseElements: null,
  })
  return anEnvelope({ ...record, eventSource: 'autoscaling.amazonaws.com' }, { source: 'aws.autoscaling' })
}

/** The request for a group that mixes: by default of two architectures, each with its own template. */
export const aMixture = (
  overrides: unknown = [
    { instanceType: 'c6i.large' },
    { instanceType: 'c7g.large', launchTemplateSpecification: OF_ARM },
  ],
  specification: unknown = { launchTemplateId: 'lt-0abc', launchTemplateName: 'web', version: '$Latest' },
): Json => ({
  mixedInstancesPolicy: { launchTemplate: { launchTemplateSpecification: specification, overrides } },
})
