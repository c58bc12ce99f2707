import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { inFolder, virtguard } from './run-cli.ts'

const SOURCE = `
variable "type" { default = "t4g.micro" }
locals { arch = "x86_64" }
data "amazon-ami" "base" {
  filters = { architecture = "arm64" }
  owners  = ["amazon"]
}
source "amazon-ebssurrogate" "web" {
  source_ami    = data.amazon-ami.base.id
  instance_type = "t3.micro"
}
source "amazon-ebs" "app" {
  source_ami_filter {
    filters = { architecture = local.arch }
    owners  = ["self"]
  }
  instance_type = var.type
}
source "amazon-ebs" "open" {
  source_ami    = var.unset
  instance_type = "\${var.type}.large"
}
`

test('HCL2 of Packer is evaluated, with its variables, locals and data sources', () =>
  inFolder({ 'web.pkr.hcl': SOURCE }, async folder => {
    const { code, out } = await virtguard(['lint', folder])
    expect(code).toBe(1)
    const found = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
      .map(({ rule, place, status, reasons }) => `${place.address} ${rule} ${status} ${reasons.join(' ')}`)
    expect(found).toEqual(
      expect.arrayContaining([
        'amazon-ebssurrogate.web incompatible-launch FAILED ARCH_UNSUPPORTED',
        'amazon-ebssurrogate.web paravirtual-image FAILED PARAVIRTUAL',
        'amazon-ebs.app incompatible-launch FAILED ARCH_UNSUPPORTED',
        'amazon-ebs.open incompatible-launch UNKNOWN FACTS_MISSING',
      ]),
    )
  }))

test('broken HCL2 of Packer is named with its line', () =>
  inFolder({ 'web.pkr.hcl': 'source "amazon-ebs" "x" {\n  a = =\n}\n' }, async folder => {
    const file = join(folder, 'web.pkr.hcl')
    const { code, errLines } = await virtguard(['lint', file])
    expect(code).toBe(2)
    expect(errLines[0]).toBe(`virtguard: ${file}: broken HCL on line 2; packer validate says what is wrong`)
  }))
