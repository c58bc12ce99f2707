import type { MigrationTarget } from './migration-target.ts'
import { formatAwsCommand, orPlaceholder, type Step } from './step.ts'

/** For instances of a template: its next version, then the members one after another. */
export const buildTemplateSteps = ({ region, actor }: MigrationTarget, target: string | undefined): readonly Step[] => {
  const [template, version] = (actor.launchTemplate ?? '').split(':')
  const name = orPlaceholder(template, 'TEMPLATE_ID')
  const by =
    template === undefined || template === '' || template.startsWith('lt-')
      ? '--launch-template-id'
      : '--launch-template-name'
  const group = actor.autoScalingGroup
  return [
    {
      what: 'Create a version of the launch template with a current HVM image and a type that fits it.',
      commands: [
        formatAwsCommand(
          region,
          `ec2 create-launch-template-version ${by} ${name} --source-version ${orPlaceholder(version, 'VERSION')} --launch-template-data "{\\"ImageId\\": \\"IMAGE_ID\\", \\"InstanceType\\": \\"${target ?? 'TYPE'}\\"}"`,
        ),
      ],
    },
    {
      what: 'Make it the default version, if that is the one that is launched.',
      commands: [formatAwsCommand(region, `ec2 modify-launch-template ${by} ${name} --default-version NEW_VERSION`)],
    },
    ...(group === undefined
      ? []
      : [
          {
            what: `Have the Auto Scaling group replace its members.`,
            commands: [
              formatAwsCommand(
                region,
                `autoscaling start-instance-refresh --auto-scaling-group-name ${orPlaceholder(group, 'GROUP')}`,
              ),
            ],
            risk: 'A group that names a fixed version, or a launch configuration, has to be updated first. Never stop a member: the group replaces it from the old template.',
          },
        ]),
  ]
}
