import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Cloud } from './cloud.ts'
import { HVM_IMAGE, NO_ENA_IMAGE, PV_IMAGE } from './images.ts'
import { CREDENTIALS, REGION } from './isolation.ts'
import { ROOT } from './root.ts'

/** The file in which `local/again.ts` finds the cloud that was kept. */
export const KEPT_FILE = path.join(ROOT, '.local', 'kept.json')

/** Records the address of the cloud, and says how to use it. */
export function explainUse({ endpoints, folder, stack }: Cloud): readonly string[] {
  writeFileSync(KEPT_FILE, JSON.stringify(endpoints))
  return [
    '',
    'The local cloud stays up until Ctrl-C. In another terminal:',
    '',
    '  npx tsx local/again.ts launch pv m1.small 2   launch, and carry the records of it',
    '  npx tsx local/again.ts carry FILE             carry recorded events (JSON, NDJSON)',
    '',
    'or any AWS client:',
    '',
    `  export AWS_ENDPOINT_URL=${endpoints.aws}`,
    `  export AWS_ENDPOINT_URL_EC2=${endpoints.ec2}`,
    `  export AWS_CA_BUNDLE=${endpoints.cert}`,
    `  export NODE_EXTRA_CA_CERTS=${endpoints.cert}`,
    `  export AWS_ACCESS_KEY_ID=${CREDENTIALS.accessKeyId} AWS_SECRET_ACCESS_KEY=${CREDENTIALS.secretAccessKey}`,
    `  export AWS_REGION=${REGION} AWS_DEFAULT_REGION=${REGION}`,
    '',
    'and with these set, the command line:',
    '',
    '  npm run virtguard -- findings',
    '  npm run virtguard -- stops off --why "let me look first"',
    '',
    `Images: ${HVM_IMAGE.imageId} (HVM), ${PV_IMAGE.imageId} (PV),`,
    `        ${NO_ENA_IMAGE.imageId} (HVM without ENA)`,
    `Alerts: ${stack.outputs['AlertsTopicArn']}`,
    `Logs:   ${folder}`,
    '',
  ]
}
