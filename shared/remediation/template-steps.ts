import type { Ailing } from './ailing.ts'
import { aws, id, type Step } from './step.ts'

/** For what is launched by a template: the next version of it, then the members one after another. */
export const templateSteps = ({ region, actor }: Ailing, target: string | undefined): readonly Step[] => {
  const [template, version] = (actor.launchTemplate ?? '').split(':')
  const name = id(template, 'TEMPLATE_ID')
  const by =
    template === undefined || template === '' || template.startsWith('lt-')
      ? '--launch-template-id'
      : '--launch-template-name'
  const group = actor.autoScalingGroup
  return [
    {
      what: 'Make a version of the launch template with a current HVM image and a type that fits it.',
      commands: [
        aws(
          region,
          `ec2 create-launch-template-version ${by} ${name} --source-version ${id(version, 'VERSION')} --launch-template-data "{\\"ImageId\\": \\"IMAGE_ID\\", \\"InstanceType\\": \\"${target ?? 'TYPE'}\\"}"`,
        ),
      ],
    },
    {
      what: 'Make it the default, where that is what is launched.',
      commands: [aws(region, `ec2 modify-launch-template ${by} ${name} --default-version NEW_VERSION`)],
    },
    ...(group === undefined
      ? []
      : [
          {
            what: `Have the Auto Scaling group replace its members.`,
            commands: [
              aws(region, `autoscaling start-instance-refresh --auto-scaling-group-name ${id(group, 'GROUP')}`),
            ],
            risk: 'A group that names a fixed version, or a launch configuration, has to be updated first. Never stop a member: the group replaces it from the old template.',
          },
        ]),
  ]
}
