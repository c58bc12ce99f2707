const GUIDE = 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide'
const VIRTUALIZATION = `${GUIDE}/virtualization_types.html`
const COMPATIBILITY = `${GUIDE}/resize-limitations.html`
const NITRO = 'https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-nitro-instances.html'

const PAGES: Readonly<Record<string, string>> = {
  'paravirtual-instance': VIRTUALIZATION,
  'paravirtual-image': VIRTUALIZATION,
  'incompatible-launch': COMPATIBILITY,
  'incompatible-image': COMPATIBILITY,
  'instance-family': 'https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html',
  'xen-hypervisor': NITRO,
  'ena-disabled': `${GUIDE}/enhanced-networking-ena.html`,
}

/** What AWS itself says about the subject of a rule. */
export const awsPageOf = (rule: string): string | undefined => PAGES[rule]
